package dev.perigee.core.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a month's traffic costs at CloudFront's list prices, line by line.
 *
 * @param lines those that are not zero, by region in the order of {@link PriceRegion}; the free tier's come last
 */
public record Bill(List<Line> lines) {
    /** Of every month (aws.amazon.com/cloudfront/pricing: the always-free tier), for an account as a whole. */
    private static final long FREE_OCTETS = 1L << 40;

    private static final long FREE_REQUESTS = 10_000_000;
    /** Of CloudFront Functions, and of reads from their stores. */
    private static final long FREE_CALLS = 2_000_000;

    private static final long FREE_PATHS = 1_000;
    private static final String EVERYWHERE = "-";
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    // Dollars a million (aws.amazon.com/cloudfront/pricing, aws.amazon.com/s3/pricing for GET in the USA).
    private static final String PER_MILLION_PATHS = "5000";
    private static final String FUNCTIONS = "0.10";
    private static final String STORE_READS = "0.03";
    private static final String LAMBDAS = "0.60";
    private static final String REALTIME_LINES = "0.01";
    private static final String S3_REQUESTS = "0.40";
    /** Of one GB, in dollars. */
    private static final BigDecimal LAMBDA_SECOND = new BigDecimal("0.00005001");

    private static final BigDecimal PRICED_REQUESTS = BigDecimal.valueOf(10_000);
    /** S3 to the internet: the first 10 TB of a month, the next 40, 100, and the rest. */
    private static final Tiers S3 = Tiers.of(new int[] {10, 40, 100}, new int[] {90, 85, 70, 50});

    /**
     * One item.
     *
     * @param region the code of the region
     * @param quantity in {@code unit}
     * @param usd below zero for what is free
     */
    public record Line(String item, String region, BigDecimal quantity, String unit, BigDecimal usd) {}

    public Bill {
        lines = List.copyOf(lines);
    }

    /**
     * The bill of a month.
     *
     * @param freeTier whether the account still has all of it
     */
    public static Bill of(Usage usage, boolean freeTier) {
        return of(usage, Extras.NONE, freeTier);
    }

    /**
     * The bill of a month with what it had besides traffic.
     *
     * @param freeTier whether the account still has all of it
     */
    public static Bill of(Usage usage, Extras extras, boolean freeTier) {
        List<Line> lines = new ArrayList<>();
        for (PriceRegion region : PriceRegion.values()) {
            long out = usage.toViewers(region);
            add(
                    lines,
                    "Data transfer to viewers",
                    region,
                    octets(out),
                    "GB",
                    region.toViewers().usd(out));
            long in = usage.toOrigins(region);
            add(
                    lines,
                    "Data transfer to origins",
                    region,
                    octets(in),
                    "GB",
                    Tiers.usd(in, region.perGibibyteToOrigin()));
            requests(lines, "HTTP requests", region, usage, false);
            requests(lines, "HTTPS requests", region, usage, true);
        }
        lines.addAll(besides(extras));
        if (freeTier) {
            lines.addAll(free(usage));
            lines.addAll(free(extras));
        }
        return new Bill(lines);
    }

    private static void requests(List<Line> lines, String item, PriceRegion region, Usage usage, boolean https) {
        long count = usage.requests(region, https);
        add(lines, item, region, BigDecimal.valueOf(count), "requests", usd(count, region.perRequests(https)));
    }

    private static BigDecimal usd(long requests, int price) {
        return BigDecimal.valueOf(requests)
                .multiply(BigDecimal.valueOf(price, 6))
                .divide(PRICED_REQUESTS, Tiers.SCALE, RoundingMode.HALF_UP);
    }

