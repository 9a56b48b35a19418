package dev.perigee.core.cost;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The regions of CloudFront's price list, with its list prices (aws.amazon.com/cloudfront/pricing, as of September 2026) in
 * millionths of a dollar.
 */
public enum PriceRegion {
    NORTH_AMERICA(
            "US",
            85_000,
            "85 80 60 40 30 25 20",
            20_000,
            7_500,
            10_000,
            "ATL BNA BOS CMH DEN DFW DTW EWR HIO IAD IAH JFK LAX MCI MIA MSP ORD PHL PHX PIT QRO SEA SFO SLC TPA YTO YUL YVR"),
    EUROPE(
            "EU",
            85_000,
            "85 80 60 40 30 25 20",
            20_000,
            9_000,
            12_000,
            "AMS ARN ATH BCN BRU BUD CDG CPH DUB DUS FCO FRA HAM HEL IST LHR LIS MAD MAN MRS MUC MXP OSL OTP PMO PRG SOF TLV"
                    + " TXL VIE WAW ZAG ZRH"),
    AFRICA_AND_MIDDLE_EAST(
            "ZA",
            110_000,
            "110 105 90 80 60 50 40",
            60_000,
            9_000,
            12_000,
            "BAH CAI CPT DOH DXB FJR JED JNB LOS MCT NBO"),
    SOUTH_AMERICA("SA", 110_000, "110 105 90 80 60 50 40", 125_000, 16_000, 22_000, "BOG EZE FOR GIG GRU LIM SCL"),
    JAPAN("JP", 114_000, "114 89 86 84 80 70 60", 60_000, 9_000, 12_000, "KIX NRT"),
    AUSTRALIA("AU", 114_000, "114 98 94 92 90 85 80", 80_000, 9_000, 12_500, "AKL BNE MEL PER SYD"),
    ASIA("AP", 120_000, "120 100 95 90 80 70 60", 60_000, 9_000, 12_000, "BKK CGK HAN HKG ICN KUL MNL SGN SIN TPE"),
    INDIA("IN", 109_000, "109 85 82 80 78 75 72", 160_000, 9_000, 12_000, "BLR BOM CCU DEL HYD MAA PNQ");

    private static final int[] WIDTHS = {10, 40, 100, 350, 524, 4_096};
    private static final double GIBIBYTE = 1L << 30;
    private static final double REQUESTS = 10_000;
    private static final Map<String, PriceRegion> BY_POP = byPop();

    private final String code;
    private final int perGibibyte;
    private final String tiers;
    private final int perGibibyteToOrigin;
    private final int perHttp;
    private final int perHttps;
    private final String pops;

    /** @param tiers thousandths of a dollar for the first 10 TB of a month, the next 40, 100, 350, 524, 4,096, and the rest */
    PriceRegion(
            String code,
            int perGibibyte,
            String tiers,
            int perGibibyteToOrigin,
            int perHttp,
            int perHttps,
            String pops) {
        this.code = code;
        this.perGibibyte = perGibibyte;
        this.tiers = tiers;
        this.perGibibyteToOrigin = perGibibyteToOrigin;
        this.perHttp = perHttp;
        this.perHttps = perHttps;
        this.pops = pops;
    }

    /** What the usage types of a bill begin with. */
    public String code() {
        return code;
    }

    /** What octets to viewers cost. */
    public Tiers toViewers() {
        return Tiers.of(
                WIDTHS,
                Stream.of(tiers.split(" ", -1)).mapToInt(Integer::parseInt).toArray());
    }

    /** A gibibyte to origins, of requests with content. */
    public int perGibibyteToOrigin() {
        return perGibibyteToOrigin;
    }

    /** 10,000 requests. */
    public int perRequests(boolean https) {
        return https ? perHttps : perHttp;
    }

    /** 10,000 requests that come to Origin Shield here; where there is none, as in the next place that has one. */
    int perShieldRequests() {
        return switch (this) {
            case NORTH_AMERICA -> 7_500;
            case SOUTH_AMERICA -> 16_000;
            case EUROPE, AFRICA_AND_MIDDLE_EAST, JAPAN, AUSTRALIA, ASIA, INDIA -> 9_000;
        };
    }

    /** The region of a PoP by its three letters; North America for one that the list does not know. */
    public static PriceRegion of(String pop) {
        return BY_POP.getOrDefault(pop, NORTH_AMERICA);
    }

    private static Map<String, PriceRegion> byPop() {
        Map<String, PriceRegion> all = new HashMap<>();
        for (PriceRegion region : values()) {
            for (String pop : region.pops.split(" ", -1)) all.put(pop, region);
        }
        return Map.copyOf(all);
    }

    /** What this traffic costs at the prices of the first tier, in millionths of a dollar. */
    public double microUsd(long octets, long httpRequests, long httpsRequests) {
        return octets / GIBIBYTE * perGibibyte
                + httpRequests / REQUESTS * perHttp
                + httpsRequests / REQUESTS * perHttps;
    }
}
