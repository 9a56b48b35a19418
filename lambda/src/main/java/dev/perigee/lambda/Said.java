package dev.perigee.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What a process says, through its console or straight to its output, until somebody takes it. Safe for all threads. */
final class Said {
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final int LINE_MAX = 16 << 10;
    private static final int PIECE = 64 << 10;
    private static final long REST_NANOS = 20_000_000;

    private final int max;
    private List<String> lines = new ArrayList<>();
    private int octets;
    private boolean cut;
    private boolean reads;
    private volatile boolean resting;

    Said(int max) {
        this.max = max;
    }

    synchronized void add(String text) {
        if (cut) return;
        octets += text.length() + 1;
        if (octets <= max) {
            lines.add(text);
            return;
        }
        cut = true;
        lines.add("(what it has written beyond " + max + " characters is left out)");
    }

    /** Whether a run begins, or the process has none. */
    void rests(boolean now) {
        resting = now;
    }

    /** Whether more of it is left out. */
    synchronized boolean isFull() {
        return cut;
    }

    synchronized List<String> taken() {
        List<String> all = lines;
        lines = new ArrayList<>();
        octets = 0;
        cut = false;
        return all;
    }

    /** Reads to the end of what the process writes to its output. */
    void read(InputStream output) {
        synchronized (this) {
            reads = true;
        }
        try {
            StringBuilder line = new StringBuilder();
            byte[] piece = new byte[PIECE];
            for (int count = output.read(piece); count >= 0; count = output.read(piece)) {
                if (isFull()) {
                    line.setLength(0);
                    // What writes on although nobody waits for it must not keep this busy.
                    if (resting) LockSupport.parkNanos(REST_NANOS);
                    continue;
                }
                String text = new String(piece, 0, count, StandardCharsets.UTF_8);
                for (int i = 0; i < text.length(); i++) {
                    char c = text.charAt(i);
                    if (c == '\n' || line.length() >= LINE_MAX) {
                        add(line.toString());
                        line.setLength(0);
                    }
                    if (c != '\n') line.append(c);
                }
            }
            if (!line.isEmpty()) add(line.toString());
        } catch (IOException e) {
            // The process was killed while this was reading.
        }
        synchronized (this) {
            reads = false;
            notifyAll();
        }
    }

    /** Waits, not for long, until what a process that has ended has said is all there. */
    synchronized void awaitEnd() {
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            while (reads && System.nanoTime() - end < 0) wait(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
