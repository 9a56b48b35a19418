package dev.perigee.edge.store.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What a sealed segment holds, in a small file beside it, so that a start need not read the segment. It is believed only
 * when its checksum, its secret and the segment's length fit; otherwise the segment is read.
 */
final class Sidecar {
    /** "PGI1": an index of this format. */
    private static final int MAGIC = 0x50474931;

    private static final int HEAD = 48;

    /** Hash, location, hash, location, … in the order of the records. */
    private long[] entries = new long[256];

    private int count;
    /** End of the last record. */
    private long length;
    /** The oldest purge sequence that a record in it was fetched under. */
    private long oldestSequence = Long.MAX_VALUE;
    /** The newest one. */
    private long newestSequence;

    void add(long hash, long location, long purgeSequence) {
        if (2 * count == entries.length) entries = Arrays.copyOf(entries, entries.length * 2);
        entries[2 * count] = hash;
        entries[2 * count + 1] = Location.withoutAsked(location);
        count++;
        oldestSequence = Math.min(oldestSequence, purgeSequence);
        newestSequence = Math.max(newestSequence, purgeSequence);
    }

    long length() {
        return length;
    }

    void length(long end) {
        length = end;
    }

    long oldestSequence() {
        return oldestSequence;
    }

    long newestSequence() {
        return newestSequence;
    }

    int count() {
        return count;
    }

    long hash(int i) {
        return entries[2 * i];
    }

    long location(int i) {
        return entries[2 * i + 1];
    }

    byte[] encode(int segment, long fingerprint) {
        ByteBuffer out = ByteBuffer.allocate(HEAD + 16 * count + 4);
        out.putInt(MAGIC)
                .putInt(RecordHeader.VERSION)
                .putInt(segment)
                .putInt(count)
                .putLong(length)
                .putLong(fingerprint)
                .putLong(oldestSequence)
                .putLong(newestSequence);
        for (int i = 0; i < 2 * count; i++) out.putLong(entries[i]);
        CRC32C crc = new CRC32C();
        crc.update(out.array(), 0, out.position());
        return out.putInt((int) crc.getValue()).array();
    }

    /**
     * The index in this file.
     *
     * @param size of the segment's file: it may be longer than what counts of it, never shorter
     */
    static Sidecar decode(byte[] octets, int segment, long size, long fingerprint) throws Damaged {
        if (octets.length < HEAD + 4) throw new Damaged("sidecar cut");
        ByteBuffer in = ByteBuffer.wrap(octets);
        CRC32C crc = new CRC32C();
        crc.update(octets, 0, octets.length - 4);
        if (in.getInt(octets.length - 4) != (int) crc.getValue()) throw new Damaged("sidecar checksum");
        if (in.getInt() != MAGIC || in.getInt() != RecordHeader.VERSION || in.getInt() != segment)
            throw new Damaged("sidecar of another kind");
        int count = in.getInt();
        if (octets.length != HEAD + 16L * count + 4) throw new Damaged("sidecar length");
        long length = in.getLong();
        if (length > size || in.getLong() != fingerprint) throw new Damaged("sidecar of another segment");
        Sidecar sidecar = new Sidecar();
        sidecar.length = length;
        sidecar.oldestSequence = in.getLong();
        sidecar.newestSequence = in.getLong();
        sidecar.count = count;
        sidecar.entries = new long[Math.max(2 * count, 2)];
        in.position(HEAD);
        for (int i = 0; i < 2 * count; i++) sidecar.entries[i] = in.getLong();
        for (int i = 0; i < count; i++) sidecar.check(i, segment, length);
        return sidecar;
    }

    private void check(int i, int segment, long length) throws Damaged {
        long location = location(i);
        if (Location.segment(location) != segment
                || Location.offset(location) + Location.length(location) > length
                || Location.asked(location)) throw new Damaged("sidecar entry");
    }
}
