package dev.perigee.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** First line of a plan document. */
record PlanHeader(long version, int length, String checksum) {
    private static final String MAGIC = "perigee-plan";
    private static final String SCHEMA = "6";
    private static final int LINE_MAX = 160;
    private static final int VERSION_DIGITS_MAX = 18;
    private static final int LENGTH_DIGITS_MAX = 9;

    static PlanHeader of(long version, byte[] json) {
        return new PlanHeader(version, json.length, checksum(json));
    }

    /** The only way to write this header, the line feed included; reading accepts no other. */
    String line() {
        return MAGIC + ' ' + SCHEMA + ' ' + version + ' ' + length + ' ' + checksum + '\n';
    }

    static PlanHeader read(byte[] document) throws MalformedPlanException {
        String line = firstLine(document);
        String[] parts = line.split(" ", -1);
        if (!parts[0].equals(MAGIC)) throw new MalformedPlanException("not a plan document");
        if (parts.length < 2) throw new MalformedPlanException("the header has no schema number");
        if (!parts[1].equals(SCHEMA)) {
            throw new MalformedPlanException(
                    "another version of Perigee wrote it, whose schema is not " + SCHEMA + ", the only one known here");
        }
        if (parts.length != 5) throw new MalformedPlanException("the header has " + parts.length + " parts, not 5");
        var header = new PlanHeader(
                number(parts[2], VERSION_DIGITS_MAX, "version"),
                (int) number(parts[3], LENGTH_DIGITS_MAX, "length"),
                parts[4]);
        if (!header.line().equals(line + '\n')) throw new MalformedPlanException("the header is not in its usual form");
        return header;
    }

    private static String firstLine(byte[] document) throws MalformedPlanException {
        int searched = Math.min(document.length, LINE_MAX);
        for (int i = 0; i < searched; i++) {
            if (document[i] == '\n') return new String(document, 0, i, StandardCharsets.ISO_8859_1);
        }
        throw new MalformedPlanException(document.length == 0 ? "empty" : "no header line");
    }

    private static long number(String digits, int digitsMax, String what) throws MalformedPlanException {
        boolean plain = !digits.isEmpty()
                && digits.length() <= digitsMax
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!plain) throw new MalformedPlanException("the header's " + what + " is not a number in range");
        return Long.parseLong(digits);
    }

    static String checksum(byte[] json) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }
}