    /** Which have one price everywhere, but for Origin Shield. */
    private static List<Line> besides(Extras extras) {
        List<Line> lines = new ArrayList<>();
        long paid = Math.max(0, extras.invalidationPaths() - FREE_PATHS);
        // Not a matter of the free tier: every month's first thousand cost nothing.
        add(lines, "Invalidations", extras.invalidationPaths(), "paths", millions(paid, PER_MILLION_PATHS));
        add(
                lines,
                "CloudFront Functions",
                extras.functionCalls(),
                "calls",
                millions(extras.functionCalls(), FUNCTIONS));
        add(lines, "Key value stores", extras.storeReads(), "reads", millions(extras.storeReads(), STORE_READS));
        add(lines, "Lambda@Edge", extras.lambdaCalls(), "calls", millions(extras.lambdaCalls(), LAMBDAS));
        BigDecimal seconds = extras.lambdaGibibyteSeconds();
        BigDecimal usd = seconds.multiply(LAMBDA_SECOND).setScale(Tiers.SCALE, RoundingMode.HALF_UP);
        if (seconds.signum() != 0) lines.add(new Line("Lambda@Edge", EVERYWHERE, seconds, "GB-s", usd));
        add(lines, "Real-time logs", extras.realtimeLines(), "lines", millions(extras.realtimeLines(), REALTIME_LINES));
        add(
                lines,
                "Origin Shield",
                extras.shieldRegion(),
                BigDecimal.valueOf(extras.shieldRequests()),
                "requests",
                usd(extras.shieldRequests(), extras.shieldRegion().perShieldRequests()));
        add(lines, "Requests to S3", extras.s3Requests(), "requests", millions(extras.s3Requests(), S3_REQUESTS));
        return lines;
    }

    private static void add(List<Line> lines, String item, long quantity, String unit, BigDecimal usd) {
        if (quantity != 0) lines.add(new Line(item, EVERYWHERE, BigDecimal.valueOf(quantity), unit, usd));
    }

    private static BigDecimal millions(long quantity, String perMillion) {
        return BigDecimal.valueOf(quantity)
                .multiply(new BigDecimal(perMillion))
                .divide(MILLION, Tiers.SCALE, RoundingMode.HALF_UP);
    }

    private static List<Line> free(Extras extras) {
        List<Line> lines = new ArrayList<>();
        long calls = Math.min(FREE_CALLS, extras.functionCalls());
        add(
                lines,
                "Free tier: functions",
                calls,
                "calls",
                millions(calls, FUNCTIONS).negate());
        long reads = Math.min(FREE_CALLS, extras.storeReads());
        add(
                lines,
                "Free tier: store reads",
                reads,
                "reads",
                millions(reads, STORE_READS).negate());
        return lines;
    }

    private static BigDecimal octets(long octets) {
        return BigDecimal.valueOf(octets).divide(Tiers.GIBIBYTE, Tiers.SCALE, RoundingMode.HALF_UP);
    }

    private static void add(
            List<Line> lines, String item, PriceRegion region, BigDecimal quantity, String unit, BigDecimal usd) {
        if (quantity.signum() != 0) lines.add(new Line(item, region.code(), quantity, unit, usd));
    }

    /** The first terabyte and the first ten million requests, taken from the regions in their order, HTTP before HTTPS. */
    private static List<Line> free(Usage usage) {
        List<Line> lines = new ArrayList<>();
        long octets = FREE_OCTETS;
        for (PriceRegion region : PriceRegion.values()) {
            long here = Math.min(octets, usage.toViewers(region));
            octets -= here;
            // What is free is part of the first tier: it does not move the limits of the others.
            add(
                    lines,
                    "Free tier: data transfer",
                    region,
                    octets(here),
                    "GB",
                    region.toViewers().usd(here).negate());
        }
        long requests = FREE_REQUESTS;
        for (PriceRegion region : PriceRegion.values()) {
            for (boolean https : new boolean[] {false, true}) {
                long here = Math.min(requests, usage.requests(region, https));
                requests -= here;
                BigDecimal usd = usd(here, region.perRequests(https)).negate();
                String item = https ? "Free tier: HTTPS requests" : "Free tier: HTTP requests";
                add(lines, item, region, BigDecimal.valueOf(here), "requests", usd);
            }
        }
        return lines;
    }

    /** In dollars. */
    public BigDecimal total() {
        BigDecimal sum = BigDecimal.ZERO;
        for (Line line : lines) sum = sum.add(line.usd());
        return sum;
    }

    /** What as many requests would cost if S3 were asked for each. */
    public static BigDecimal requestsToS3(Usage usage) {
        return millions(usage.requests(), S3_REQUESTS);
    }

    /** What the same octets would cost from a bucket in the USA or Europe to the internet, without S3's own free 100 GB. */
    public static BigDecimal fromS3(Usage usage) {
        return S3.usd(usage.toViewers());
    }
}
