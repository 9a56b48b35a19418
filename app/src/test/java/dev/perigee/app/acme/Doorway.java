package dev.perigee.app.acme;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A port that stays, and leads to wherever an edge listens now. */
public final class Doorway implements AutoCloseable {
    private final ServerSocket listener;
    private volatile InetSocketAddress target;

    public Doorway(InetSocketAddress target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public void leadTo(InetSocketAddress other) {
        target = other;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket from = listener.accept();
                Thread.ofVirtual().start(() -> lead(from));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void lead(Socket from) {
        try (from;
                Socket to = new Socket(target.getAddress(), target.getPort())) {
            Thread back = Thread.ofVirtual().start(() -> copy(to, from));
            copy(from, to);
            back.join();
        } catch (IOException nobodyThere) {
            // Whoever came sees the connection end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException ended) {
            // Either side may go first.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
