package dev.perigee.core.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Prices of a gibibyte that fall with a month's volume. */
public final class Tiers {
    static final BigDecimal GIBIBYTE = BigDecimal.valueOf(1L << 30);
    /** Digits after the point of a dollar. */
    static final int SCALE = 10;

    private static final long TEBIBYTE = 1L << 40;

    private final List<Tier> tiers;

    /**
     * A part of the volume.
     *
     * @param octets how much it holds; the last one holds the rest
     * @param price of a gibibyte, in millionths of a dollar
     */
    private record Tier(long octets, int price) {}

    private Tiers(List<Tier> tiers) {
        this.tiers = tiers;
    }

    /**
     * From widths in TB (2^40 octets) and prices in thousandths of a dollar, one more than widths.
     *
     * @throws IllegalArgumentException when the counts do not fit
     */
    static Tiers of(int[] widths, int[] prices) {
        if (prices.length != widths.length + 1)
            throw new IllegalArgumentException("one price more than tiers is wanted");
        Tier[] tiers = new Tier[prices.length];
        for (int i = 0; i < widths.length; i++) tiers[i] = new Tier(widths[i] * TEBIBYTE, prices[i] * 1_000);
        tiers[widths.length] = new Tier(Long.MAX_VALUE, prices[widths.length] * 1_000);
        return new Tiers(List.of(tiers));
    }

    /** What a month's volume costs, in dollars. */
    public BigDecimal usd(long octets) {
        BigDecimal usd = BigDecimal.ZERO;
        long left = octets;
        for (Tier tier : tiers) {
            long here = Math.min(left, tier.octets());
            usd = usd.add(usd(here, tier.price()));
            left -= here;
        }
        return usd;
    }

    /** Octets at a price of a gibibyte in millionths of a dollar, in dollars. */
    static BigDecimal usd(long octets, int price) {
        return BigDecimal.valueOf(octets)
                .multiply(BigDecimal.valueOf(price, 6))
                .divide(GIBIBYTE, SCALE, RoundingMode.HALF_UP);
    }
}
