package dev.perigee.edge.serve;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * Makes the values of X-Amz-Cf-Id: 54 characters of base64url, then {@code ==}. Unique, not secret: one seed from the
 * system's entropy per event loop, then a fast generator.
 */
public final class RequestIds {
    /** Characters of an id. */
    public static final int LENGTH = 56;

    private static final byte[] ALPHABET = alphabet();

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

    /** A new id, in ASCII. */
    public byte[] next() {
        byte[] id = new byte[LENGTH];
        int at = 0;
        while (at < LENGTH - 2) {
            long bits = random.nextLong();
            for (int i = 0; i < 10 && at < LENGTH - 2; i++) {
                id[at++] = ALPHABET[(int) (bits & 63)];
                bits >>>= 6;
            }
        }
        id[LENGTH - 2] = '=';
        id[LENGTH - 1] = '=';
        return id;
    }

    private static byte[] alphabet() {
        String text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        byte[] bytes = new byte[64];
        for (int i = 0; i < 64; i++) bytes[i] = (byte) text.charAt(i);
        return bytes;
    }
}
