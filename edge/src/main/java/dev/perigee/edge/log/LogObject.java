package dev.perigee.edge.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One object of a bucket: the lines of one distribution and one hour. Its name follows from the spool file, so that a delivery
 * that nobody knows to have succeeded is repeated without harm.
 *
 * @param bucket host name
 * @param key name in the bucket
 */
record LogObject(String bucket, String region, String key, int lines, Content content) {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int UNIQUE_LENGTH = 11;

    /** Lines between two positions. */
    record Slice(int start, int end, int lines) {}

    /** What is in an object, made when it is delivered. */
    @FunctionalInterface
    interface Content {
        byte[] octets() throws IOException;
    }

    /** The part of a name that follows from where the lines come from and go to. */
    static String unique(String source) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
            StringBuilder text = new StringBuilder(UNIQUE_LENGTH);
            for (int i = 0; i < UNIQUE_LENGTH; i++) text.append(ALPHABET.charAt((hash[i] & 0xFF) % ALPHABET.length()));
            return text.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
