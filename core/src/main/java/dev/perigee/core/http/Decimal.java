package dev.perigee.core.http;

/** Whole numbers as digits, without making a string of them: heads and log lines have several each. */
public final class Decimal {
    /** Digits of the largest number. */
    public static final int DIGITS_MAX = 19;

    private Decimal() {}

    /**
     * Writes a number that is not negative.
     *
     * @return index after its last digit
     */
    public static int write(byte[] into, int at, long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) digits++;
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }
}
