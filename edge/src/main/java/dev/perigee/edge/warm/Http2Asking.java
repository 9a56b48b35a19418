package dev.perigee.edge.warm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** As much of HTTP/2 as a viewer needs who asks for the same again and again. */
final class Http2Asking {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;

    private final Link link;
    private final byte[] first;
    private final byte[] later;
    private final long length;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int stream = 1;
    private int open;
    /** Octets of content that have not come. */
    private long due;

    /** @param path the length of its content */
    Http2Asking(Link link, Shape shape, String path) {
        this.link = link;
        first = shape.http2(path);
        later = shape.http2Again();
        length = Long.parseLong(path.substring(1));
        out.writeBytes(PREFACE);
        // Windows of streams and of the connection that last.
        frame(SETTINGS, 0, 0, new byte[] {0, 4, 0x3f, -1, -1, -1});
        frame(WINDOW_UPDATE, 0, 0, new byte[] {0x3f, -1, 0, 0});
    }

    void ask(int requests) throws IOException {
        send(requests);
        skipResponses();
    }

    void send(int requests) throws IOException {
        for (int i = 0; i < requests; i++) {
            frame(HEADERS, END_HEADERS | END_STREAM, stream, stream == 1 ? first : later);
            stream += 2;
        }
        open += requests;
        due += requests * length;
        link.send(out.toByteArray());
        out.reset();
    }

    private void frame(int type, int flags, int onStream, byte[] payload) {
        out.write(payload.length >> 16);
        out.write(payload.length >> 8);
        out.write(payload.length);
        out.write(type);
        out.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) out.write(onStream >> shift);
        out.writeBytes(payload);
    }

    void skipResponses() throws IOException {
        while (open > 0) {
            int octets = ((link.next() & 0xff) << 16) | ((link.next() & 0xff) << 8) | (link.next() & 0xff);
            int type = link.next();
            int flags = link.next();
            link.skip(4L + octets);
            if (type == DATA) due -= octets;
            if (type == SETTINGS && (flags & ACK) == 0) frame(SETTINGS, ACK, 0, new byte[0]);
            if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) open--;
        }
        if (due != 0) throw new IOException("the edge has answered with something else");
    }
}
