package dev.perigee.edge.origin;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLServerSocket;

/** A TLS origin behind a relay that ends the TCP connection before TLS says good-bye. */
final class CutTls implements AutoCloseable {
    private final ScriptedOrigin behind;
    private final ServerSocket front = new ServerSocket();
    private final CountDownLatch over = new CountDownLatch(1);

    CutTls(SSLServerSocket listener, String answer) throws IOException {
        behind = ScriptedOrigin.start(listener, peer -> {
            peer.readHead();
            peer.send(answer);
            over.await();
        });
        front.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::relay);
    }

    int port() {
        return front.getLocalPort();
    }

    private void relay() {
        try (Socket client = front.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), behind.port())) {
            Thread.ofVirtual().start(() -> copy(client, server));
            server.setSoTimeout(500);
            copy(server, client);
        } catch (IOException e) {
            // The test is over.
        }
    }

    /** Ends when the origin has been silent for a while. */
    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            byte[] bytes = new byte[8192];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                to.getOutputStream().write(bytes, 0, count);
            }
        } catch (IOException e) {
            // Silence, or the other side is closed.
        }
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        front.close();
        behind.close();
    }
}
