package dev.perigee.core.firewall;

/** SipHash-2-4 of a text: a hash that nobody finds collisions of who does not know the seeds (Aumasson and Bernstein). */
final class SipHash {
    private SipHash() {}

    static long of(String text, long k0, long k1) {
        long[] v = {
            k0 ^ 0x736f6d6570736575L, k1 ^ 0x646f72616e646f6dL, k0 ^ 0x6c7967656e657261L, k1 ^ 0x7465646279746573L
        };
        // Characters as two octets each: texts are short, and not every one is octets only.
        int length = text.length();
        int at = 0;
        for (; at + 4 <= length; at += 4) mix(v, word(text, at, 4));
        mix(v, word(text, at, length - at) | (2L * length) << 56);
        v[2] ^= 0xff;
        for (int i = 0; i < 4; i++) round(v);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static long word(String text, int from, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) word |= (long) text.charAt(from + i) << (16 * i);
        return word;
    }

    private static void mix(long[] v, long word) {
        v[3] ^= word;
        round(v);
        round(v);
        v[0] ^= word;
    }

    private static void round(long[] v) {
        v[0] += v[1];
        v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
        v[0] = Long.rotateLeft(v[0], 32);
        v[2] += v[3];
        v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
        v[2] = Long.rotateLeft(v[2], 32);
    }
}
