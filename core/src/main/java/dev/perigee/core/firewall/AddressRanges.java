package dev.perigee.core.firewall;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Ranges of addresses, sorted and joined, so that one is found in a few steps among ten thousand. */
public final class AddressRanges {
    private final byte[][] v4;
    private final byte[][] v6;

    private AddressRanges(byte[][] v4, byte[][] v6) {
        this.v4 = v4;
        this.v6 = v6;
    }

    /**
     * The ranges of these texts in CIDR notation.
     *
     * @throws IllegalArgumentException when one is none
     */
    public static AddressRanges of(List<String> ranges) {
        List<byte[][]> short4 = new ArrayList<>();
        List<byte[][]> long6 = new ArrayList<>();
        for (String range : ranges) {
            byte[][] bounds = bounds(range);
            (bounds[0].length == 4 ? short4 : long6).add(bounds);
        }
        return new AddressRanges(joined(short4), joined(long6));
    }

    /**
     * The first and the last address of a range.
     *
     * @throws IllegalArgumentException when the text is none
     */
    public static byte[][] bounds(String range) {
        int slash = range.indexOf('/');
        byte[] address = slash < 0 ? null : AddressText.parse(range.substring(0, slash));
        String digits = range.substring(slash + 1);
        if (address == null || !digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > 8 * address.length) {
            throw new IllegalArgumentException(range + " is not a range of addresses in CIDR notation");
        }
        int prefix = Integer.parseInt(digits);
        byte[] first = address.clone();
        byte[] last = address.clone();
        for (int bit = prefix; bit < 8 * address.length; bit++) {
            int mask = 0x80 >> (bit & 7);
            first[bit >> 3] &= (byte) ~mask;
            last[bit >> 3] |= (byte) mask;
        }
        return new byte[][] {first, last};
    }

    /** First, last, first, last, … in ascending order and apart from each other. */
    private static byte[][] joined(List<byte[][]> ranges) {
        ranges.sort(Comparator.comparing(range -> range[0], Arrays::compareUnsigned));
        List<byte[]> out = new ArrayList<>();
        for (byte[][] range : ranges) {
            boolean overlaps = !out.isEmpty() && Arrays.compareUnsigned(range[0], out.getLast()) <= 0;
            if (!overlaps) {
                out.add(range[0]);
                out.add(range[1]);
            } else if (Arrays.compareUnsigned(range[1], out.getLast()) > 0) {
                out.set(out.size() - 1, range[1]);
            }
        }
        return out.toArray(new byte[0][]);
    }

    public boolean contains(byte[] address) {
        byte[][] bounds = address.length == 4 ? v4 : v6;
        int low = 0;
        int high = bounds.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(address, bounds[2 * middle]) < 0) high = middle - 1;
            else if (Arrays.compareUnsigned(address, bounds[2 * middle + 1]) > 0) low = middle + 1;
            else return true;
        }
        return false;
    }
}
