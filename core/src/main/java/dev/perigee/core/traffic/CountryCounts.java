package dev.perigee.core.traffic;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many requests came from which country. Immutable; has only the countries that some came from. */
public final class CountryCounts {
    public static final CountryCounts NONE = new CountryCounts(new short[0], new long[0]);

    private static final int LETTERS = 26;
    private static final int UNKNOWN = LETTERS * LETTERS;
    /** How many numbers there are: one for each pair of capitals, and one for nowhere that is known. */
    public static final int NUMBERS = UNKNOWN + 1;

    private final short[] numbers;
    private final long[] counts;

    private CountryCounts(short[] numbers, long[] counts) {
        this.numbers = numbers;
        this.counts = counts;
    }

    /** The number of a code of ISO 3166-1; of null, and of what is no such code, the one for nowhere. */
    public static int number(@Nullable String code) {
        if (code == null || code.length() != 2) return UNKNOWN;
        int first = code.charAt(0) - 'A';
        int second = code.charAt(1) - 'A';
        boolean capitals = first >= 0 && first < LETTERS && second >= 0 && second < LETTERS;
        return capitals ? first * LETTERS + second : UNKNOWN;
    }

    private static String code(int number) {
        return number == UNKNOWN ? "" : "" + (char) ('A' + number / LETTERS) + (char) ('A' + number % LETTERS);
    }

    /** What was counted for each number. */
    public static CountryCounts of(int[] counted) {
        int used = 0;
        for (int count : counted) if (count != 0) used++;
        if (used == 0) return NONE;
        short[] numbers = new short[used];
        long[] counts = new long[used];
        int at = 0;
        for (int number = 0; number < counted.length; number++) {
            if (counted[number] == 0) continue;
            numbers[at] = (short) number;
            counts[at++] = counted[number];
        }
        return new CountryCounts(numbers, counts);
    }

    public CountryCounts plus(CountryCounts other) {
        if (other.numbers.length == 0) return this;
        if (numbers.length == 0) return other;
        short[] merged = new short[numbers.length + other.numbers.length];
        long[] sums = new long[merged.length];
        int at = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < numbers.length || theirs < other.numbers.length) {
            int left = mine < numbers.length ? numbers[mine] : Integer.MAX_VALUE;
            int right = theirs < other.numbers.length ? other.numbers[theirs] : Integer.MAX_VALUE;
            merged[at] = (short) Math.min(left, right);
            if (left <= right) sums[at] += counts[mine++];
            if (right <= left) sums[at] += other.counts[theirs++];
            at++;
        }
        return new CountryCounts(Arrays.copyOf(merged, at), Arrays.copyOf(sums, at));
    }

    /** By code; those from nowhere that is known under an empty one. */
    public Map<String, Long> byCode() {
        Map<String, Long> all = new TreeMap<>();
        for (int i = 0; i < numbers.length; i++) all.put(code(numbers[i]), counts[i]);
        return all;
    }
}
