package dev.perigee.lab.link;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A resolver at the other end of a path: answers every question for an address with 127.0.0.1, one round trip late.
 * It exists so that the time of a lookup can be measured through a real socket; names are not looked at.
 */
public final class DnsResponder implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int QUERY_BYTES_MAX = 512;
    private static final int QUESTIONS_AT_ONCE_MAX = 256;
    private static final long STOP_SECONDS_MAX = 5;
    private static final long PAUSE_NANOS = 1_000_000;

    /** A pointer to the name in the question, type A, class IN, 60 seconds, four bytes of address. */
    private static final byte[] ANSWER = {(byte) 0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1};

    private final DatagramSocket socket;
    private final long roundTripNanos;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("dns-", 0).factory());
    private final Semaphore places = new Semaphore(QUESTIONS_AT_ONCE_MAX);

    private DnsResponder(DatagramSocket socket, Duration roundTrip) {
        this.socket = socket;
        this.roundTripNanos = roundTrip.toNanos();
    }

    public static DnsResponder open(Duration roundTrip) throws IOException {
        DnsResponder responder = new DnsResponder(new DatagramSocket(0, InetAddress.getLoopbackAddress()), roundTrip);
        responder.threads.execute(responder::receive);
        return responder;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    private void receive() {
        byte[] buffer = new byte[QUERY_BYTES_MAX];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                long at = System.nanoTime();
                byte[] response = answer(Arrays.copyOf(buffer, packet.getLength()));
                if (response == null || !places.tryAcquire()) continue;
                SocketAddress asker = packet.getSocketAddress();
                threads.execute(() -> send(response, asker, at + roundTripNanos));
            } catch (IOException | RejectedExecutionException closed) {
                // Either the socket has been closed, or this datagram could not be had: the asker will ask again.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void send(byte[] response, SocketAddress asker, long at) {
        try {
            TimeUnit.NANOSECONDS.sleep(at - System.nanoTime());
            socket.send(new DatagramPacket(response, response.length, asker));
        } catch (IOException closed) {
            // A lost answer is what UDP allows.
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    /** The answer to a plain query with one question, or null for anything else. */
    static byte @Nullable [] answer(byte[] query) {
        if (query.length < HEADER_BYTES + 5 || (query[2] & 0xf8) != 0 || query[4] != 0 || query[5] != 1) return null;
        int end = HEADER_BYTES;
        while (end < query.length && query[end] != 0) {
            int label = query[end] & 0xff;
            if (label > 63) return null;
            end += label + 1;
        }
        end += 5;
        if (end > query.length) return null;
        byte[] response = Arrays.copyOf(query, end + ANSWER.length);
        response[2] = (byte) (0x80 | (query[2] & 1));
        response[3] = (byte) 0x80;
        Arrays.fill(response, 6, HEADER_BYTES, (byte) 0);
        response[7] = 1;
        System.arraycopy(ANSWER, 0, response, end, ANSWER.length);
        return response;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("threads of the resolver still run");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
