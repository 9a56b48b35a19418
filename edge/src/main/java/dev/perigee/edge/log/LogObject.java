package dev.perigee.edge.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * One object of a bucket: the lines of one distribution and one hour. Its name follows from the spool file, so that a delivery
 * that nobody knows to have succeeded is repeated without harm.
 *
 * @param bucket host name
 * @param key name in the bucket
 */
@SuppressWarnings("ArrayRecordComponent") // a file's content, never compared
record LogObject(String bucket, String region, String key, byte[] bytes, List<Slice> slices, int lines) {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int UNIQUE_LENGTH = 11;

    LogObject {
        slices = List.copyOf(slices);
    }

    /** Lines between two positions. */
    record Slice(int start, int end, int lines) {}

    static LogObject of(
            String distribution,
            String bucket,
            String region,
            String prefix,
            String hour,
            String source,
            byte[] bytes,
            List<Slice> slices) {
        String key = prefix + distribution + '.' + hour + '.' + unique(source + ' ' + bucket + ' ' + prefix) + ".gz";
        int lines = slices.stream().mapToInt(Slice::lines).sum();
        return new LogObject(bucket, region, key, bytes, slices, lines);
    }

    private static String unique(String source) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
            StringBuilder text = new StringBuilder(UNIQUE_LENGTH);
            for (int i = 0; i < UNIQUE_LENGTH; i++) text.append(ALPHABET.charAt((hash[i] & 0xFF) % ALPHABET.length()));
            return text.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The object's content. */
    byte[] compressed() {
        int octets =
                slices.stream().mapToInt(slice -> slice.end() - slice.start()).sum();
        byte[] header = LogLine.HEADER.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer content = ByteBuffer.allocate(header.length + octets).put(header);
        for (Slice slice : slices) content.put(bytes, slice.start(), slice.end() - slice.start());
        return LogGzip.of(content.array());
    }
}
