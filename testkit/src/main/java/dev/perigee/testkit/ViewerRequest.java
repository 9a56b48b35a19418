package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request being put together; {@link #send} sends it and returns while the answer is read. */
public final class ViewerRequest {
    private static final int CHUNK = 10_007;

    private final ScriptedViewer viewer;
    private final String method;
    private final String target;
    private final StringBuilder head;
    private final Fields.Builder fields = Fields.builder(8);
    private String authority;
    private final String host;
    private boolean hostGiven;
    private @Nullable Content content;
    private boolean chunked;
    private boolean expectsContinue;

    ViewerRequest(ScriptedViewer viewer, String method, String target, String host) {
        this.viewer = viewer;
        this.method = method;
        this.host = host;
        this.target = target;
        this.authority = host;
        this.head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    }

    /** Name, value, name, value, … */
    public ViewerRequest fields(String... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) field(namesAndValues[i], namesAndValues[i + 1]);
        return this;
    }

    public ViewerRequest field(String name, String value) {
        if (name.equalsIgnoreCase("Host")) {
            hostGiven = true;
            authority = value;
        } else {
            fields.add(name, value);
        }
        head.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    /** Content framed by its length. */
    public ViewerRequest body(Content body) {
        content = body;
        return this;
    }

    public ViewerRequest body(String text) {
        return body(Content.text(text));
    }

    /** Content framed in chunks. */
    public ViewerRequest chunked(Content body) {
        chunked = true;
        return body(body);
    }

    /** Waits for 100 Continue, or a final answer, before the content goes out. */
    public ViewerRequest expectContinue() {
        expectsContinue = true;
        return field("Expect", "100-continue");
    }

    public Exchange send() {
        if (viewer.speaksStreams()) return sendOnStream();
        if (!hostGiven) field("Host", host);
        Content body = content;
        if (chunked) {
            field("Transfer-Encoding", "chunked");
        } else if (body != null) {
            field("Content-Length", Long.toString(body.size()));
        }
        head.append("\r\n");
        Exchange exchange = new Exchange(method);
        ViewerConnection connection = viewer.connection();
        connection.expect(exchange);
        ScriptedViewer.write(connection, head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null && (!expectsContinue || exchange.awaitContinue())) writeBody(connection, body);
        return exchange;
    }

    private Exchange sendOnStream() {
        Content body = content;
        if (body != null && !chunked) field("Content-Length", Long.toString(body.size()));
        Exchange exchange = new Exchange(method);
        viewer.session().send(exchange, method, target, authority, fields.build(), body, expectsContinue);
        return exchange;
    }

    private void writeBody(ViewerConnection connection, Content body) {
        try {
            OutputStream out = connection.out();
            if (chunked) {
                body.writeTo(new Chunks(out));
                out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            } else {
                body.writeTo(out);
            }
            out.flush();
        } catch (IOException refused) {
            // The edge did not want all of it; its answer says why.
        }
    }

    /** Cuts what it is given into chunks of an odd size. */
    private static final class Chunks extends OutputStream {
        private final OutputStream out;

        Chunks(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int at = 0; at < length; at += CHUNK) {
                int part = Math.min(CHUNK, length - at);
                out.write((Integer.toHexString(part) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                out.write(bytes, offset + at, part);
                out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }
}
