package dev.perigee.edge.store.disk;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One append-only file of records. Readers hold it open while they read; whoever drops it does not wait for them. */
final class Segment {
    static final int HEADER_BYTES = 64;
    /** "PGS1": a segment of this format. */
    private static final int MAGIC = 0x50475331;

    final int id;
    final DiskFiles.OpenFile file;
    /** End of the last record. Written by the writer's thread. */
    volatile long length;
    /** No record in it was fetched under an older purge sequence. */
    volatile long oldestSequence = Long.MAX_VALUE;
    /** Size of its sidecar, 0 before it has one. */
    volatile long sidecarBytes;

    private int users = 1;

    Segment(int id, DiskFiles.OpenFile file, long length) {
        this.id = id;
        this.file = file;
        this.length = length;
    }

    static String name(int id) {
        return String.format(Locale.ROOT, "segment-%08d.seg", id);
    }

    static String sidecarName(int id) {
        return String.format(Locale.ROOT, "segment-%08d.idx", id);
    }

    /** The segment's number by the name of its file, or 0. */
    static int idOf(String name) {
        if (name.length() != 20 || !name.startsWith("segment-") || !name.endsWith(".seg")) return 0;
        int id = 0;
        for (int i = 8; i < 16; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) return 0;
            id = id * 10 + digit;
        }
        return id <= Location.SEGMENT_MAX ? id : 0;
    }

    /** What stands at the beginning of a segment written under this secret. */
    static ByteBuffer header(int id, long fingerprint) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(MAGIC).putInt(RecordHeader.VERSION).putInt(id).putInt(0).putLong(fingerprint);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, HEADER_BYTES - 4);
        header.putInt(HEADER_BYTES - 4, (int) crc.getValue());
        return header.rewind();
    }

    boolean hasHeader(long fingerprint) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(HEADER_BYTES);
        return readFully(found, 0) && found.flip().equals(header(id, fingerprint));
    }

    /** False when the file ends before. */
    boolean readFully(ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int read = file.read(into, at);
            if (read <= 0) return false;
            at += read;
        }
        return true;
    }

    /** So many octets, or fewer at the end of the file, in a buffer that is the caller's. */
    ByteBuf read(long position, int octets) throws IOException {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(octets, octets);
        try {
            ByteBuffer into = buffer.internalNioBuffer(0, octets);
            int start = into.position();
            readFully(into, position);
            return buffer.writerIndex(into.position() - start);
        } catch (IOException | RuntimeException e) {
            buffer.release();
            throw e;
        }
    }

    /** Header, key and meta of the record at this place, read without its body; null past the last record. */
    @Nullable
    Head head(long offset) throws IOException, Damaged {
        if (offset + RecordHeader.BYTES > length) return null;
        int guess = (int) Math.min(1024, length - offset);
        ByteBuf octets = read(offset, guess);
        try {
            RecordHeader header = RecordHeader.read(octets);
            if (header.headLength() > octets.writerIndex()) {
                ByteBuf all = read(offset, header.headLength());
                octets.release();
                octets = all;
            }
            header.check(octets, id, offset);
            return new Head(header, octets);
        } catch (IOException | Damaged | RuntimeException e) {
            octets.release();
            throw e;
        }
    }

    /** Strikes out a record in place: whatever comes after a restart, it is not read again. */
    void strikeOut(long offset) throws IOException {
        ByteBuffer mark = ByteBuffer.allocate(4).putInt(RecordHeader.DEAD).flip();
        file.write(mark, offset);
    }

    /** A checked head; the octets are the holder's. */
    record Head(RecordHeader header, ByteBuf octets) implements AutoCloseable {
        ByteBuf key() {
            return octets.slice(RecordHeader.BYTES, header.keyLength());
        }

        ByteBuf meta() {
            return octets.slice(RecordHeader.BYTES + header.keyLength(), header.metaLength());
        }

        @Override
        public void close() {
            octets.release();
        }
    }

    synchronized boolean use() {
        if (users == 0) return false;
        users++;
        return true;
    }

    /** Ends a use, or for the owner its life. */
    synchronized void leave() {
        if (--users > 0) return;
        try {
            file.close();
        } catch (IOException _) {
            // Nothing of it is needed any more.
        }
    }
}
