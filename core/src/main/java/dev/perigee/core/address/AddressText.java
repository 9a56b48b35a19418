package dev.perigee.core.address;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Addresses as people write them: read without ever asking the DNS, and written, those of IPv6 in the form of RFC 5952. */
public final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    /** The 4 or 16 octets of an address, or null when the text is none. An IPv4-mapped IPv6 address is its IPv4 one. */
    public static byte @Nullable [] parse(String text) {
        return text.indexOf(':') < 0 ? v4(text) : v6(text);
    }

    /** The text of 4 or 16 octets. */
    public static String of(byte[] octets) {
        if (octets.length == 2 * GROUPS) return six(octets);
        var text = new StringBuilder(15).append(octets[0] & 0xFF);
        for (int i = 1; i < octets.length; i++) text.append('.').append(octets[i] & 0xFF);
        return text.toString();
    }

    private static String six(byte[] octets) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) groups[i] = ((octets[2 * i] & 0xFF) << 8) | (octets[2 * i + 1] & 0xFF);
        int from = GROUPS;
        int longest = 1; // a single zero is written
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && groups[i + zeros] == 0) zeros++;
            if (zeros > longest) {
                longest = zeros;
                from = i;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == from) {
                text.append("::");
                i += longest - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static byte @Nullable [] v4(String text) {
        byte[] octets = new byte[4];
        int at = 0;
        for (int i = 0; i < 4; i++) {
            int end = text.indexOf('.', at);
            if (i == 3 ? end >= 0 : end < 0) return null;
            int value = decimal(text, at, i == 3 ? text.length() : end);
            if (value < 0) return null;
            octets[i] = (byte) value;
            at = end + 1;
        }
        return octets;
    }

    /** Without leading zeros, which some programs read as octal. */
    private static int decimal(String text, int from, int to) {
        int length = to - from;
        if (length < 1 || length > 3 || (length > 1 && text.charAt(from) == '0')) return -1;
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') return -1;
            value = value * 10 + c - '0';
        }
        return value <= 255 ? value : -1;
    }

    private static byte @Nullable [] v6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) return null;
        byte[] octets = new byte[2 * GROUPS];
        if (gap < 0) return groups(text, octets, 0) == GROUPS ? unmapped(octets) : null;
        byte[] tail = new byte[2 * GROUPS];
        int before = groups(text.substring(0, gap), octets, 0);
        int after = groups(text.substring(gap + 2), tail, 0);
        if (before < 0 || after < 0 || before + after >= GROUPS) return null;
        System.arraycopy(tail, 0, octets, 2 * (GROUPS - after), 2 * after);
        return unmapped(octets);
    }

    /** How many groups of 16 bits the text has; -1 when it is wrong. */
    private static int groups(String text, byte[] into, int start) {
        if (text.isEmpty()) return start;
        int count = start;
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (i == parts.length - 1 && part.indexOf('.') >= 0) {
                byte[] v4 = v4(part);
                if (v4 == null || count > GROUPS - 2) return -1;
                System.arraycopy(v4, 0, into, 2 * count, 4);
                return count + 2;
            }
            int value = hexadecimal(part);
            if (value < 0 || count == GROUPS) return -1;
            into[2 * count] = (byte) (value >> 8);
            into[2 * count + 1] = (byte) value;
            count++;
        }
        return count;
    }

    /** One to four digits; -1 for anything else. */
    private static int hexadecimal(String digits) {
        if (digits.isEmpty() || digits.length() > 4) return -1;
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) return -1;
            value = value * 16 + digit;
        }
        return value;
    }

    private static byte[] unmapped(byte[] octets) {
        for (int i = 0; i < 10; i++) {
            if (octets[i] != 0) return octets;
        }
        return octets[10] == -1 && octets[11] == -1 ? Arrays.copyOfRange(octets, 12, 16) : octets;
    }
}
