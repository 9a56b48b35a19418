package dev.perigee.control.access;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what: one JSON line for each event, written before the caller is answered. A file that has grown to its limit
 * becomes {@code audit.log.1}, older ones move on, and the last is removed.
 */
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final long FILE_BYTES_MAX = 10L << 20;
    private static final int OLDER_FILES = 5;

    private final Path file;
    private final InstantSource clock;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable FileChannel channel;
    private @Nullable Object opened;
    private boolean closed;
    private long failures;
    private String lastFailure = "";

    private AuditLog(Path file, InstantSource clock, long bytesMax) {
        this.file = file;
        this.clock = clock;
        this.bytesMax = bytesMax;
    }

    /**
     * Opens the log, creating it for its owner only.
     *
     * @param clock of the wall
     * @throws IOException when it cannot be written: nothing should be changed that leaves no trace
     */
    public static AuditLog open(Path file, InstantSource clock) throws IOException {
        return open(file, clock, FILE_BYTES_MAX);
    }

    static AuditLog open(Path file, InstantSource clock, long bytesMax) throws IOException {
        AuditLog log = new AuditLog(file, clock, bytesMax);
        log.reopened();
        return log;
    }

    /** How many events could not be written. */
    public long failures() {
        lock.lock();
        try {
            return failures;
        } finally {
            lock.unlock();
        }
    }

    /** Why the last event that could not be written was not; empty while there is none. */
    public String lastFailure() {
        lock.lock();
        try {
            return lastFailure;
        } finally {
            lock.unlock();
        }
    }

    /** Writes one line. What cannot be written is counted and shown, since the change it tells of has been made. */
    public void write(AuditEvent event) {
        byte[] line = (json(event) + "\n").getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try {
            append(line);
        } catch (IOException e) {
            failures++;
            lastFailure = String.valueOf(e.getMessage());
            release();
            LOG.error("{} cannot be written ({}): {}", file, e.toString(), json(event));
        } finally {
            lock.unlock();
        }
    }

    private void append(byte[] line) throws IOException {
        if (closed) throw new IOException("the audit log is closed");
        FileChannel out = channel;
        // Whoever moved or removed the file meant to, so there will be a new one.
        if (out == null || !Objects.equals(identity(), opened)) out = reopened();
        long before = out.size();
        if (before > 0 && before + line.length > bytesMax) {
            rotate();
            out = reopened();
            before = out.size();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) out.write(bytes);
        } catch (IOException e) {
            // Half a line would spoil the next one.
            out.truncate(before);
            throw e;
        }
    }

    private FileChannel reopened() throws IOException {
        release();
        FileChannel fresh = open();
        channel = fresh;
        opened = identity();
        return fresh;
    }

    /** What tells the file from another one of its name; null when there is none. */
    private @Nullable Object identity() throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private FileChannel open() throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return FileChannel.open(file, options, attributes);
    }

    private void rotate() throws IOException {
        release();
        for (int age = OLDER_FILES; age > 1; age--) {
            Path younger = older(age - 1);
            if (Files.exists(younger)) Files.move(younger, older(age), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(file, older(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path older(int age) {
        return file.resolveSibling(file.getFileName() + "." + age);
    }

    private void release() {
        FileChannel old = channel;
        channel = null;
        if (old == null) return;
        try {
            old.close();
        } catch (IOException e) {
            LOG.warn("{} does not close: {}", file, e.toString());
        }
    }

    private String json(AuditEvent event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", clock.instant().toString())
                .put("accessKeyId", event.accessKeyId())
                .put("service", event.service())
                .put("operation", event.operation())
                .put("resource", event.resource())
                .put("outcome", event.outcome().name().toLowerCase(Locale.ROOT))
                .put("status", event.status())
                .put("code", event.code())
                .put("source", event.source())
                .put("requestId", event.requestId());
        return line.toString();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            release();
        } finally {
            lock.unlock();
        }
    }
}
