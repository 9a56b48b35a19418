package dev.perigee.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;

/**
 * An HTTP/1.1 origin on a free loopback port that does what it was told and remembers what it was asked. Requests that
 * no script applies to, and bytes that are no request, fail the scenario at its end.
 */
public final class ScriptedOrigin implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final ManualClock clock;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("origin-", 0).factory());
    private final List<OriginScript> scripts = new CopyOnWriteArrayList<>();
    private final List<RecordedRequest> requests = new ArrayList<>();
    private final List<String> surprises = new CopyOnWriteArrayList<>();
    private final List<String> tlsSessions = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch acceptorDone = new CountDownLatch(1);

    private ScriptedOrigin(ManualClock clock, ServerSocket listener) {
        this.clock = clock;
        this.listener = listener;
    }

    public static ScriptedOrigin start(ManualClock clock) {
        try {
            return start(clock, new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An origin that is bound already, such as one with TLS. */
    public static ScriptedOrigin start(ManualClock clock, ServerSocket listener) {
        ScriptedOrigin origin = new ScriptedOrigin(clock, listener);
        origin.threads.execute(() -> {
            try {
                origin.accept();
            } finally {
                origin.acceptorDone.countDown();
            }
        });
        return origin;
    }

    /** Of each TLS connection that came about: its protocol, and the name in SNI. */
    public List<String> tlsSessions() {
        return List.copyOf(tlsSessions);
    }

    private void shakeHands(SSLSocket socket) throws IOException {
        socket.startHandshake();
        var session = (ExtendedSSLSession) socket.getSession();
        String names = session.getRequestedServerNames().stream()
                .map(name -> ((SNIHostName) name).getAsciiName())
                .collect(Collectors.joining(" "));
        tlsSessions.add(session.getProtocol() + ' ' + names);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), port());
    }

    /**
     * A new script.
     *
     * @param method exact, or {@code *}
     * @param target path, or path and query; {@code *} and {@code ?} are wildcards
     */
    public OriginScript on(String method, String target) {
        OriginScript script = new OriginScript(method, target);
        scripts.addFirst(script);
        return script;
    }

    /** Lets every held answer go. */
    public ScriptedOrigin release() {
        scripts.forEach(OriginScript::release);
        return this;
    }

    /** Lets every paused answer go on. */
    public ScriptedOrigin resume() {
        scripts.forEach(OriginScript::resume);
        return this;
    }

    /** Everything asked so far, in the order of arrival. */
    public List<RecordedRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    public List<RecordedRequest> requests(String path) {
        return requests().stream().filter(r -> r.path().equals(path)).toList();
    }

    public RecordedRequest lastRequest() {
        return requests().getLast();
    }

    /** Waits until at least so many requests have arrived (their heads, that is). */
    public ScriptedOrigin awaitRequests(int atLeast) {
        boolean came = Patience.until(
                Duration.ofSeconds(Patience.SECONDS), () -> requests().size() >= atLeast);
        if (!came) throw new AssertionError("wanted " + atLeast + " requests at the origin, got " + requests());
        return this;
    }

    /** Asserts that exactly so many requests have arrived. */
    public void expectRequests(int exactly) {
        List<RecordedRequest> got = requests();
        assertEquals(exactly, got.size(), () -> "requests at the origin: " + got);
    }

    /** How many connections were made. */
    public int connections() {
        return accepted.get();
    }

    /** Ends every connection, as a restart of the origin would. */
    public void dropConnections() {
        for (Socket socket : connections) closeQuietly(socket);
    }

    /**
     * Stops listening: later connections are refused. The JDK closes a listener for real when the virtual thread that
     * accepts on it has seen that it should, and until then the system goes on taking connections: hence the wait.
     */
    public void stopListening() {
        try {
            listener.close();
            if (!acceptorDone.await(Patience.SECONDS, TimeUnit.SECONDS))
                throw new AssertionError("it goes on listening");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What arrived that no script expected. */
    List<String> surprises() {
        return List.copyOf(surprises);
    }

    @Override
    public void close() {
        stopListening();
        release();
        resume();
        dropConnections();
        threads.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                if (listener.isClosed()) {
                    // It came in between, after those were told that somebody listens no more.
                    socket.close();
                    return;
                }
                connections.add(socket);
                int number = accepted.incrementAndGet();
                threads.execute(() -> serve(socket, number));
            } catch (IOException e) {
                if (!listener.isClosed()) throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            if (socket instanceof SSLSocket secured) shakeHands(secured);
            serve(new OriginConnection(this, socket, number));
        } catch (IOException gone) {
            // The edge went away, or the origin is closing: what that means is for the scenario to say.
        } finally {
            connections.remove(socket);
        }
    }

    /** What surprises is noted before the connection ends, which is what tests wait for. */
    private void serve(OriginConnection connection) throws IOException {
        try {
            while (connection.serveOne()) {
                // The next request of a kept connection.
            }
        } catch (MalformedHttp malformed) {
            surprises.add("malformed request: " + malformed.getMessage());
        }
    }

    void record(RecordedRequest request) {
        synchronized (requests) {
            requests.add(request);
        }
    }

    List<OriginScript> scripts() {
        return scripts;
    }

    void surprise(String what) {
        surprises.add(what);
    }

    String date() {
        return clock.httpDate();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to close.
        }
    }
}
