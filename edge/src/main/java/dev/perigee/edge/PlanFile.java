package dev.perigee.edge;

import dev.perigee.core.plan.Plan;
import dev.perigee.wire.MalformedPlanException;
import dev.perigee.wire.PlanDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good plan on disk: what an edge serves by after a restart, with or without a control plane. An edge that cannot
 * write it serves by the new plan all the same; only a restart would begin with the old one.
 */
final class PlanFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlanFile.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Path file;
    private final String pop;

    /** The newest document that is still to be written. */
    private byte @Nullable [] waiting;

    private boolean writing;

    /** Whether somebody waits for the writer. */
    private boolean hurried;

    PlanFile(Path file, String pop) {
        this.file = file;
        this.pop = pop;
    }

    /** The plan, or the empty one when there is none, or none that can be trusted. */
    Plan read() {
        try {
            return Files.exists(file) ? PlanDocument.decode(Files.readAllBytes(file)) : Plan.EMPTY;
        } catch (MalformedPlanException | IOException e) {
            LOG.warn(
                    "{}: the plan kept in {} is not used: {}. Every request is answered 403 until the control plane has sent"
                            + " its plan, which replaces this file; nothing needs to be done",
                    pop,
                    file,
                    e.getMessage());
            return Plan.EMPTY;
        }
    }

    /** Replaces the file in one step before this returns; after a crash there is the old one or the new one. */
    void write(byte[] document) {
        synchronized (this) {
            waiting = null;
            awaitWriter();
            hurried = false;
            writing = true;
        }
        replace(document);
        ended();
    }

    /**
     * Replaces the file within a second or so; of several documents the last one counts. Not at once: the next purge is
     * waiting for the same disk.
     */
    synchronized void writeSoon(byte[] document) {
        waiting = document;
        if (writing) return;
        writing = true;
        Thread.ofVirtual().name("plan file of " + pop).start(this::writeWaiting);
    }

    private void writeWaiting() {
        try {
            pause();
            byte[] next = next();
            while (next != null) {
                replace(next);
                pause();
                next = next();
            }
        } catch (InterruptedException _) {
            ended();
        }
    }

    private synchronized void pause() throws InterruptedException {
        long end = System.nanoTime() + PAUSE.toNanos();
        while (!hurried) {
            long left = end - System.nanoTime();
            if (left <= 0) return;
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private synchronized byte @Nullable [] next() {
        byte[] next = waiting;
        waiting = null;
        if (next == null) ended();
        return next;
    }

    private synchronized void ended() {
        writing = false;
        notifyAll();
    }

    private synchronized void awaitWriter() {
        boolean interrupted = false;
        hurried = true;
        notifyAll();
        while (writing) {
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void replace(byte[] document) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.deleteIfExists(next);
            try (FileChannel channel = FileChannel.open(
                    next,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer buffer = ByteBuffer.wrap(document);
                while (buffer.hasRemaining()) channel.write(buffer);
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("{}: the plan cannot be kept on disk: {}", pop, e.toString());
        }
    }

    /** Returns when nothing waits to be written any more. */
    @Override
    public void close() {
        awaitWriter();
    }
}
