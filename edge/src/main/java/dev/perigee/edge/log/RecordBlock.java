package dev.perigee.edge.log;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The line before some records in a spool file.
 *
 * @param target number of the line that says where they go
 * @param octets of the records that follow
 */
record RecordBlock(int target, int octets, long crc) {
    private static final int PARTS = 4;

    byte[] header() {
        return ("records " + target + ' ' + octets + ' ' + Long.toHexString(crc) + '\n')
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What such a line says; null when it is none. */
    static @Nullable RecordBlock parse(String header) {
        String[] parts = header.split(" ", -1);
        if (parts.length != PARTS || !parts[0].equals("records")) return null;
        try {
            int octets = Integer.parseInt(parts[2]);
            return octets < 0
                    ? null
                    : new RecordBlock(Integer.parseInt(parts[1]), octets, Long.parseLong(parts[3], 16));
        } catch (NumberFormatException damaged) {
            return null;
        }
    }
}
