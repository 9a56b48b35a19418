package dev.perigee.app.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One system per folder: a lock that the operating system takes back when the process ends, however it ends. */
public final class FolderLock implements AutoCloseable {
    // Someone who only asks whether the lock is held holds it for a moment; a start must not stumble over that.
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_NANOS = 40_000_000;

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock, or returns null when another system holds it. */
    public static @Nullable FolderLock take(SystemFolder folder) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (attempt > 0) LockSupport.parkNanos(PAUSE_NANOS);
            FolderLock lock = tryOnce(folder);
            if (lock == null) continue;
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            lock.channel.truncate(0).write(ByteBuffer.wrap(pid));
            return lock;
        }
        return null;
    }

    /** Whether a system runs in this folder. */
    public static boolean held(SystemFolder folder) throws IOException {
        if (!Files.exists(folder.lockFile())) return false;
        try (FolderLock lock = tryOnce(folder)) {
            return lock == null;
        }
    }

    /** The process that wrote the lock last, as it wrote it; empty when nothing is known. */
    public static String holder(SystemFolder folder) throws IOException {
        return Files.exists(folder.lockFile())
                ? Files.readString(folder.lockFile()).strip()
                : "";
    }

    private static @Nullable FolderLock tryOnce(SystemFolder folder) throws IOException {
        FileChannel channel = FileChannel.open(folder.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            lock = null;
        }
        if (lock != null) return new FolderLock(channel);
        channel.close();
        return null;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
