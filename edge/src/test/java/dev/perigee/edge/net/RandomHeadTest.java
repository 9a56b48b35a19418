package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.edge.EdgeLimits;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Good heads, broken at random. A head is read or refused, and what was read means the same when it is written again. */
class RandomHeadTest {
    private static final int ROUNDS = 50_000;
    private static final String[] LINES = {
        "Host: a.example",
        "Host: a.example:8080",
        "Content-Length: 5",
        "Content-Length: 0",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Connection: keep-alive",
        "Connection: close, X-A",
        "Expect: 100-continue",
        "X-A:",
        "X-A: \t b \t ",
        "Accept: */*",
        "Cookie: a=1; b=\"2\"",
        "Content_Length: 7",
        "Range: bytes=0-1",
        "X-Long: " + "x".repeat(300),
    };
    private static final String[] STARTS = {
        "GET / HTTP/1.1", "GET /a?b=c HTTP/1.1", "HEAD http://a.example/x HTTP/1.1", "POST /%2e%2e/ HTTP/1.0",
        "OPTIONS * HTTP/1.1", "CONNECT a.example:443 HTTP/1.1", "PURGE //a HTTP/1.1", "GET /? HTTP/1.1",
    };
    private static final String BREAKS = "\r\n\0\t :;,/?#\\\"%A0z\u007f\u0080\u00ff";

    private final HeadParser parser = new HeadParser(EdgeLimits.defaults());

    private static String head(SplittableRandom random) {
        StringBuilder head = new StringBuilder(STARTS[random.nextInt(STARTS.length)]).append("\r\n");
        if (random.nextInt(4) > 0) head.append("Host: a.example\r\n");
        for (int lines = random.nextInt(5); lines > 0; lines--) {
            head.append(LINES[random.nextInt(LINES.length)]).append("\r\n");
        }
        for (int breaks = random.nextInt(4) - 1; breaks > 0; breaks--) {
            int at = random.nextInt(head.length());
            char c = BREAKS.charAt(random.nextInt(BREAKS.length()));
            switch (random.nextInt(3)) {
                case 0 -> head.setCharAt(at, c);
                case 1 -> head.insert(at, c);
                default -> head.deleteCharAt(at);
            }
        }
        return head.append("\r\n").toString();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void isReadOrRefused(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = head(random);
            try {
                if (check(text)) read++;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": <" + text + ">", e);
            }
        }
        assertTrue(read > ROUNDS / 10 && read < ROUNDS * 9 / 10, read + " were read");
    }

    private boolean check(String text) {
        parse(text);
        RequestHead head = parser.head();
        if (head == null) {
            assertNotNull(parser.refusal());
            return false;
        }
        assertNull(parser.refusal());
        Fields fields = head.fields();
        assertEquals(1, fields.count("Host"));
        assertTrue(fields.count("Content-Length") + fields.count("Transfer-Encoding") <= 1, "framed twice");
        for (int i = 0; i < fields.size(); i++) {
            String value = fields.value(i);
            assertEquals(value.strip(), value);
            assertTrue(value.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0), "a line within a value");
        }
        RequestFraming framing = parser.framing();
        parse(written(head));
        RequestHead again = parser.head();
        assertNotNull(again, () -> "refused when written again: " + parser.refusal());
        assertEquals(head.method(), again.method());
        assertEquals(head.target(), again.target());
        assertEquals(head.host(), again.host());
        assertEquals(head.version(), again.version());
        assertEquals(fields, again.fields());
        assertEquals(framing, parser.framing());
        return true;
    }

    private static String written(RequestHead head) {
        StringBuilder text = new StringBuilder(head.method()).append(' ').append(head.target());
        text.append(head.version() == HttpVersion.HTTP_1_0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        Fields fields = head.fields();
        for (int i = 0; i < fields.size(); i++) {
            text.append(fields.name(i)).append(": ").append(fields.value(i)).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    private void parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        parser.parse(bytes, 0, bytes.length);
    }
}
