package dev.perigee.analytics.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Who changes the files waits for who reads them, and the other way round; also between processes. */
final class StoreLock implements AutoCloseable {
    private static final long PAUSE_NANOS = 20_000_000;

    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException when it is held for longer than that */
    static StoreLock take(Path folder, boolean shared, Duration patience) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            StoreLock lock = attempt(folder, shared);
            if (lock != null) return lock;
            if (System.nanoTime() - until > 0) {
                throw new IOException("another command is at work in " + folder + "; try again later");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static @Nullable StoreLock attempt(Path folder, boolean shared) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException heldByThisProcess) {
            lock = null;
        }
        if (lock != null) return new StoreLock(channel);
        channel.close();
        return null;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
