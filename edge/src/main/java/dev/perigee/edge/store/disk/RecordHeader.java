package dev.perigee.edge.store.disk;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 64 octets before each record. It says where it stands, so that a record in the wrong place is no record.
 *
 * @param dead whether a purge struck it out: the magic number is overwritten in place, nothing else
 * @param purgeSequence newest purge that the edge had applied when the fetch began
 * @param bodyCrc CRC32C of the body
 */
record RecordHeader(
        Kind kind,
        boolean dead,
        int keyLength,
        int metaLength,
        int bodyLength,
        int bodyCrc,
        long hash,
        long purgeSequence,
        int segment,
        int offset) {
    static final int BYTES = 64;
    static final int VERSION = 1;
    /** "PGRR": a record that counts. */
    static final int LIVE = 0x50475252;
    /** "PGRX": a record that is struck out. */
    static final int DEAD = 0x50475258;

    private static final int CRC_AT = 60;

    /** Octets on disk, padding included. */
    int recordLength() {
        return Location.aligned(BYTES + keyLength + metaLength + bodyLength);
    }

    /** Writes it in front of key and meta, which stand behind the 64 octets already, and sums up all three. */
    void write(ByteBuf record) {
        record.setInt(0, LIVE);
        record.setByte(4, VERSION);
        record.setByte(5, kind.code());
        record.setShort(6, 0);
        record.setInt(8, keyLength);
        record.setInt(12, metaLength);
        record.setInt(16, bodyLength);
        record.setInt(20, bodyCrc);
        record.setLong(24, hash);
        record.setLong(32, purgeSequence);
        record.setInt(40, segment);
        record.setInt(44, offset);
        record.setLong(48, 0);
        record.setInt(56, 0);
        record.setInt(CRC_AT, headCrc(record, keyLength + metaLength));
    }

    /**
     * Reads the 64 octets, without having seen what they sum up.
     *
     * @param octets with the record's first octet at 0
     */
    static RecordHeader read(ByteBuf octets) throws Damaged {
        if (octets.writerIndex() < BYTES) throw new Damaged("header cut");
        int magic = octets.getInt(0);
        if (magic != LIVE && magic != DEAD) throw new Damaged("no record");
        int kind = octets.getByte(5);
        if (octets.getByte(4) != VERSION || kind < 0 || kind >= Kind.VALUES.length)
            throw new Damaged("version or kind");
        RecordHeader header = new RecordHeader(
                Kind.VALUES[kind],
                magic == DEAD,
                octets.getInt(8),
                octets.getInt(12),
                octets.getInt(16),
                octets.getInt(20),
                octets.getLong(24),
                octets.getLong(32),
                octets.getInt(40),
                octets.getInt(44));
        if (header.keyLength < 0
                || header.metaLength < 0
                || header.bodyLength < 0
                || (long) BYTES + header.keyLength + header.metaLength + header.bodyLength > Location.RECORD_BYTES_MAX)
            throw new Damaged("lengths");
        return header;
    }

    /** Octets of header, key and meta. */
    int headLength() {
        return BYTES + keyLength + metaLength;
    }

    /** Fails unless header, key and meta are what was written at this very place. */
    void check(ByteBuf octets, int inSegment, long atOffset) throws Damaged {
        if (segment != inSegment || offset != (int) (atOffset / Location.UNIT)) throw new Damaged("misplaced");
        if (octets.writerIndex() < headLength()) throw new Damaged("head cut");
        if (octets.getInt(CRC_AT) != headCrc(octets, keyLength + metaLength)) throw new Damaged("head checksum");
    }

    void checkBody(ByteBuf octets) throws Damaged {
        if (octets.writerIndex() < headLength() + bodyLength) throw new Damaged("body cut");
        if (crc(octets, headLength(), bodyLength) != bodyCrc) throw new Damaged("body checksum");
    }

    /** The magic number is left out: striking a record out leaves its sum as it is. */
    private static int headCrc(ByteBuf octets, int behind) {
        CRC32C crc = new CRC32C();
        crc.update(octets.nioBuffer(4, CRC_AT - 4));
        if (behind > 0) crc.update(octets.nioBuffer(BYTES, behind));
        return (int) crc.getValue();
    }

    static int crc(ByteBuf octets, int index, int length) {
        CRC32C crc = new CRC32C();
        if (length > 0) {
            for (ByteBuffer piece : octets.nioBuffers(index, length)) crc.update(piece);
        }
        return (int) crc.getValue();
    }
}
