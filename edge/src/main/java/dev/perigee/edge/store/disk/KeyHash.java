package dev.perigee.edge.store.disk;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.edge.store.BlockKey;
import org.jspecify.annotations.Nullable;

/**
 * The 64-bit hash that the index knows a key by, the same in every process: SipHash-1-3 under a secret of the folder, so
 * that nobody can choose paths that push others' entries out.
 */
final class KeyHash {
    private final long k0;
    private final long k1;

    KeyHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    long of(CacheKey key) {
        Sip sip = new Sip(k0, k1);
        sip.text(key.distributionId());
        sip.word(key.options() ? 1 : 0);
        sip.text(key.path());
        sip.text(key.query());
        sip.text(key.acceptEncoding());
        sip.text(key.cookies());
        int headers = key.headerNames().size();
        sip.word(headers);
        for (int i = 0; i < headers; i++) {
            sip.text(key.headerNames().get(i));
            sip.text(key.headerValue(i));
        }
        return sip.end();
    }

    long of(BlockKey block) {
        Sip sip = new Sip(~k0, k1);
        sip.word(block.generation());
        sip.word(block.index());
        return sip.end();
    }

    /** Says which secret a file was written under, without saying the secret. */
    long fingerprint() {
        Sip sip = new Sip(k0, ~k1);
        sip.word(0);
        return sip.end();
    }

    private static final class Sip {
        private long v0;
        private long v1;
        private long v2;
        private long v3;
        private long words;

        Sip(long k0, long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        /** Four characters to a word; the length goes first, so that parts cannot flow into each other. */
        void text(@Nullable String text) {
            if (text == null) {
                word(-1);
                return;
            }
            int length = text.length();
            word(length);
            int i = 0;
            for (; i + 4 <= length; i += 4) {
                word(text.charAt(i)
                        | (long) text.charAt(i + 1) << 16
                        | (long) text.charAt(i + 2) << 32
                        | (long) text.charAt(i + 3) << 48);
            }
            if (i == length) return;
            long rest = 0;
            for (int shift = 0; i < length; i++, shift += 16) rest |= (long) text.charAt(i) << shift;
            word(rest);
        }

        void word(long word) {
            words++;
            v3 ^= word;
            round();
            v0 ^= word;
        }

        long end() {
            word(words << 56);
            v2 ^= 0xff;
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
