package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Selection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    private static final CachePolicy BOTH = Samples.encodings(true, true);

    private static Behavior behavior(CachePolicy policy, boolean compress) {
        return Samples.compressing(Samples.behavior(policy), compress);
    }

    private static RequestHead accepting(String acceptEncoding) {
        return Samples.get("/a", "Accept-Encoding", acceptEncoding);
    }

    private static ResponseHead text(String length, String... fields) {
        Fields.Builder head =
                Fields.builder(4).add("Content-Type", "text/plain").add("Content-Length", length);
        for (int i = 0; i < fields.length; i += 2) head.set(fields[i], fields[i + 1]);
        return new ResponseHead(200, head.build());
    }

    private static Compression choose(RequestHead request, ResponseHead head) {
        return Compression.of(behavior(BOTH, true), request, head, true);
    }

    @ParameterizedTest(name = "flags gzip {0} br {1}, viewer {2}, br at hand {3}: {4}")
    @CsvSource(delimiter = '|', textBlock = """
            true  | true  | gzip, deflate, br | true  | BROTLI
            true  | true  | gzip              | true  | GZIP
            true  | true  | br                | true  | BROTLI
            true  | true  | br;q=0, gzip      | true  | GZIP
            true  | true  | deflate           | true  | NONE
            true  | true  | *                 | true  | NONE
            true  | false | gzip, br          | true  | GZIP
            false | true  | gzip, br          | true  | BROTLI
            false | true  | gzip              | true  | NONE
            false | false | gzip, br          | true  | NONE
            true  | true  | gzip, br          | false | GZIP
            true  | true  | br                | false | NONE
            """)
    void codingFollowsPolicyAndViewer(boolean gzip, boolean br, String accept, boolean brotli, Compression chosen) {
        Behavior behavior = behavior(Samples.encodings(gzip, br), true);
        assertEquals(chosen, Compression.of(behavior, accepting(accept), text("2000"), brotli));
    }

    @ParameterizedTest(name = "Content-Length {0}: {1}")
    @CsvSource({
        "999, NONE",
        "1000, GZIP",
        "10000000, GZIP",
        "10000001, NONE",
        "0, NONE",
        "-5, NONE",
        "1000000000000, NONE",
        "1e4, NONE"
    })
    void length(String length, Compression chosen) {
        assertEquals(chosen, choose(accepting("gzip"), text(length)));
    }

    @Test
    void lengthMustBeKnown() {
        ResponseHead unknown = Samples.response(200, "Content-Type", "text/plain");
        assertEquals(Compression.NONE, choose(accepting("gzip"), unknown));
    }

    @ParameterizedTest(name = "status {0}: {1}")
    @CsvSource({"200, GZIP", "403, GZIP", "404, GZIP", "206, NONE", "203, NONE", "301, NONE", "400, NONE", "500, NONE"})
    void status(int status, Compression chosen) {
        assertEquals(
                chosen,
                choose(accepting("gzip"), new ResponseHead(status, text("2000").fields())));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            text/html                         | GZIP
            TEXT/HTML; charset=utf-8          | GZIP
            application/json                  | GZIP
            application/json ; charset=utf-8  | GZIP
            image/svg+xml                     | GZIP
            application/wasm                  | GZIP
            font/ttf                          | GZIP
            vnd.apple.mpegurl                 | GZIP
            image/jpeg                        | NONE
            text/markdown                     | NONE
            text/event-stream                 | NONE
            application/octet-stream          | NONE
            text/htmlx                        | NONE
            ''                                | NONE
            """)
    void type(String type, Compression chosen) {
        assertEquals(chosen, choose(accepting("gzip"), text("2000", "Content-Type", type)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "Content-Encoding, gzip",
        "Content-Encoding, identity",
        "Content-Range, bytes 0-1999/5000",
        "Cache-Control, 'max-age=60, No-Transform'"
    })
    void neverWith(String name, String value) {
        assertEquals(Compression.NONE, choose(accepting("gzip"), text("2000", name, value)));
    }

    @Test
    void neverWithoutTheSwitchOrWithoutCachingOrForHttp10() {
        RequestHead gzip = accepting("gzip");
        assertEquals(Compression.NONE, Compression.of(behavior(BOTH, false), gzip, text("2000"), true));
        CachePolicy never = new CachePolicy("p", 0, 0, 0, true, true, List.of(), Selection.NONE, Selection.NONE);
        assertEquals(Compression.NONE, Compression.of(behavior(never, true), gzip, text("2000"), true));
        CachePolicy listed =
                new CachePolicy("p", 0, 60, 60, true, true, List.of("accept-encoding"), Selection.NONE, Selection.NONE);
        assertEquals(Compression.NONE, Compression.of(behavior(listed, true), gzip, text("2000"), true));
        RequestHead old = new RequestHead("GET", "/a", null, "x", HttpVersion.HTTP_1_0, gzip.fields());
        assertEquals(Compression.NONE, choose(old, text("2000")));
    }

    @ParameterizedTest(name = "ETag {0} becomes {1}, the origin is asked about {2}")
    @CsvSource({
        "'\"v1\"',   'W/\"v1\"', '\"v1\"'",
        "'W/\"v1\"', 'W/\"v1\"', 'W/\"v1\"'",
        "v1,         ,           v1",
        ",           ,           "
    })
    void tag(String origins, String shown, String asked) {
        ResponseHead head = origins == null ? text("2000") : text("2000", "ETag", origins);
        Fields packed = Compression.GZIP.applied(head).fields();
        assertEquals(shown, packed.first("ETag"));
        assertEquals("gzip", packed.first("Content-Encoding"));
        assertFalse(packed.has("Content-Length"));
        assertEquals("Accept-Encoding", packed.first("Vary"));
        StoredResponse stored = StoredResponse.of(Compression.GZIP.applied(head), BOTH, 60, 0);
        assertEquals(shown, stored.etag());
        assertEquals(-1, stored.contentLength());
        if (shown != null) assertEquals(asked, stored.validators().first("If-None-Match"));
    }

    @ParameterizedTest(name = "Vary {0} becomes {1}")
    @CsvSource(delimiter = '|', textBlock = """
            Origin                  | Origin, Accept-Encoding
            Origin, accept-encoding | Origin, accept-encoding
            *                       | *
            """)
    void vary(String before, String after) {
        assertEquals(
                after,
                Compression.BROTLI
                        .applied(text("2000", "Vary", before))
                        .fields()
                        .first("Vary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-MD5", "Digest", "Content-Digest", "Repr-Digest"})
    void digestsOfOtherOctetsAreDropped(String name) {
        assertFalse(Compression.GZIP.applied(text("2000", name, "x")).fields().has(name));
    }

    @Test
    void a304LeavesTheCodingAndItsTag() {
        ResponseHead head = text("2000", "ETag", "\"v1\"", "Vary", "Origin", "X-Old", "1");
        StoredResponse stored = StoredResponse.of(Compression.GZIP.applied(head), BOTH, 60, 0);
        ResponseHead notModified =
                Samples.response(304, "ETag", "\"v1\"", "Vary", "Origin", "X-Old", "2", "Cache-Control", "max-age=9");
        assertTrue(stored.validatedBy(notModified));
        StoredResponse refreshed = stored.refreshed(notModified, BOTH, 1000);
        assertEquals("W/\"v1\"", refreshed.etag());
        assertEquals("\"v1\"", refreshed.validators().first("If-None-Match"));
        assertEquals("gzip", refreshed.fields().first("Content-Encoding"));
        assertEquals("Origin, Accept-Encoding", refreshed.fields().first("Vary"));
        assertEquals("2", refreshed.fields().first("X-Old"));
        StoredResponse again = refreshed.refreshed(Samples.response(304), BOTH, 2000);
        assertEquals("W/\"v1\"", again.etag());
        assertEquals("\"v1\"", again.validators().first("If-None-Match"));
    }

    @Test
    void aResponseThatTheOriginCompressedKeepsItsTag() {
        StoredResponse stored =
                StoredResponse.of(text("2000", "ETag", "\"v1\"", "Content-Encoding", "gzip"), BOTH, 60, 0);
        StoredResponse refreshed = stored.refreshed(Samples.response(304, "ETag", "\"v1\""), BOTH, 1000);
        assertEquals("\"v1\"", refreshed.etag());
        assertFalse(refreshed.fields().has("Vary"));
    }

    @Test
    void theOriginsTagIsNotForViewers() {
        Fields packed = Compression.GZIP.applied(text("2000", "ETag", "\"v1\"")).fields();
        Fields shown = ViewerFields.forViewer(behavior(BOTH, true), packed, "1.1 x");
        for (int i = 0; i < shown.size(); i++) assertFalse(shown.name(i).startsWith("X-Edge"), shown.toString());
    }
}
