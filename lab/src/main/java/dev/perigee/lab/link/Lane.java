package dev.perigee.lab.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * One direction of a connection: a thread that reads when the model lets bytes leave, and a thread that writes them
 * when they arrive. In between lies at most one window of bytes, so a receiver that does not read stops the sender.
 */
final class Lane {
    private static final int PIECE_BYTES_MAX = 16 * 1024;

    private final Socket from;
    private final Socket to;
    private final SlowStart model;
    private final int windowMax;
    private final long oneWayNanos;
    private final ArrayDeque<Piece> underWay = new ArrayDeque<>();
    private long bytesUnderWay;
    private boolean receiverGone;

    /** What travels: bytes, or the end of the stream in one of its two forms. */
    private sealed interface Piece {
        long arrival();

        @SuppressWarnings("ArrayRecordComponent") // Pieces are never compared.
        record Bytes(long arrival, byte[] bytes) implements Piece {}

        record End(long arrival) implements Piece {}

        record Reset(long arrival) implements Piece {}
    }

    Lane(Socket from, Socket to, LinkProfile profile) {
        this.from = from;
        this.to = to;
        this.model = new SlowStart(profile);
        this.windowMax = profile.windowMax();
        this.oneWayNanos = profile.oneWayNanos();
    }

    /** Reads until the end of the stream; no byte leaves before {@code openAt}. */
    void carry(long openAt) throws InterruptedException {
        byte[] buffer = new byte[PIECE_BYTES_MAX];
        try {
            InputStream in = from.getInputStream();
            while (true) {
                // The window is asked before reading, so that what waits for it waits at the sender.
                if (!awaitRoom()) return;
                sleepUntil(model.departure(Math.max(System.nanoTime(), openAt)));
                int count = in.read(buffer, 0, Math.min(model.allowance(), PIECE_BYTES_MAX));
                if (count < 0) break;
                long now = model.departure(Math.max(System.nanoTime(), openAt));
                put(new Piece.Bytes(model.send(now, count), Arrays.copyOf(buffer, count)), count);
            }
            put(new Piece.End(System.nanoTime() + oneWayNanos), 0);
        } catch (IOException reset) {
            put(new Piece.Reset(System.nanoTime() + oneWayNanos), 0);
        }
    }

    /** Writes what arrives, until the end of the stream. False when the connection was reset. */
    boolean deliver() throws InterruptedException {
        try {
            OutputStream out = to.getOutputStream();
            while (true) {
                Piece piece = next();
                sleepUntil(piece.arrival());
                switch (piece) {
                    case Piece.Bytes data -> {
                        out.write(data.bytes());
                        release(data.bytes().length);
                    }
                    case Piece.End _ -> {
                        to.shutdownOutput();
                        return true;
                    }
                    case Piece.Reset _ -> {
                        return false;
                    }
                }
            }
        } catch (IOException receiverClosed) {
            return false;
        } finally {
            leave();
        }
    }

    /** False when there is nobody left to carry for. */
    private synchronized boolean awaitRoom() throws InterruptedException {
        while (bytesUnderWay >= windowMax && !receiverGone) wait();
        return !receiverGone;
    }

    private synchronized void put(Piece piece, int bytes) {
        underWay.add(piece);
        bytesUnderWay += bytes;
        notifyAll();
    }

    private synchronized Piece next() throws InterruptedException {
        while (underWay.isEmpty()) wait();
        return underWay.remove();
    }

    private synchronized void release(int bytes) {
        bytesUnderWay -= bytes;
        notifyAll();
    }

    private synchronized void leave() {
        receiverGone = true;
        notifyAll();
    }

    private static void sleepUntil(long time) throws InterruptedException {
        while (true) {
            long left = time - System.nanoTime();
            if (left <= 0) return;
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }
}
