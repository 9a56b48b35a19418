package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without a tree comes to the same as what is read with one. */
class PlainRequestTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PLAIN = "{\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":{\"q\":{\"value\":\"1\"}},"
            + "\"headers\":{\"host\":{\"value\":\"h\"},\"x-a\":{\"value\":\"é\"}},\"cookies\":{\"c\":{\"value\":\"2\"}}}";
    private static final EventRequest GIVEN = new EventRequest(
            new RequestHead(
                    "GET",
                    "/a",
                    "q=1&bare&q=2",
                    "h",
                    HttpVersion.HTTP_1_1,
                    Fields.of("Host", "h", "X-M", "1", "X-M", "2", "Cookie", "c=2; d=3", "Upgrade", "u")),
            Fields.of("CloudFront-Viewer-Country", "DE"));
    private static final String[] NAMES = {
        "a", "x-a", "x-m", "host", "q", "bare", "c", "d", "", "A", "via", "cookie", "a b", "é"
    };
    private static final String[] TEXTS = {
        "", "1", "h", "a b", "a\nb", "\"", "\\", "☃", "é", "\u0000", "x".repeat(3000), "2; e=4", "\ud800"
    };
    private static final String[] PATHS = {"/a", "/", "/b/ü", "a", "/a b", "/a?b", "/a#", "/\\", "/%41", ""};

    private static String verdict(Result result) {
        try {
            return Verdict.of(
                            new Outcome.Returned(result, MissingNode.getInstance(), List.of(), 0, true, null),
                            GIVEN,
                            null,
                            null)
                    .toString();
        } catch (Invalid e) {
            return e.text();
        }
    }

    /** Whether it is plain; checks that it is the same then. */
    private static boolean plain(String json) throws JsonProcessingException {
        @Nullable Result plain = Result.plain('~' + json + '}', 1, json.length() + 1);
        if (plain == null) return false;
        assertEquals(verdict(Result.of(JSON.readTree(json))), verdict(plain), json);
        assertEquals(JSON.readTree(json), plain.tree());
        return true;
    }

    @Test
    void isReadAsATreeIs() throws JsonProcessingException {
        assertTrue(plain(PLAIN));
        Random random = new Random(7);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            ObjectNode made = JSON.createObjectNode();
            made.put("method", random.nextInt(8) == 0 ? "POST" : "GET");
            made.put("uri", random.nextInt(3) > 0 ? "/a" : any(PATHS, random));
            for (String part : new String[] {"querystring", "headers", "cookies"}) {
                ObjectNode values = made.putObject(part);
                for (int n = random.nextInt(4); n > 0; n--) {
                    ObjectNode value = values.putObject(any(NAMES, random));
                    value.put("value", any(TEXTS, random));
                    if (random.nextInt(12) == 0)
                        value.putArray("multiValue").addObject().put("value", "1");
                }
            }
            if (random.nextInt(10) == 0) made.put("more", 1);
            if (plain(made.toString())) read++;
        }
        assertTrue(read > 2_000 && read < 18_000, read + " were plain");
    }

    private static String any(String[] of, Random random) {
        return of[random.nextInt(of.length)];
    }

    @Test
    void nothingIsPlainThatIsCutOrLacksACharacter() throws JsonProcessingException {
        for (int i = 0; i < PLAIN.length(); i++) {
            assertNull(PlainRequest.read(PLAIN, 0, i));
            // A name or a value may be shorter; it is compared with the tree then.
            plain(PLAIN.substring(0, i) + PLAIN.substring(i + 1));
            plain(PLAIN.substring(0, i) + PLAIN.charAt(i) + PLAIN.substring(i));
        }
        assertNotNull(PlainRequest.read(PLAIN, 0, PLAIN.length()));
        assertNull(PlainRequest.read(PLAIN + "}", 0, PLAIN.length() + 1));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"statusCode\":200}",
                "{\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":\"a=b\",\"headers\":{},\"cookies\":{}}",
                "{\"method\":\"GET\",\"uri\":\"/\\\"\",\"querystring\":{},\"headers\":{},\"cookies\":{}}",
                "{\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":{},\"headers\":{\"a\":{\"value\":1}},\"cookies\":{}}",
                "{\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":{},\"headers\":{},\"cookies\":{},\"statusCode\":200}",
                "{\"statusCode\":200,\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":{},\"headers\":{},\"cookies\":{}}",
                "{\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":{},\"headers\":{}}"
            })
    void everythingElseIsRead(String json) {
        assertNull(PlainRequest.read(json, 0, json.length()));
    }
}
