package dev.perigee.edge.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Gzip for log lines (RFC 1951, 1952): one block with the fixed codes, and of what was seen before the last place only. A line is
 * much like the one before it, so that this finds most of what there is to find, in a tenth of zlib's time (docs/decisions/021).
 */
final class LogGzip {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] HEADER = {31, (byte) 139, 8, 0, 0, 0, 0, 0, 4, (byte) 255};
    private static final int TRAILER = 8;

    private static final int HASH_BITS = 13;
    private static final int DISTANCE_MAX = 32 << 10;
    private static final int MATCH_MIN = 4;
    private static final int MATCH_MAX = 258;
    private static final int END_OF_BLOCK = 256;
    private static final int FIRST_LENGTH_CODE = 257;

    // Codes as they go into the stream, least significant bit first, and how many bits they have.
    private static final int[] CODES = new int[288];
    private static final int[] CODE_BITS = new int[288];
    /** Of each length of a match: its code with the extra bits behind it. */
    private static final int[] LENGTHS = new int[MATCH_MAX + 1];

    private static final int[] LENGTH_BITS = new int[MATCH_MAX + 1];
    private static final int[] DISTANCES = new int[30];

    private final byte[] in;
    private final byte[] out;
    private final int[] places = new int[1 << HASH_BITS];
    private long bits;
    private int bitCount;
    private int length;

    static {
        for (int symbol = 0; symbol < CODES.length; symbol++) fixedCode(symbol);
        lengthCodes();
        for (int code = 0; code < DISTANCES.length; code++) DISTANCES[code] = Integer.reverse(code) >>> 27;
    }

    /** RFC 1951 section 3.2.6. */
    private static void fixedCode(int symbol) {
        int count;
        int code;
        if (symbol < 144) {
            count = 8;
            code = 0x30 + symbol;
        } else if (symbol < 256) {
            count = 9;
            code = 0x190 + symbol - 144;
        } else if (symbol < 280) {
            count = 7;
            code = symbol - 256;
        } else {
            count = 8;
            code = 0xC0 + symbol - 280;
        }
        CODE_BITS[symbol] = count;
        CODES[symbol] = Integer.reverse(code) >>> (32 - count);
    }

    /** RFC 1951 section 3.2.5: four codes to each number of extra bits, and one of its own for the longest. */
    private static void lengthCodes() {
        int code = FIRST_LENGTH_CODE;
        int match = 3;
        for (int group = 0; match < MATCH_MAX; group++) {
            int extra = Math.max(0, group / 4 - 1);
            for (int value = 0; value < (1 << extra) && match < MATCH_MAX; value++) length(match++, code, value, extra);
            code++;
        }
        length(MATCH_MAX, 285, 0, 0);
    }

    private static void length(int match, int code, int value, int extra) {
        LENGTHS[match] = CODES[code] | (value << CODE_BITS[code]);
        LENGTH_BITS[match] = CODE_BITS[code] + extra;
    }

    private LogGzip(byte[] in) {
        this.in = in;
        // A literal takes up to nine bits.
        this.out = new byte[HEADER.length + in.length + in.length / 8 + 16 + TRAILER];
    }

    static byte[] of(byte[] content) {
        LogGzip gzip = new LogGzip(content);
        gzip.block();
        return gzip.finish();
    }

    private void block() {
        System.arraycopy(HEADER, 0, out, 0, HEADER.length);
        length = HEADER.length;
        put(0b011, 3); // the last block, with the fixed codes
        Arrays.fill(places, -DISTANCE_MAX - 1);
        int at = 0;
        int last = in.length - 8;
        while (at <= last) {
            int four = (int) INTS.get(in, at);
            int hash = (four * 0x9E3779B1) >>> (32 - HASH_BITS);
            int before = places[hash];
            places[hash] = at;
            if (at - before > DISTANCE_MAX || (int) INTS.get(in, before) != four) {
                literal(at++);
                continue;
            }
            int match = match(before, at);
            put(LENGTHS[match], LENGTH_BITS[match]);
            distance(at - before);
            at += match;
        }
        while (at < in.length) literal(at++);
        put(CODES[END_OF_BLOCK], CODE_BITS[END_OF_BLOCK]);
    }

    private void literal(int at) {
        int octet = in[at] & 0xFF;
        put(CODES[octet], CODE_BITS[octet]);
    }

    /** How far two places are alike. */
    private int match(int before, int at) {
        int max = Math.min(MATCH_MAX, in.length - at);
        int found = MATCH_MIN;
        while (found + 8 <= max) {
            long differ = (long) LONGS.get(in, before + found) ^ (long) LONGS.get(in, at + found);
            if (differ != 0) return found + (Long.numberOfTrailingZeros(differ) >>> 3);
            found += 8;
        }
        while (found < max && in[before + found] == in[at + found]) found++;
        return found;
    }

    /** RFC 1951 section 3.2.5: two codes to each number of extra bits. */
    private void distance(int distance) {
        int from = distance - 1;
        if (from < 4) {
            put(DISTANCES[from], 5);
            return;
        }
        int extra = 30 - Integer.numberOfLeadingZeros(from);
        int code = 2 * extra + (from >>> extra);
        put(DISTANCES[code] | ((from & ((1 << extra) - 1)) << 5), 5 + extra);
    }

    private void put(int value, int count) {
        bits |= (long) value << bitCount;
        bitCount += count;
        if (bitCount < 32) return;
        INTS.set(out, length, (int) bits);
        length += 4;
        bits >>>= 32;
        bitCount -= 32;
    }

    private byte[] finish() {
        for (; bitCount > 0; bitCount -= 8) {
            out[length++] = (byte) bits;
            bits >>>= 8;
        }
        CRC32 crc = new CRC32();
        crc.update(in, 0, in.length);
        INTS.set(out, length, (int) crc.getValue());
        INTS.set(out, length + 4, in.length);
        return Arrays.copyOf(out, length + TRAILER);
    }
}
