package dev.perigee.testkit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One connection of a viewer: the test's thread writes, a virtual thread reads the answers in order. */
final class ViewerConnection implements AutoCloseable {
    private final Socket socket;
    private final OutputStream out;
    private final BlockingQueue<Reading> readings = new LinkedBlockingQueue<>();
    private final Thread reader;
    private final Object reading = new Object();
    private boolean paused;
    private volatile boolean finished;

    /** Something to be read, in the order of the requests. */
    private interface Reading {
        /** True when more may follow. */
        boolean read(WireReader in) throws IOException;

        void fail(Throwable why);
    }

    ViewerConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Patience.SILENCE_SECONDS * 1000);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 65_536);
        InputStream in = socket.getInputStream();
        this.reader = Thread.ofVirtual().name("viewer").unstarted(() -> readAll(in));
    }

    void start() {
        reader.start();
    }

    OutputStream out() {
        return out;
    }

    Socket socket() {
        return socket;
    }

    /** Whether no further request can be sent on it. */
    boolean finished() {
        return finished;
    }

    void expect(Exchange exchange) {
        readings.add(new Reading() {
            @Override
            public boolean read(WireReader in) throws IOException {
                Exchange.Read read = exchange.read(in);
                // Said before the answer is handed over: the test may send its next request at once.
                if (!read.lasts()) finished = true;
                exchange.complete(read.response());
                return read.lasts();
            }

            @Override
            public void fail(Throwable why) {
                exchange.fail(why);
            }
        });
    }

    /** Whether the edge ends the connection, with nothing more on it, within this time. */
    boolean awaitEnd(int milliseconds) {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        readings.add(new Reading() {
            @Override
            public boolean read(WireReader in) {
                ended.complete(atEnd(in));
                return false;
            }

            @Override
            public void fail(Throwable why) {
                ended.complete(true);
            }
        });
        try {
            return ended.get(milliseconds, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillOpen) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean atEnd(WireReader in) {
        try {
            return in.atEnd();
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    void pause(boolean pause) {
        synchronized (reading) {
            paused = pause;
            reading.notifyAll();
        }
    }

    private void readAll(InputStream in) {
        WireReader wire = new WireReader(new Pausable(in));
        @Nullable Throwable end = null;
        while (!Thread.currentThread().isInterrupted()) {
            Reading next;
            try {
                next = readings.take();
            } catch (InterruptedException closing) {
                break;
            }
            if (end != null) {
                next.fail(end);
                continue;
            }
            try {
                if (!next.read(wire)) finished = true;
            } catch (IOException e) {
                finished = true;
                end = e;
                next.fail(e);
            }
        }
        for (Reading left : readings) left.fail(new IOException("the viewer closed its connection"));
    }

    @Override
    public void close() {
        finished = true;
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to close.
        }
        reader.interrupt();
        pause(false);
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads nothing while the viewer pauses, so that the kernel's buffers fill up. */
    private final class Pausable extends InputStream {
        private final InputStream in;

        Pausable(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("read in blocks");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            synchronized (reading) {
                while (paused) {
                    try {
                        reading.wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("interrupted while pausing", e);
                    }
                }
            }
            return in.read(bytes, offset, length);
        }
    }
}
