package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedReaderTest {
    /** Reads text in pieces of the given size; {@code |} stands for CRLF. */
    private static String read(ChunkedReader reader, String text, int step) {
        byte[] bytes = text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        StringBuilder content = new StringBuilder();
        for (int at = 0; at < bytes.length && !reader.done() && !reader.broken(); at += step) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes, at, Math.min(step, bytes.length - at));
            for (ByteBuf piece = reader.read(in); piece != null; piece = reader.read(in)) {
                content.append(piece.toString(StandardCharsets.ISO_8859_1));
                piece.release();
            }
            in.release();
        }
        return content.toString();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "5|hello|0||, hello",
        "5|hello|6| world|0||, hello world",
        "A|0123456789|0||, 0123456789",
        "00005|hello|000||, hello",
        "5;name=value|hello|0;x||, hello",
        "0||, ''",
        "3|abc|0|X-Sum: 1||, abc",
    })
    void readsWellFormedContentHoweverItArrives(String text, String content) {
        for (int step = 1; step <= text.length() + 8; step++) {
            ChunkedReader reader = new ChunkedReader();
            assertEquals(content, read(reader, text, step));
            assertTrue(reader.done(), "in steps of " + step);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\nhello|0||",
                "5|hello\n0||",
                "5|hello0||",
                "|hello|0||",
                "0x5|hello|0||",
                "+5|hello|0||",
                "-5|hello|0||",
                "5 |hello|0||",
                " 5|hello|0||",
                "5_0|hello|0||",
                "g|hello|0||",
                "5;a=\"|hello|0||",
                "5;a b|hello|0||",
                "5\r\rhello|0||",
                "fffffffffffffffff|x",
                "10000000000000000|x",
                "0|Content-Length: 5||",
                "0|Transfer-Encoding: chunked||",
                "0|Host: a||",
                "0| folded: x||",
                "0|no colon||",
                "0|X: y\n||",
            })
    void refusesEverythingElse(String text) {
        ChunkedReader reader = new ChunkedReader();
        read(reader, text, 3);
        assertTrue(reader.broken(), text);
        assertFalse(reader.done());
    }

    @Test
    void extensionsAndTrailersHaveAnEnd() {
        ChunkedReader extension = new ChunkedReader();
        read(extension, "5;" + "a".repeat(1000) + "|hello|0||", 100);
        assertTrue(extension.broken());
        ChunkedReader trailer = new ChunkedReader();
        read(trailer, "0|" + "X: y|".repeat(5000) + "|", 100);
        assertTrue(trailer.broken());
    }
}
