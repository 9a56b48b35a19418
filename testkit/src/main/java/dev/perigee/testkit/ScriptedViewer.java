package dev.perigee.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A viewer with one connection at a time over a real socket. It sends what the test says, right or wrong, and reads
 * answers strictly. A connection that the edge ended is replaced with the next request.
 */
public final class ScriptedViewer implements AutoCloseable {
    private final InetSocketAddress edge;
    private final String host;
    private final @Nullable SSLSocketFactory tls;
    private final List<ViewerConnection> past = new ArrayList<>();
    private @Nullable ViewerConnection current;
    /** Null for one who speaks HTTP/1.1. */
    private final @Nullable Sessions streams;

    private final List<StreamSession> sessions = new ArrayList<>();
    private int receiveBuffer;
    private byte[] preamble = {};

    /** Makes connections that carry many requests at once. */
    @FunctionalInterface
    interface Sessions {
        StreamSession open(int receiveBuffer) throws IOException;
    }

    ScriptedViewer(InetSocketAddress edge, String host, @Nullable SSLSocketFactory tls) {
        this(edge, host, tls, null);
    }

    /** One who asks for this host on streams. */
    static ScriptedViewer onStreams(InetSocketAddress edge, String host, Sessions streams) {
        return new ScriptedViewer(edge, host, null, streams);
    }

    private ScriptedViewer(
            InetSocketAddress edge, String host, @Nullable SSLSocketFactory tls, @Nullable Sessions streams) {
        this.streams = streams;
        this.edge = edge;
        this.host = host;
        this.tls = tls;
    }

    /** Kernel buffer for what the edge sends; to be set before the first request. */
    public ScriptedViewer receiveBuffer(int bytes) {
        receiveBuffer = bytes;
        return this;
    }

    /** What every connection begins with, before TLS; to be set before the first request. */
    public ScriptedViewer saying(byte[] first) {
        preamble = first.clone();
        return this;
    }

    /** GET with these fields besides Host: name, value, name, value, … */
    public Exchange get(String target, String... fields) {
        return request("GET", target).fields(fields).send();
    }

    public Exchange head(String target, String... fields) {
        return request("HEAD", target).fields(fields).send();
    }

    public ViewerRequest request(String method, String target) {
        return new ViewerRequest(this, method, target, host);
    }

    /** Sends these bytes, which hold one request, and expects one answer. */
    public Exchange send(String raw) {
        Exchange exchange = new Exchange(raw.startsWith("HEAD ") ? "HEAD" : "GET");
        ViewerConnection connection = connection();
        connection.expect(exchange);
        write(connection, raw.getBytes(StandardCharsets.ISO_8859_1));
        return exchange;
    }

    /** Sends bytes without expecting an answer. */
    public ScriptedViewer sendOnly(String raw) {
        return sendOnly(raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    public ScriptedViewer sendOnly(byte[] raw) {
        write(connection(), raw);
        return this;
    }

    /** Sends bytes on the connection as it is, even if the edge has ended it. */
    public ScriptedViewer sendOnLatest(String raw) {
        write(latest(), raw.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Whether the edge has said, or shown, that the connection carries nothing more. */
    public boolean ended() {
        return latest().finished();
    }

    /** Expects one answer more on the connection as it is. */
    public Exchange next(String method) {
        Exchange exchange = new Exchange(method);
        latest().expect(exchange);
        return exchange;
    }

    /** Whether the edge ends the connection without sending anything more; waits for it. */
    public boolean closedByEdge() {
        return closedByEdge(Patience.SECONDS * 1000);
    }

    public boolean closedByEdge(int withinMilliseconds) {
        return latest().awaitEnd(withinMilliseconds);
    }

    /** Opens the connection without sending anything. */
    public ScriptedViewer connect() {
        connection();
        return this;
    }

    /** Ends this side of the connection and goes on reading. */
    public void halfClose() {
        try {
            latest().out().flush();
            latest().socket().shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads nothing more until {@link #resumeReading}. */
    public void pauseReading() {
        if (speaksStreams()) session().pause(true);
        else connection().pause(true);
    }

    public void resumeReading() {
        if (speaksStreams()) sessions.getLast().pause(false);
        else latest().pause(false);
    }

    /** Leaves without waiting for answers. */
    public void hangUp() {
        if (speaksStreams()) sessions.getLast().close();
        else latest().close();
    }

    /** Port of the viewer's end of the connection. */
    public int port() {
        return speaksStreams() ? session().localPort() : connection().socket().getLocalPort();
    }

    /** How many connections it has made. */
    public int connections() {
        if (speaksStreams()) return sessions.size();
        return past.size() + (current == null ? 0 : 1);
    }

    @Override
    public void close() {
        sessions.forEach(StreamSession::close);
        for (ViewerConnection connection : past) connection.close();
        if (current != null) current.close();
    }

    boolean speaksStreams() {
        return streams != null;
    }

    StreamSession session() {
        Sessions opening = streams;
        if (opening == null) throw new IllegalStateException("HTTP/1.1 has no streams");
        if (sessions.isEmpty() || sessions.getLast().finished()) {
            try {
                sessions.add(opening.open(receiveBuffer));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sessions.getLast();
    }

    ViewerConnection connection() {
        if (speaksStreams()) throw new IllegalStateException("what is sent as text is HTTP/1.1");
        ViewerConnection usable = current;
        if (usable != null && !usable.finished()) return usable;
        if (usable != null) past.add(usable);
        ViewerConnection made = open();
        current = made;
        return made;
    }

    private ViewerConnection latest() {
        ViewerConnection open = current;
        if (open == null) throw new IllegalStateException("nothing was sent yet");
        return open;
    }

    private ViewerConnection open() {
        Socket plain = new Socket();
        try {
            if (receiveBuffer > 0) plain.setReceiveBufferSize(receiveBuffer);
            plain.connect(edge, Patience.SECONDS * 1000);
            plain.getOutputStream().write(preamble);
            ViewerConnection connection = new ViewerConnection(tls == null ? plain : secured(plain, tls));
            connection.start();
            return connection;
        } catch (IOException e) {
            closeQuietly(plain);
            throw new UncheckedIOException(e);
        }
    }

    private Socket secured(Socket plain, SSLSocketFactory factory) throws IOException {
        plain.setSoTimeout(Patience.SECONDS * 1000);
        SSLSocket secured = (SSLSocket) factory.createSocket(plain, host, edge.getPort(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to close.
        }
    }

    /** An edge may refuse a request before all of it was sent; what it says about that is read all the same. */
    static void write(ViewerConnection connection, byte[] bytes) {
        try {
            connection.out().write(bytes);
            connection.out().flush();
        } catch (IOException refused) {
            // The reading side reports it.
        }
    }
}
