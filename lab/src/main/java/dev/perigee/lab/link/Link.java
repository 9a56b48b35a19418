package dev.perigee.lab.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A wide-area path on the loopback interface: listens on a free port and carries every connection to one target with
 * the delay, the rate and the slow start of its {@link LinkProfile}. Closing it ends all connections and threads.
 */
public final class Link implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 1_024;
    private static final int BACKLOG = 256;
    private static final long STOP_SECONDS_MAX = 5;
    private static final long PAUSE_NANOS = 10_000_000;

    /** How the round trip of TCP's own handshake becomes visible. */
    public enum Opening {
        /** Clients just connect; their first bytes leave one round trip later. */
        HELD,
        /** Clients ask with an HTTP CONNECT, and its answer comes one round trip later. The target is always the same. */
        CONNECT
    }

    private final LinkProfile profile;
    private final InetSocketAddress target;
    private final Opening opening;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("link-", 0).factory());
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    private Link(LinkProfile profile, InetSocketAddress target, Opening opening, ServerSocket listener) {
        this.profile = profile;
        this.target = target;
        this.opening = opening;
        this.listener = listener;
    }

    public static Link open(LinkProfile profile, InetSocketAddress target, Opening opening) throws IOException {
        ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Link link = new Link(profile, target, opening, listener);
        link.threads.execute(link::accept);
        return link;
    }

    /** Where clients connect. */
    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    public LinkProfile profile() {
        return profile;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                Connection connection = new Connection(profile, opening, near, target, threads);
                if (connections.size() >= CONNECTIONS_MAX) {
                    connection.abort();
                    continue;
                }
                connections.add(connection);
                threads.execute(() -> {
                    connection.run();
                    connections.remove(connection);
                });
            } catch (IOException | RejectedExecutionException closed) {
                // Either the listener has been closed, or descriptors ran out: then a pause lets some come back.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Connections that are open now. */
    int connections() {
        return connections.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Connection connection : connections) connection.abort();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("threads of the link to " + target + " still run");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
