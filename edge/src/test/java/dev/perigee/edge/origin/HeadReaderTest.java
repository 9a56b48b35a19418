package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadReaderTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            nullValues = "fine",
            value = {
                "HTTP/1.1 200 OK\\r\\nA: b\\r\\n\\r\\n, fine",
                "HTTP/1.0 200 OK\\r\\n\\r\\n, fine",
                "HTTP/1.1 200 \\r\\n\\r\\n, fine",
                "HTTP/1.1 200\\r\\n\\r\\n, fine",
                "HTTP/1.1 599 X\\r\\n\\r\\n, fine",
                "HTTP/1.1 200 OK\\r\\nA: \\u00e9\\tb\\r\\n\\r\\n, fine",
                "HTTP/1.1 200 OK\\r\\n\\r\\n\\nbody\\r \\0, fine",
                "HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n, fine",
                "HTTP/1.1 103 Early\\r\\nLink: a\\r\\n\\r\\nHTTP/1.1 103 E\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n, fine",
                "HTTP/1.1 100 A\\r\\n\\r\\nHTTP/1.1 100 B\\r\\n\\r\\n, more than one 100 Continue",
                "HTTP/1.1 101 Switching\\r\\n\\r\\n, status 101",
                "HTTP/1.1 600 X\\r\\n\\r\\n, status 600",
                "HTTP/1.1 999 X\\r\\n\\r\\n, status 999",
                "HTTP/1.1 099 X\\r\\n\\r\\n, status 99",
                "HTTP/1.1 20 X\\r\\n\\r\\n, no status line of HTTP/1.x",
                "HTTP/1.1 2000 X\\r\\n\\r\\n, no status line of HTTP/1.x",
                "HTTP/1.1 +20 X\\r\\n\\r\\n, no status line of HTTP/1.x",
                "HTTP/1.1  200 X\\r\\n\\r\\n, no status line of HTTP/1.x",
                "HTTP/1.9 200 X\\r\\n\\r\\n, no status line of HTTP/1.x",
                "HTTP/2.0 200 X\\r\\n\\r\\n, no status line of HTTP/1.x",
                "HTTP/11 200 X\\r\\n\\r\\n, no status line of HTTP/1.x",
                "http/1.1 200 X\\r\\n\\r\\n, no status line of HTTP/1.x",
                "ICY 200 OK\\r\\n\\r\\n, no status line of HTTP/1.x",
                "HTTP/1.1\\r\\n\\r\\n, no status line of HTTP/1.x",
                "<html>hello, no status line of HTTP/1.x",
                "\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n, no status line",
                "\\0HTTP/1.1 200 OK\\r\\n\\r\\n, control byte in the head",
                "HTTP/1.1 200 OK\\nA: b\\n\\n, bare LF in the head",
                "HTTP/1.1 200 OK\\r\\nA: b\\n\\r\\n, bare LF in the head",
                "HTTP/1.1 200 OK\\r\\nA: b\\r\\n\\n, bare LF in the head",
                "HTTP/1.1 200 OK\\r\\nA: b\\rC: d\\r\\n\\r\\n, bare CR in the head",
                "HTTP/1.1 200 OK\\r\\nA: b\\r\\n\\rX, bare CR in the head",
                "HTTP/1.1 200 OK\\r\\nA: b\\r\\n c\\r\\n\\r\\n, folded line in the head",
                "HTTP/1.1 200 OK\\r\\n\\tA: b\\r\\n\\r\\n, folded line in the head",
                "HTTP/1.1 200 OK\\r\\nA : b\\r\\n\\r\\n, fine",
                "HTTP/1.1 200 OK\\r\\nA b: c\\r\\n\\r\\n, field line without a name and a colon",
                "HTTP/1.1 200 OK\\r\\nA b\\r\\n\\r\\n, field line without a name and a colon",
                "HTTP/1.1 200 OK\\r\\nA\\r\\n\\r\\n, field line without a name and a colon",
                "HTTP/1.1 200 OK\\r\\nA: b\\0c\\r\\n\\r\\n, control byte in the head",
                "HTTP/1.1 200 OK\\r\\nA: b\\u007f\\r\\n\\r\\n, control byte in the head",
            })
    void judgesTheHeadHoweverItArrives(String head, @Nullable String expected) {
        byte[] bytes = unescape(head).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(expected, inspect(bytes, bytes.length), "at once");
        assertEquals(expected, inspect(bytes, 1), "byte by byte");
        assertEquals(expected, inspect(bytes, 3), "in threes");
    }

    @ParameterizedTest(name = "{0} interim responses -> {1}")
    @CsvSource(
            nullValues = "fine",
            value = {"8, fine", "9, more than 8 interim responses"})
    void countsInterimResponses(int count, @Nullable String expected) {
        String all = "HTTP/1.1 103 E\r\n\r\n".repeat(count) + "HTTP/1.1 200 OK\r\n\r\n";
        assertEquals(expected, inspect(all.getBytes(StandardCharsets.US_ASCII), 64));
    }

    @ParameterizedTest(name = "field of {0} bytes -> {1}")
    @CsvSource(
            nullValues = "fine",
            value = {"1005, fine", "1006, head of more than 1024 bytes"})
    void boundsTheHead(int size, @Nullable String expected) {
        String head = "HTTP/1.1 200\r\n" + "A".repeat(size) + ":\r\n\r\n";
        assertEquals(expected, inspect(head.getBytes(StandardCharsets.US_ASCII), 64));
    }

    private static @Nullable String inspect(byte[] bytes, int step) {
        var reader = new HeadReader(1024, new KnownTexts());
        reader.expect(false);
        for (int at = 0; at < bytes.length; at += step) {
            ByteBuf piece = Unpooled.wrappedBuffer(bytes, at, Math.min(step, bytes.length - at));
            reader.read(piece);
            piece.release();
        }
        return reader.fault();
    }

    static String unescape(String text) {
        return text.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\0", "\0")
                .replace("\\u00e9", "\u00e9")
                .replace("\\u007f", "\u007f");
    }
}
