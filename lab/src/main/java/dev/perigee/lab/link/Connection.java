package dev.perigee.lab.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** One connection through a link: opening, two lanes, and the end, clean or by reset, seen alike on both sides. */
final class Connection implements Runnable {
    private static final int CONNECT_HEAD_BYTES_MAX = 4_096;
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final byte[] ESTABLISHED =
            "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final LinkProfile profile;
    private final Link.Opening opening;
    private final Socket near;
    private final Socket far = new Socket();
    private final InetSocketAddress target;
    private final ExecutorService threads;
    private final long acceptedAt = System.nanoTime();

    Connection(
            LinkProfile profile, Link.Opening opening, Socket near, InetSocketAddress target, ExecutorService threads) {
        this.profile = profile;
        this.opening = opening;
        this.near = near;
        this.target = target;
        this.threads = threads;
    }

    @Override
    public void run() {
        try (near;
                far) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            long openAt = acceptedAt + profile.roundTripNanos();
            if (opening == Link.Opening.CONNECT) {
                readConnect(near.getInputStream());
                far.connect(target, CONNECT_MILLIS_MAX);
                TimeUnit.NANOSECONDS.sleep(openAt - System.nanoTime());
                near.getOutputStream().write(ESTABLISHED);
            } else {
                far.connect(target, CONNECT_MILLIS_MAX);
            }
            carry(openAt);
        } catch (IOException failed) {
            abort();
        } catch (InterruptedException stopped) {
            abort();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends both sides at once, as a reset does. */
    void abort() {
        reset(near);
        reset(far);
    }

    private void carry(long openAt) throws InterruptedException {
        Lane out = new Lane(near, far, profile);
        Lane back = new Lane(far, near, profile);
        var outReader = threads.submit(() -> read(out, openAt));
        var backReader = threads.submit(() -> read(back, openAt));
        var backWriter = threads.submit(() -> write(back));
        write(out);
        try {
            backWriter.get();
            outReader.get();
            backReader.get();
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        }
    }

    private void read(Lane lane, long openAt) {
        try {
            lane.carry(openAt);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Lane lane) {
        try {
            if (!lane.deliver()) abort();
        } catch (InterruptedException stopped) {
            abort();
            Thread.currentThread().interrupt();
        }
    }

    private static void readConnect(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int tail = 0;
        // The head ends with CR LF CR LF; bytes beyond it belong to the tunnel and must stay unread.
        while (tail != 0x0d0a0d0a) {
            int next = in.read();
            if (next < 0 || head.size() == CONNECT_HEAD_BYTES_MAX) throw new IOException("no CONNECT");
            head.write(next);
            tail = (tail << 8) | next;
        }
        if (!head.toString(StandardCharsets.US_ASCII).startsWith("CONNECT ")) throw new IOException("not a CONNECT");
    }

    private static void reset(Socket socket) {
        try (socket) {
            if (!socket.isClosed()) socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException alreadyGone) {
            // Nothing is left to end.
            return;
        }
    }
}
