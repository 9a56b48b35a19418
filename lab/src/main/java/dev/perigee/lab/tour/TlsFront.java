package dev.perigee.lab.tour;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** TLS in front of a server that speaks in clear, so that direct access to S3 costs the handshake that it costs. */
final class TlsFront implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int CONNECTIONS_MAX = 256;
    private static final int SILENCE_MILLIS_MAX = 60_000;
    private static final long PAUSE_NANOS = 10_000_000;
    private static final long STOP_SECONDS_MAX = 5;

    private final SSLServerSocket listener;
    private final InetSocketAddress target;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("tls-front-", 0).factory());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private TlsFront(SSLServerSocket listener, InetSocketAddress target) {
        this.listener = listener;
        this.target = target;
    }

    static TlsFront open(SSLContext context, InetSocketAddress target) throws IOException {
        SSLServerSocket listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        TlsFront front = new TlsFront(listener, target);
        front.threads.execute(front::accept);
        return front;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                SSLSocket viewer = (SSLSocket) listener.accept();
                if (sockets.size() >= 2 * CONNECTIONS_MAX) viewer.close();
                else threads.execute(() -> carry(viewer));
            } catch (IOException | RejectedExecutionException closed) {
                // Either the listener has been closed, or descriptors ran out: then a pause lets some come back.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void carry(SSLSocket viewer) {
        Socket server = new Socket();
        sockets.add(viewer);
        sockets.add(server);
        try (viewer;
                server) {
            viewer.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            viewer.setSoTimeout(SILENCE_MILLIS_MAX);
            viewer.startHandshake();
            server.connect(target, SILENCE_MILLIS_MAX);
            var requests = threads.submit(() -> pump(viewer, server));
            pump(server, viewer);
            requests.cancel(true);
        } catch (IOException | RejectedExecutionException ended) {
            // A viewer that leaves early is nothing to report.
            return;
        } finally {
            sockets.remove(viewer);
            sockets.remove(server);
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException ended) {
            // Both sockets are closed by carry.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) socket.close();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("threads of the TLS front still run");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
