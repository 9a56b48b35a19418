package dev.perigee.app.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A viewer that only has to keep an edge of the same process busy: on this machine, so it trusts whoever answers, and as cheap
 * as can be. Each kind of load ends after its time too, so that a slow machine is not kept.
 */
final class RehearsedViewer {
    private static final long PART_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** Requests that are sent ahead of their answers. */
    private static final int BATCH = 10;

    /** Connections that share a context: the first has a full handshake, the others resume. */
    private static final int RESUMED = 4;

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;

    private final String host;
    private final int port;
    private final int tlsPort;

    RehearsedViewer(String host, int port, int tlsPort) {
        this.host = host;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    void inClear(int requests, String path) throws IOException {
        try (Socket socket = connect(port)) {
            ask(socket, requests, path);
        }
    }

    void encrypted(int requests, String path) throws IOException {
        try (SSLSocket socket = secure(newContext(), "http/1.1")) {
            ask(socket, requests, path);
        }
    }

    /** One request on each connection. */
    void connections(int count) throws IOException {
        long due = System.nanoTime() + PART_NANOS;
        SSLContext context = newContext();
        byte[] request = request("/small", "close");
        for (int i = 0; i < count && System.nanoTime() < due; i++) {
            if (i % RESUMED == 0) context = newContext();
            try (SSLSocket socket = secure(context, i % 2 == 0 ? "h2" : "http/1.1")) {
                if (i % 2 == 0) {
                    exchange(socket, 1, 1, "/small");
                    continue;
                }
                socket.getOutputStream().write(request);
                socket.getInputStream().transferTo(ByteArrayOutputStream.nullOutputStream());
            }
        }
    }

    void http2(int requests, String path) throws IOException {
        try (SSLSocket socket = secure(newContext(), "h2")) {
            exchange(socket, requests, BATCH, path);
        }
    }

    private void ask(Socket socket, int requests, String path) throws IOException {
        long due = System.nanoTime() + PART_NANOS;
        var in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 32 << 10));
        byte[] request = request(path, "keep-alive");
        for (int i = 0; i < requests && System.nanoTime() < due; i++) {
            socket.getOutputStream().write(request);
            skipResponse(in);
        }
    }

    private byte[] request(String path, String connection) {
        return ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: " + connection + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void skipResponse(DataInputStream in) throws IOException {
        long length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15))
                length = Long.parseLong(line.substring(15).strip());
        }
        in.skipNBytes(length);
    }

    private static String line(DataInputStream in) throws IOException {
        var line = new StringBuilder(64);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) throw new EOFException("no more of the response");
            if (octet != '\r') line.append((char) octet);
        }
        return line.toString();
    }

    // ---- HTTP/2, as much of it as a list of equal requests needs

    private void exchange(Socket socket, int requests, int batch, String path) throws IOException {
        long due = System.nanoTime() + PART_NANOS;
        var out = new ByteArrayOutputStream();
        out.writeBytes(PREFACE);
        // As little as is allowed to be acknowledged, and a window that lasts.
        frame(out, SETTINGS, 0, 0, new byte[] {0, 4, 0x3f, -1, -1, -1});
        frame(out, WINDOW_UPDATE, 0, 0, new byte[] {0x3f, -1, 0, 0});
        var in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 32 << 10));
        byte[] fields = fields(path);
        for (int sent = 0; sent < requests && System.nanoTime() < due; sent += batch) {
            for (int i = 0; i < batch; i++) {
                frame(out, HEADERS, END_HEADERS | END_STREAM, 2 * (sent + i) + 1, fields);
            }
            socket.getOutputStream().write(out.toByteArray());
            out.reset();
            for (int open = batch; open > 0; ) if (endsStream(in, out)) open--;
        }
    }

    /** Reads a frame; true when it is the last of a response. */
    private static boolean endsStream(DataInputStream in, ByteArrayOutputStream out) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        in.readInt();
        in.skipNBytes(length);
        if (type == SETTINGS && (flags & ACK) == 0) frame(out, SETTINGS, ACK, 0, new byte[0]);
        return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    private byte[] fields(String path) {
        var block = new ByteArrayOutputStream();
        // :method GET and :scheme https of the static table; :path and :authority by name there, not to be kept (RFC
        // 7541).
        block.write(0x82);
        block.write(0x87);
        literal(block, 4, path);
        literal(block, 1, host);
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void frame(ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
        out.write(payload.length >> 16);
        out.write(payload.length >> 8);
        out.write(payload.length);
        out.write(type);
        out.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) out.write(stream >> shift);
        out.writeBytes(payload);
    }

    // ---- connections

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private SSLSocket secure(SSLContext context, String protocol) throws IOException {
        Socket plain = connect(tlsPort);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, tlsPort, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {protocol});
        parameters.setServerNames(List.of(new SNIHostName(host)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static SSLContext newContext() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("this JDK has no TLS", e);
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
