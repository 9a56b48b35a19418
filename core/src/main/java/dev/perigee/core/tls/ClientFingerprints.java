package dev.perigee.core.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.StringJoiner;

/**
 * What tells one TLS client from another by the way it says hello: JA3 and JA4, as their authors describe them (Salesforce;
 * FoxIO). Values that clients make up to keep servers tolerant (GREASE, RFC 8701) take no part.
 */
public record ClientFingerprints(String ja3, String ja4) {
    private static final int DIGITS = 12;
    private static final String NOTHING = "0".repeat(DIGITS);
    private static final int SERVER_NAME = 0;
    private static final int PROTOCOLS = 16;

    /** Of a hello over TCP. */
    public static ClientFingerprints of(ClientGreeting hello) {
        return new ClientFingerprints(ja3(hello), ja4(hello));
    }

    private static String ja3(ClientGreeting hello) {
        String text = hello.version() + ","
                + dashed(hello.ciphers()) + ","
                + dashed(hello.extensions()) + ","
                + dashed(hello.groups()) + ","
                + dashed(hello.pointFormats());
        return digest("MD5", text);
    }

    private static String dashed(int[] values) {
        StringJoiner joined = new StringJoiner("-");
        for (int value : values) {
            if (!isGrease(value)) joined.add(Integer.toString(value));
        }
        return joined.toString();
    }

    private static String ja4(ClientGreeting hello) {
        int[] ciphers = known(hello.ciphers());
        int[] extensions = known(hello.extensions());
        boolean named = Arrays.stream(extensions).anyMatch(type -> type == SERVER_NAME);
        String first = "t" + version(hello) + (named ? 'd' : 'i') + count(ciphers) + count(extensions)
                + ends(hello.firstProtocol());
        int[] sorted = Arrays.stream(extensions)
                .filter(type -> type != SERVER_NAME && type != PROTOCOLS)
                .sorted()
                .toArray();
        int[] schemes = known(hello.signatureSchemes());
        String last = hex(sorted) + (schemes.length == 0 ? "" : "_" + hex(schemes));
        return first
                + '_'
                + (ciphers.length == 0
                        ? NOTHING
                        : shortened(hex(Arrays.stream(ciphers).sorted().toArray())))
                + '_'
                + (extensions.length == 0 ? NOTHING : shortened(last));
    }

    /** The newest version that is offered; before TLS 1.3 there was only one. */
    private static String version(ClientGreeting hello) {
        int newest = 0;
        for (int version : hello.versions()) {
            if (!isGrease(version)) newest = Math.max(newest, version);
        }
        return switch (newest == 0 ? hello.version() : newest) {
            case 0x0304 -> "13";
            case 0x0303 -> "12";
            case 0x0302 -> "11";
            case 0x0301 -> "10";
            case 0x0300 -> "s3";
            case 0x0002 -> "s2";
            default -> "00";
        };
    }

    private static String count(int[] values) {
        int shown = Math.min(values.length, 99);
        return shown < 10 ? "0" + shown : Integer.toString(shown);
    }

    /** First and last character of the first protocol, or of its octets in hexadecimal when these are no characters. */
    private static String ends(byte[] protocol) {
        if (protocol.length == 0) return "00";
        byte first = protocol[0];
        byte last = protocol[protocol.length - 1];
        if (isAlphanumeric(first) && isAlphanumeric(last)) return "" + (char) first + (char) last;
        HexFormat hex = HexFormat.of();
        return "" + hex.toHexDigits(first).charAt(0) + hex.toHexDigits(last).charAt(1);
    }

    private static boolean isAlphanumeric(byte c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static String hex(int[] values) {
        StringJoiner joined = new StringJoiner(",");
        for (int value : values) joined.add(HexFormat.of().toHexDigits((short) value));
        return joined.toString();
    }

    private static int[] known(int[] values) {
        return Arrays.stream(values).filter(value -> !isGrease(value)).toArray();
    }

    private static boolean isGrease(int value) {
        return (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);
    }

    private static String shortened(String text) {
        return digest("SHA-256", text).substring(0, DIGITS);
    }

    private static String digest(String algorithm, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has " + algorithm, absent);
        }
    }
}
