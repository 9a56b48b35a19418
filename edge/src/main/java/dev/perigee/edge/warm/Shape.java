package dev.perigee.edge.warm;

import dev.perigee.core.http.Field;
import dev.perigee.edge.net.hpack.Huffman;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request as somebody makes it. Who asks in another way takes other ways through the edge, and what was compiled for one way
 * only is thrown away when another comes.
 *
 * @param host as it is sent
 */
record Shape(String host, List<Field> fields) {
    /** {@code :method: GET} and {@code :scheme: https} of HPACK's static table (RFC 7541, appendix A). */
    private static final byte[] GET_HTTPS = {(byte) 0x82, (byte) 0x87};
    /** A literal that both sides keep, whose name is not in the static table, and two whose names are. */
    private static final int KEPT = 0x40;

    private static final int KEPT_AUTHORITY = 0x41;
    private static final int KEPT_PATH = 0x44;
    /** The newest of the fields that both sides keep. */
    private static final int NEWEST = 0x80 | 62;

    private static final int HUFFMAN = 0x80;

    static List<Shape> all(int port) {
        return List.of(
                new Shape(WarmUpPlan.HOST, List.of()),
                new Shape(
                        WarmUpPlan.HOST + ':' + port,
                        List.of(new Field("user-agent", "curl/8.5.0"), new Field("accept", "*/*"))),
                // Of no distribution, so the default one answers.
                new Shape("127.0.0.1:" + port, List.of()),
                new Shape(
                        WarmUpPlan.HOST,
                        List.of(
                                new Field("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
                                new Field("accept", "image/avif,image/webp,image/png,*/*;q=0.8"),
                                new Field("accept-encoding", "gzip, deflate, br"),
                                new Field("accept-language", "en-US,en;q=0.9"),
                                new Field("referer", "https://" + WarmUpPlan.HOST + "/album"),
                                new Field("cookie", "session=4f1e; seen=1"))));
    }

    byte[] http1(String method, String target, String extra) {
        var text = new StringBuilder()
                .append(method)
                .append(' ')
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\n");
        for (Field field : fields)
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        return text.append(extra).append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The first field section of a connection. */
    byte[] http2(String path) {
        var block = new ByteArrayOutputStream();
        block.writeBytes(GET_HTTPS);
        block.write(KEPT_AUTHORITY);
        text(block, host);
        block.write(KEPT_PATH);
        text(block, path);
        for (Field field : fields) {
            block.write(KEPT);
            text(block, field.name());
            text(block, field.value());
        }
        return block.toByteArray();
    }

    /** Each later one for the same. */
    byte[] http2Again() {
        var block = new ByteArrayOutputStream();
        block.writeBytes(GET_HTTPS);
        for (int newer = fields.size() + 1; newer >= 0; newer--) block.write(NEWEST + newer);
        return block.toByteArray();
    }

    /** As browsers do, by Huffman's code where that is shorter. */
    private static void text(ByteArrayOutputStream block, String text) {
        int length = Huffman.encodedLength(text);
        if (length >= text.length()) {
            block.write(text.length());
            block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            return;
        }
        byte[] coded = new byte[length];
        Huffman.encode(text, coded, 0);
        block.write(HUFFMAN | length);
        block.writeBytes(coded);
    }
}
