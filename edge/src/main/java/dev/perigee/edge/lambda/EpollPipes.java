package dev.perigee.edge.lambda;

import dev.perigee.lambda.Pipes;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.ThreadExecutorMap;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pipes that Netty's event loops on epoll wait for. Each is opened once more by its name in {@code /proc}: for the process, and for
 * a thread here that may wait, since that a pipe does not wait belongs to the opening and not to the pipe.
 */
public final class EpollPipes implements Pipes {
    private static final Logger LOG = LoggerFactory.getLogger(EpollPipes.class);
    private static final Path NAMES = Path.of("/proc/self/fd");
    private static final int PIECE = 8 << 10;

    private final FileDescriptor[] down = FileDescriptor.pipe();
    private final FileDescriptor[] up;
    private final InputStream incoming;
    private final OutputStream outgoing;
    /** Of the event loop that waits, one at a time. */
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);

    /** Octets beside those of the protocol that have gone to the process. */
    private final AtomicInteger asked = new AtomicInteger();

    private volatile boolean givenUp;

    /** Guarded by this: the names of ends that are closed are those of others soon. */
    private boolean closed;

    private EpollPipes() throws IOException {
        FileDescriptor[] second = null;
        InputStream in = null;
        OutputStream out = null;
        try {
            second = FileDescriptor.pipe();
            in = new Incoming(name(second[0]));
            out = new FileOutputStream(name(down[1]));
        } finally {
            if (out == null) {
                close(down);
                close(second);
                if (in != null) in.close();
            }
        }
        up = second;
        incoming = in;
        outgoing = out;
    }

    /** What makes them; null where this machine has no epoll. */
    public static Pipes.@Nullable Source source() {
        return Epoll.isAvailable() && Files.isDirectory(NAMES) ? EpollPipes::new : null;
    }

    private static File name(FileDescriptor end) {
        return NAMES.resolve(Integer.toString(end.intValue())).toFile();
    }

    @Override
    public File input() {
        return name(down[0]);
    }

    @Override
    public File output() {
        return name(up[1]);
    }

    @Override
    public void started() {
        // Only the process may have these: else nobody would notice its end.
        close(down[0]);
        close(up[1]);
    }

    @Override
    public InputStream incoming() {
        return incoming;
    }

    @Override
    public OutputStream outgoing() {
        return outgoing;
    }

    @Override
    public int write(byte[] octets) throws IOException {
        int sent = 0;
        while (sent < octets.length) {
            int count = Math.min(PIECE, octets.length - sent);
            piece.clear().put(octets, sent, count);
            int written = down[1].write(piece, 0, count);
            sent += written;
            if (written < count) break;
        }
        return sent;
    }

    @Override
    public int read(byte[] into) throws IOException {
        int count = up[0].read(piece.clear(), 0, Math.min(PIECE, into.length));
        if (count > 0) piece.get(0, into, 0, count);
        return givenUp ? -1 : count;
    }

    @Override
    public synchronized boolean isUnread() throws IOException {
        if (closed) return false;
        // What was written before and has no end yet is in front of what was asked.
        try (FileInputStream other = new FileInputStream(name(down[1]))) {
            return other.available() > asked.get();
        }
    }

    @Override
    public boolean isDeserted() {
        try {
            piece.clear().put((byte) '\n');
            asked.addAndGet(down[1].write(piece, 0, 1));
            return false;
        } catch (IOException nobodyReads) {
            return true;
        }
    }

    @Override
    public synchronized void giveUp() {
        if (closed) return;
        givenUp = true;
        // A thread may wait for room, or for an answer.
        try (FileInputStream other = new FileInputStream(name(down[1]))) {
            other.readNBytes(other.available());
            if (incoming.available() > 0) return;
        } catch (IOException e) {
            return;
        }
        try (FileOutputStream other = new FileOutputStream(name(up[0]))) {
            other.write('\n');
        } catch (IOException e) {
            LOG.warn("nobody can be told that a process has gone: {}", e.toString());
        }
    }

    @Override
    public @Nullable Wait await(Runnable readable, Runnable gone) {
        if (!(ThreadExecutorMap.currentExecutor() instanceof IoEventLoop loop)
                || !loop.inEventLoop()
                || !loop.isCompatible(Waiting.class)) {
            return null;
        }
        Waiting waiting = new Waiting(up[0], readable, gone);
        Future<IoRegistration> registration = loop.register(waiting);
        if (!registration.isSuccess()) {
            // A loop that is about to end takes nothing more.
            registration.cancel(false);
            return null;
        }
        IoRegistration registered = registration.getNow();
        registered.submit(EpollIoOps.EPOLLIN);
        return () -> {
            waiting.over = true;
            registered.cancel();
        };
    }

    @Override
    public synchronized void close() {
        closed = true;
        close(down);
        close(up);
        try {
            incoming.close();
            outgoing.close();
        } catch (IOException e) {
            LOG.warn("a pipe cannot be closed: {}", e.toString());
        }
    }

    private static void close(FileDescriptor @Nullable [] ends) {
        if (ends == null) return;
        for (FileDescriptor end : ends) close(end);
    }

    private static void close(FileDescriptor end) {
        try {
            end.close();
        } catch (IOException e) {
            LOG.warn("a pipe cannot be closed: {}", e.toString());
        }
    }

    /** For a thread that reads until it is told that nothing will come. */
    private final class Incoming extends FileInputStream {
        private Incoming(File name) throws IOException {
            super(name);
        }

        @Override
        public int read(byte[] into) throws IOException {
            int count = super.read(into);
            return givenUp ? -1 : count;
        }
    }

    /** Waits for one end, until it is over. */
    private static final class Waiting implements EpollIoHandle {
        private final FileDescriptor end;
        private final Runnable readable;
        private final Runnable gone;
        private boolean over;

        private Waiting(FileDescriptor end, Runnable readable, Runnable gone) {
            this.end = end;
            this.readable = readable;
            this.gone = gone;
        }

        @Override
        public FileDescriptor fd() {
            return end;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (!over) readable.run();
        }

        @Override
        public void close() {
            if (!over) gone.run();
        }
    }
}
