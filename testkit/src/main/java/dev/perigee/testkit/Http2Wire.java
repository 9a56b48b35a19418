package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** A viewer's HTTP/2 connection at the level of frames: it sends whatever the test says, right or wrong. */
public final class Http2Wire implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** As much as the edge takes from an origin. */
    private static final int FIELDS_MAX = 1 << 17;

    private static final int FRAME_MAX = 16_384;

    private final Socket socket;
    private final DataInputStream in;
    private final BufferedOutputStream out;
    private final String host;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, FIELDS_MAX);

    /** A frame as it was received. */
    public static final class Frame {
        private final int type;
        private final int flags;
        private final int stream;
        private final byte[] payload;

        public Frame(int type, int flags, int stream, byte[] payload) {
            this.type = type;
            this.flags = flags;
            this.stream = stream;
            this.payload = payload.clone();
        }

        public int type() {
            return type;
        }

        public int stream() {
            return stream;
        }

        public byte[] payload() {
            return payload.clone();
        }

        public int length() {
            return payload.length;
        }

        public boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /** Four octets of the payload as a number: an error code, a window's increment. */
        public int number(int at) {
            return ByteBuffer.wrap(payload).getInt(at);
        }
    }

    private Http2Wire(Socket socket, String host) throws IOException {
        this.socket = socket;
        this.host = host;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
        this.out = new BufferedOutputStream(socket.getOutputStream(), 65_536);
    }

    static Http2Wire open(InetSocketAddress edge, String host, SSLSocketFactory sockets, int receiveBuffer) {
        Socket plain = new Socket();
        try {
            if (receiveBuffer > 0) plain.setReceiveBufferSize(receiveBuffer);
            plain.connect(edge, Patience.SECONDS * 1000);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(Patience.SILENCE_SECONDS * 1000);
            SSLSocket secured = (SSLSocket) sockets.createSocket(plain, host, edge.getPort(), true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            parameters.setApplicationProtocols(new String[] {"h2"});
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            if (!"h2".equals(secured.getApplicationProtocol())) {
                throw new AssertionError("the edge did not agree on h2, but on " + secured.getApplicationProtocol());
            }
            return new Http2Wire(secured, host);
        } catch (IOException e) {
            try {
                plain.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw new UncheckedIOException(e);
        }
    }

    // ---- sending

    /** Begins as a viewer must, with these settings: identifier, value, identifier, value, … */
    public Http2Wire begin(int... settings) {
        raw(PREFACE);
        return settings(settings);
    }

    public Http2Wire settings(int... settings) {
        ByteBuffer payload = ByteBuffer.allocate(3 * settings.length);
        for (int i = 0; i < settings.length; i += 2)
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        return frame(SETTINGS, 0, 0, payload.array());
    }

    public Http2Wire frame(int type, int flags, int stream, byte... payload) {
        // In one piece: the thread that reads sends frames of its own, which must not get between.
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt((payload.length << 8) | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        return raw(frame.array());
    }

    /** A frame whose payload is one number. */
    public Http2Wire number(int type, int stream, int value) {
        return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(value).array());
    }

    /** A GET of the usual distribution, without content. */
    public Http2Wire get(int stream, String path, String... fields) {
        return headers(stream, END_STREAM | END_HEADERS, request("GET", path, fields));
    }

    /** A request's fields: the pseudo-headers, then these. */
    public String[] request(String method, String path, String... fields) {
        String[] all = new String[8 + fields.length];
        String[] pseudo = {":method", method, ":scheme", "https", ":authority", host, ":path", path};
        System.arraycopy(pseudo, 0, all, 0, 8);
        System.arraycopy(fields, 0, all, 8, fields.length);
        return all;
    }

    public Http2Wire headers(int stream, int flags, String... fields) {
        byte[] block = block(fields);
        if (block.length <= FRAME_MAX) return frame(HEADERS, flags, stream, block);
        // The frames of one section must not be parted either.
        synchronized (out) {
            for (int at = 0; at < block.length; at += FRAME_MAX) {
                int end = Math.min(block.length, at + FRAME_MAX);
                int own = at == 0 ? flags & ~END_HEADERS : 0;
                if (end == block.length) own |= flags & END_HEADERS;
                frame(at == 0 ? HEADERS : CONTINUATION, own, stream, Arrays.copyOfRange(block, at, end));
            }
        }
        return this;
    }

    public Http2Wire data(int stream, boolean last, String content) {
        return frame(DATA, last ? END_STREAM : 0, stream, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Fields as literals, each octet as it is, allowed or not. */
    public static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            string(block, fields[i]);
            string(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            int rest = length - 127;
            for (; rest >= 128; rest >>= 7) block.write((rest & 127) | 128);
            block.write(rest);
        }
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Octets as they are; an edge that has hung up does not mind. */
    public Http2Wire raw(byte... bytes) {
        try {
            synchronized (out) {
                out.write(bytes);
            }
        } catch (IOException refused) {
            // The reading side reports it.
        }
        return this;
    }

    public Http2Wire flush() {
        try {
            synchronized (out) {
                out.flush();
            }
        } catch (IOException refused) {
            // The reading side reports it.
        }
        return this;
    }

    // ---- receiving

    /** The next frame, or null when the connection has ended. */
    public @Nullable Frame next() {
        try {
            int first = in.readInt();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(first >>> 8);
            if (payload.length < first >>> 8) return null;
            return new Frame(first & 0xFF, flags, stream, payload);
        } catch (java.net.SocketTimeoutException silent) {
            throw new AssertionError("the edge is silent", silent);
        } catch (EOFException | java.net.SocketException ended) {
            return null;
        } catch (IOException e) {
            // TLS reports an end without close_notify, and a reset, in exceptions of its own.
            return null;
        }
    }

    /** The next frame that is as wanted; others are passed over. Fails when the connection ends first. */
    public Frame await(Predicate<Frame> wanted, String what) {
        flush();
        while (true) {
            Frame frame = next();
            if (frame == null) throw new AssertionError("the connection ended before " + what);
            if (wanted.test(frame)) return frame;
        }
    }

    public Frame await(int type, int stream) {
        return await(f -> f.type() == type && f.stream() == stream, "a frame of type " + type + " on " + stream);
    }

    /** The head of the response on this stream. */
    public Fields head(int stream) {
        return decode(await(HEADERS, stream));
    }

    /** Error code of the reset of this stream. */
    public int resetOf(int stream) {
        return await(RST_STREAM, stream).number(0);
    }

    /** Error code with which the edge ends the connection; waits for the end, too. */
    public int goAway() {
        int code = await(GOAWAY, 0).number(4);
        while (next() != null) {
            // What was under way before.
        }
        return code;
    }

    /** Waits until the edge has seen everything that was sent so far, and answered it. */
    public Http2Wire ping() {
        frame(PING, 0, 0, "are-u-ok".getBytes(StandardCharsets.US_ASCII));
        await(f -> f.type() == PING && f.has(ACK), "the answer to a ping");
        return this;
    }

    /** Fields of a HEADERS frame that stands alone. */
    public Fields decode(Frame frame) {
        if (!frame.has(END_HEADERS)) throw new AssertionError("a head in several frames");
        try {
            Http2Headers headers = decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
            Fields.Builder fields = Fields.builder(headers.size());
            for (Map.Entry<CharSequence, CharSequence> line : headers) {
                fields.add(line.getKey().toString(), line.getValue().toString());
            }
            return fields.build();
        } catch (Http2Exception e) {
            throw new AssertionError("a head that cannot be read", e);
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to close.
        }
    }
}
