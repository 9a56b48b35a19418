package dev.perigee.core.access;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a network in CIDR form, of IPv4 or IPv6.
 *
 * @param network 4 or 16 octets
 * @param bits how many of them, from the left, an address has in common with the network
 */
// Read here only, never compared as a whole.
@SuppressWarnings("ArrayRecordComponent")
record AddressRange(byte[] network, int bits) {
    private static final int V6_GROUPS = 8;

    /** The range of an address, or of an address with a slash and a number of bits; null when it is neither. */
    static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] octets = address.indexOf(':') < 0 ? v4(address) : v6(address);
        if (octets == null) return null;
        int all = octets.length * 8;
        int bits = slash < 0 ? all : number(text.substring(slash + 1), 10, 3, all);
        return bits < 0 ? null : new AddressRange(octets, bits);
    }

    /** Whether an address, of 4 or 16 octets, is in the range; one of the other version never is. */
    boolean contains(byte[] address) {
        if (address.length != network.length) return false;
        int whole = bits / 8;
        if (!Arrays.equals(address, 0, whole, network, 0, whole)) return false;
        int rest = bits % 8;
        return rest == 0 || ((address[whole] ^ network[whole]) & 0xFF) >> (8 - rest) == 0;
    }

    private static byte @Nullable [] v4(String text) {
        byte[] octets = new byte[4];
        int start = 0;
        for (int i = 0; i < 4; i++) {
            int dot = i == 3 ? text.length() : text.indexOf('.', start);
            int octet = dot < 0 ? -1 : number(text.substring(start, dot), 10, 3, 255);
            if (octet < 0) return null;
            octets[i] = (byte) octet;
            start = dot + 1;
        }
        return octets;
    }

    /** RFC 4291 section 2.2, without zones; the last 32 bits may be written as in IPv4. */
    private static byte @Nullable [] v6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] all = groups(text);
            return all != null && all.length == 2 * V6_GROUPS ? all : null;
        }
        byte[] left = groups(text.substring(0, gap));
        byte[] right = groups(text.substring(gap + 2));
        if (left == null || right == null || left.length + right.length >= 2 * V6_GROUPS) return null;
        // What is written as in IPv4 comes last.
        if (text.lastIndexOf('.', gap) >= 0) return null;
        byte[] octets = Arrays.copyOf(left, 2 * V6_GROUPS);
        System.arraycopy(right, 0, octets, octets.length - right.length, right.length);
        return octets;
    }

    private static byte @Nullable [] groups(String text) {
        if (text.isEmpty()) return new byte[0];
        byte[] octets = new byte[2 * V6_GROUPS];
        int length = 0;
        int start = 0;
        while (start <= text.length()) {
            int colon = text.indexOf(':', start);
            int end = colon < 0 ? text.length() : colon;
            String group = text.substring(start, end);
            byte[] value = colon < 0 && group.indexOf('.') >= 0 ? v4(group) : group(group);
            if (value == null || length + value.length > octets.length) return null;
            System.arraycopy(value, 0, octets, length, value.length);
            length += value.length;
            start = end + 1;
        }
        return Arrays.copyOf(octets, length);
    }

    private static byte @Nullable [] group(String text) {
        int value = number(text, 16, 4, 0xFFFF);
        return value < 0 ? null : new byte[] {(byte) (value >> 8), (byte) value};
    }

    /** Digits only; a decimal number has no leading zeros, which some read as octal. -1 for anything else. */
    private static int number(String text, int radix, int digitsMax, int max) {
        if (text.isEmpty() || text.length() > digitsMax) return -1;
        if (radix == 10 && text.length() > 1 && text.charAt(0) == '0') return -1;
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) return -1;
            value = value * radix + digit;
        }
        return value > max ? -1 : value;
    }
}
