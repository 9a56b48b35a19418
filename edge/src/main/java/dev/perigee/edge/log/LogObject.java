package dev.perigee.edge.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

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
        var out = new ByteArrayOutputStream(octets / 4 + 512);
        try (var gzip = new FastGzip(out)) {
            gzip.write(LogLine.HEADER.getBytes(StandardCharsets.ISO_8859_1));
            for (Slice slice : slices) gzip.write(bytes, slice.start(), slice.end() - slice.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The usual level takes twice the time for a twentieth less. */
    private static final class FastGzip extends GZIPOutputStream {
        private static final int BUFFER = 16 << 10;

        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
