package dev.perigee.core.cost;

import java.util.HashMap;
import java.util.Map;

/**
 * The regions of CloudFront's price list, with the list prices of their first tier (aws.amazon.com/cloudfront/pricing, as of
 * September 2026): a gibibyte to viewers, and 10,000 requests over HTTP and HTTPS, in millionths of a dollar.
 */
public enum PriceRegion {
    NORTH_AMERICA(
            85_000,
            7_500,
            10_000,
            "ATL BNA BOS CMH DEN DFW DTW EWR HIO IAD IAH JFK LAX MCI MIA MSP ORD PHL PHX PIT QRO SEA SFO SLC TPA YTO YUL YVR"),
    EUROPE(
            85_000,
            9_000,
            12_000,
            "AMS ARN ATH BCN BRU BUD CDG CPH DUB DUS FCO FRA HAM HEL IST LHR LIS MAD MAN MRS MUC MXP OSL OTP PMO PRG SOF TLV"
                    + " TXL VIE WAW ZAG ZRH"),
    AFRICA_AND_MIDDLE_EAST(110_000, 9_000, 12_000, "BAH CAI CPT DOH DXB FJR JED JNB LOS MCT NBO"),
    SOUTH_AMERICA(110_000, 16_000, 22_000, "BOG EZE FOR GIG GRU LIM SCL"),
    JAPAN(114_000, 9_000, 12_000, "KIX NRT"),
    AUSTRALIA(114_000, 9_000, 12_500, "AKL BNE MEL PER SYD"),
    ASIA(120_000, 9_000, 12_000, "BKK CGK HAN HKG ICN KUL MNL SGN SIN TPE"),
    INDIA(109_000, 9_000, 12_000, "BLR BOM CCU DEL HYD MAA PNQ");

    private static final double GIBIBYTE = 1L << 30;
    private static final double REQUESTS = 10_000;
    private static final Map<String, PriceRegion> BY_POP = byPop();

    private final int perGibibyte;
    private final int perHttp;
    private final int perHttps;
    private final String pops;

    PriceRegion(int perGibibyte, int perHttp, int perHttps, String pops) {
        this.perGibibyte = perGibibyte;
        this.perHttp = perHttp;
        this.perHttps = perHttps;
        this.pops = pops;
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

    /** What this traffic costs at list price, in millionths of a dollar. */
    public double microUsd(long octets, long httpRequests, long httpsRequests) {
        return octets / GIBIBYTE * perGibibyte
                + httpRequests / REQUESTS * perHttp
                + httpsRequests / REQUESTS * perHttps;
    }
}
