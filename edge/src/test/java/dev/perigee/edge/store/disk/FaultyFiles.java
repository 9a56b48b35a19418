package dev.perigee.edge.store.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A real folder whose operations fail when told to. */
final class FaultyFiles implements DiskFiles {
    private final DiskFiles real;
    volatile boolean readsFail;
    volatile boolean writesFail;
    volatile boolean locked;
    /** What happens between the end of a read and the use of what was read. */
    volatile Runnable afterRead = () -> {};

    int deletionsSynced;
    /** Octets that may still be written before the disk is full. */
    final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

    final AtomicLong writes = new AtomicLong();

    FaultyFiles(Path folder) throws IOException {
        real = new FolderFiles(folder);
    }

    private void reading() throws IOException {
        if (readsFail) throw new IOException("Input/output error");
    }

    private void writing(long octets) throws IOException {
        writes.incrementAndGet();
        if (writesFail) throw new IOException("Read-only file system");
        if (room.addAndGet(-octets) < 0) throw new IOException("No space left on device");
    }

    @Override
    public List<String> list() throws IOException {
        reading();
        return real.list();
    }

    @Override
    public OpenFile open(String name) throws IOException {
        reading();
        OpenFile file = real.open(name);
        return new OpenFile() {
            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                reading();
                int octets = file.read(into, position);
                afterRead.run();
                return octets;
            }

            @Override
            public void write(ByteBuffer from, long position) throws IOException {
                writing(from.remaining());
                file.write(from, position);
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public void force() throws IOException {
                writing(0);
                file.force();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public byte @Nullable [] read(String name) throws IOException {
        reading();
        return real.read(name);
    }

    @Override
    public void replace(String name, byte[] content, boolean durable) throws IOException {
        writing(content.length);
        real.replace(name, content, durable);
    }

    @Override
    public void delete(String name) throws IOException {
        real.delete(name);
    }

    @Override
    public void syncDeletions() throws IOException {
        writing(0);
        deletionsSynced++;
        real.syncDeletions();
    }

    @Override
    public @Nullable Closeable lock() throws IOException {
        return locked ? null : real.lock();
    }
}
