package dev.perigee.lab.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Only lower bounds on time are asserted: a busy machine may be slower, never faster, than the model. */
@Timeout(30)
class LinkTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final LinkProfile FAR = LinkProfile.of(Duration.ofMillis(60), LinkProfile.UNLIMITED);

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private InetSocketAddress target() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private static Socket connect(Link link) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(link.address());
        return socket;
    }

    private Socket accept() throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    @Test
    void firstBytesWaitForTheHandshakeAndTheWay() throws Exception {
        try (Link link = Link.open(FAR, target(), Link.Opening.HELD)) {
            long start = System.nanoTime();
            try (Socket near = connect(link)) {
                near.getOutputStream().write(7);
                try (Socket far = accept()) {
                    assertEquals(7, far.getInputStream().read());
                    long there = millisSince(start);
                    assertTrue(there >= 89, "handshake and one way took " + there + " ms");
                    far.getOutputStream().write(8);
                    assertEquals(8, near.getInputStream().read());
                    long back = millisSince(start);
                    assertTrue(back >= 119, "handshake and round trip took " + back + " ms");
                }
            }
        }
    }

    @Test
    void connectIsAnsweredAfterARoundTrip() throws Exception {
        try (Link link = Link.open(FAR, target(), Link.Opening.CONNECT)) {
            long start = System.nanoTime();
            try (Socket near = connect(link)) {
                OutputStream out = near.getOutputStream();
                out.write("CONNECT photos.example:443 HTTP/1.1\r\nHost: photos.example:443\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                String expected = "HTTP/1.1 200 Connection established\r\n\r\n";
                byte[] answer = near.getInputStream().readNBytes(expected.length());
                long took = millisSince(start);
                assertEquals(expected, new String(answer, StandardCharsets.US_ASCII));
                assertTrue(took >= 59, "the answer took " + took + " ms");
                out.write(1);
                try (Socket far = accept()) {
                    assertEquals(1, far.getInputStream().read());
                }
            }
        }
    }

    @Test
    void whatIsNoConnectIsCutOff() throws Exception {
        try (Link link = Link.open(LinkProfile.NONE, target(), Link.Opening.CONNECT);
                Socket near = connect(link)) {
            near.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertTrue(ended(near), "the connection must end");
        }
    }

    @Test
    void bytesArriveWholeAndHalfCloseTravels() throws Exception {
        byte[] sent = new byte[600_000];
        new Random(5).nextBytes(sent);
        LinkProfile profile = LinkProfile.of(Duration.ofMillis(10), 400_000_000);
        try (Link link = Link.open(profile, target(), Link.Opening.HELD);
                Socket near = connect(link);
                Socket far = accept()) {
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> readAll(far));
            near.getOutputStream().write(sent);
            near.shutdownOutput();
            assertArrayEquals(sent, received.get(20, TimeUnit.SECONDS));
            far.getOutputStream().write("got it".getBytes(StandardCharsets.US_ASCII));
            far.shutdownOutput();
            assertEquals("got it", new String(readAll(near), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void largeTransfersTakeSeveralRoundTrips() throws Exception {
        try (Link link = Link.open(FAR, target(), Link.Opening.HELD);
                Socket near = connect(link);
                Socket far = accept()) {
            long start = System.nanoTime();
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> readAll(near));
            far.getOutputStream().write(new byte[150_000]);
            far.shutdownOutput();
            assertEquals(150_000, received.get(20, TimeUnit.SECONDS).length);
            long took = millisSince(start);
            assertTrue(took >= 200, "four windows took " + took + " ms");
        }
    }

    @Test
    void aReceiverThatDoesNotReadStopsTheSender() throws Exception {
        LinkProfile narrow = LinkProfile.of(Duration.ofMillis(2), 1_000_000_000);
        try (Link link = Link.open(narrow, target(), Link.Opening.HELD);
                Socket near = connect(link);
                Socket far = accept()) {
            long limit = 64L << 20;
            CompletableFuture<Long> written = CompletableFuture.supplyAsync(() -> writeUntilStopped(near, limit));
            // The sender must get stuck on socket buffers and one window; then the reset sets it free.
            assertThrows(TimeoutException.class, () -> written.get(1, TimeUnit.SECONDS));
            reset(far);
            long bytes = written.get(20, TimeUnit.SECONDS);
            assertTrue(bytes < limit, "all " + bytes + " bytes went into buffers");
        }
    }

    @Test
    void resetsTravelInBothDirections() throws Exception {
        try (Link link = Link.open(FAR, target(), Link.Opening.HELD)) {
            try (Socket near = connect(link);
                    Socket far = accept()) {
                near.getOutputStream().write(1);
                assertEquals(1, far.getInputStream().read());
                reset(far);
                assertThrows(IOException.class, () -> near.getInputStream().read());
            }
            try (Socket near = connect(link);
                    Socket far = accept()) {
                near.getOutputStream().write(1);
                assertEquals(1, far.getInputStream().read());
                reset(near);
                assertThrows(IOException.class, () -> far.getInputStream().read());
            }
        }
    }

    @Test
    void closingEndsOpenConnections() throws Exception {
        Link link = Link.open(LinkProfile.NONE, target(), Link.Opening.HELD);
        try (Socket near = connect(link);
                Socket far = accept()) {
            near.getOutputStream().write(1);
            assertEquals(1, far.getInputStream().read());
            closeNow(link);
            assertTrue(ended(near), "the near side ends");
            assertTrue(ended(far), "the far side ends");
            assertEquals(0, link.connections());
        }
        assertThrows(IOException.class, () -> connect(link));
    }

    private static void reset(Socket socket) throws IOException {
        try (socket) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
    }

    private static void closeNow(Link link) throws IOException {
        try (link) {
            assertEquals(1, link.connections());
        }
    }

    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static byte[] readAll(Socket socket) {
        try (InputStream in = new UnclosedInput(socket)) {
            return in.readAllBytes();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static long writeUntilStopped(Socket socket, long limit) {
        long written = 0;
        byte[] piece = new byte[64 * 1024];
        try {
            while (written < limit) {
                socket.getOutputStream().write(piece);
                written += piece.length;
            }
        } catch (IOException reset) {
            return written;
        }
        return written;
    }

    /** Closing a socket's stream would close the socket, which is still to be written to. */
    private static final class UnclosedInput extends FilterInputStream {
        UnclosedInput(Socket socket) throws IOException {
            super(socket.getInputStream());
        }

        @Override
        public void close() {}
    }
}
