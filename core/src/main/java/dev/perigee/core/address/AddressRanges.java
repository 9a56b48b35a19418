package dev.perigee.core.address;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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
        return joined(ranges.stream().map(AddressRanges::bounds));
    }

    /**
     * The ranges of texts of which each is one in CIDR notation, or a single address.
     *
     * @throws IllegalArgumentException when one is neither
     */
    public static AddressRanges ofNetworks(List<String> networks) {
        return joined(networks.stream().map(each -> each.indexOf('/') < 0 ? bounds(each, each, -1) : bounds(each)));
    }

    private static AddressRanges joined(Stream<byte[][]> ranges) {
        List<byte[][]> short4 = new ArrayList<>();
        List<byte[][]> long6 = new ArrayList<>();
        ranges.forEach(bounds -> (bounds[0].length == 4 ? short4 : long6).add(bounds));
        return new AddressRanges(joined(short4), joined(long6));
    }

    /**
     * The first and the last address of a range.
     *
     * @throws IllegalArgumentException when the text is none
     */
    public static byte[][] bounds(String range) {
        int slash = range.indexOf('/');
        String digits = range.substring(slash + 1);
        if (slash < 0 || !digits.matches("0|[1-9][0-9]{0,2}")) throw none(range);
        return bounds(range, range.substring(0, slash), Integer.parseInt(digits));
    }

    /** @param prefix bits that the addresses have in common; -1 for all */
    private static byte[][] bounds(String range, String text, int prefix) {
        byte[] address = AddressText.parse(text);
        if (address == null || prefix > 8 * address.length) throw none(range);
        byte[] first = address.clone();
        byte[] last = address.clone();
        for (int bit = prefix < 0 ? 8 * address.length : prefix; bit < 8 * address.length; bit++) {
            int mask = 0x80 >> (bit & 7);
            first[bit >> 3] &= (byte) ~mask;
            last[bit >> 3] |= (byte) mask;
        }
        return new byte[][] {first, last};
    }

    private static IllegalArgumentException none(String range) {
        return new IllegalArgumentException(range + " is not a range of addresses in CIDR notation");
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
