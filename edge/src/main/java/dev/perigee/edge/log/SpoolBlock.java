package dev.perigee.edge.log;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The line before some log lines in a spool file: for whom they are, how long, and their checksum. With it a file can be read
 * up to where its writer was killed, by a process that has no plan yet.
 *
 * @param bucket host name
 * @param octets of the lines that follow
 */
record SpoolBlock(String distribution, String bucket, String region, String prefix, int octets, long crc) {
    /** The last line of a file whose writer has ended as it should. */
    static final String END = "end\n";

    static final int HEADER_MAX = 8192;
    private static final int PARTS = 7;

    static long crc(byte[] bytes, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, start, length);
        return crc.getValue();
    }

    byte[] header() {
        String text = String.join(
                " ",
                "lines",
                distribution,
                bucket,
                region,
                "=" + URLEncoder.encode(prefix, StandardCharsets.UTF_8),
                Integer.toString(octets),
                Long.toHexString(crc));
        return (text + '\n').getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What such a line says; null when it is none. */
    static @Nullable SpoolBlock parse(String header) {
        String[] parts = header.split(" ", -1);
        if (parts.length != PARTS || !parts[0].equals("lines") || !parts[4].startsWith("=")) return null;
        try {
            String prefix = URLDecoder.decode(parts[4].substring(1), StandardCharsets.UTF_8);
            int octets = Integer.parseInt(parts[5]);
            if (octets < 0) return null;
            return new SpoolBlock(parts[1], parts[2], parts[3], prefix, octets, Long.parseLong(parts[6], 16));
        } catch (IllegalArgumentException damaged) {
            return null;
        }
    }
}
