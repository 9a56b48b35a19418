package dev.perigee.core.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against sums made by hand from the price list. */
class BillTest {
    private static final long GB = 1L << 30;

    private static String cents(BigDecimal usd) {
        return usd.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    private static Usage usage(PriceRegion region, long gigabytes, long http, long https) {
        Usage usage = new Usage();
        usage.add(region, gigabytes * GB, 0, false, http);
        usage.add(region, 0, 0, true, https);
        return usage;
    }

    @ParameterizedTest(name = "{1} GB in {0}: {2}")
    @CsvSource(textBlock = """
            NORTH_AMERICA,          5000,     425.00
            NORTH_AMERICA,          10240,    870.40
            NORTH_AMERICA,          10241,    870.48
            # 10,240 x .085 + 40,960 x .08 + 1,000 x .06
            NORTH_AMERICA,          52200,    4207.20
            EUROPE,                 1,        0.09
            AFRICA_AND_MIDDLE_EAST, 100,      11.00
            SOUTH_AMERICA,          20480,    2201.60
            JAPAN,                  10241,    1167.45
            AUSTRALIA,              10240,    1167.36
            # 1,228.8 + 4,096 + 9,728 + 32,256 + 42,926.08 + 100 x .07
            ASIA,                   1048676,  90241.88
            INDIA,                  7000,     763.00
            """)
    void volumeIsPricedByTiers(PriceRegion region, long gigabytes, String usd) {
        assertEquals(usd, cents(Bill.of(usage(region, gigabytes, 0, 0), false).total()));
    }

    @Test
    void thePetabytesBehindTheFirstCostLess() {
        // 870.4 + 3,276.8 + 6,144 + 14,336 + 16,097.28 + 4,194,304 x .025 + 1,000 x .02
        long gigabytes = 1024L * (1024 + 4096) + 1000;
        assertEquals(
                "145602.08",
                cents(Bill.of(usage(PriceRegion.EUROPE, gigabytes, 0, 0), false).total()));
    }

    @Test
    void aSheetWithSeveralRegions() {
        Usage usage = usage(PriceRegion.NORTH_AMERICA, 2000, 3_000_000, 4_000_000);
        usage.add(PriceRegion.AUSTRALIA, 500 * GB, 3 * GB, true, 6_000_000);
        Bill bill = Bill.of(usage, false);
        // 170 + 2.25 + 4 and 57 + .24 + 7.50
        assertEquals("240.99", cents(bill.total()));
        assertEquals(
                List.of(
                        "Data transfer to viewers US 170.00",
                        "HTTP requests US 2.25",
                        "HTTPS requests US 4.00",
                        "Data transfer to viewers AU 57.00",
                        "Data transfer to origins AU 0.24",
                        "HTTPS requests AU 7.50"),
                bill.lines().stream()
                        .map(l -> l.item() + " " + l.region() + " " + cents(l.usd()))
                        .toList());
        Bill less = Bill.of(usage, true);
        // 1,024 GB and 7 million requests of the USA, 3 million of Australia: 87.04 + 2.25 + 4 + 3.75
        assertEquals("143.95", cents(less.total()));
        assertEquals(
                List.of(
                        "Free tier: data transfer US -87.04",
                        "Free tier: HTTP requests US -2.25",
                        "Free tier: HTTPS requests US -4.00",
                        "Free tier: HTTPS requests AU -3.75"),
                less.lines().stream()
                        .skip(6)
                        .map(l -> l.item() + " " + l.region() + " " + cents(l.usd()))
                        .toList());
    }

    @Test
    void theMonthOfTheStory() {
        Usage usage = usage(PriceRegion.NORTH_AMERICA, 5000, 0, 0);
        assertEquals("450.00", cents(Bill.fromS3(usage)));
        assertEquals("425.00", cents(Bill.of(usage, false).total()));
        assertEquals("337.96", cents(Bill.of(usage, true).total()));
        assertEquals("0.00", cents(Bill.of(new Usage(), true).total()));
    }

    @Test
    void outsideThePriceClassTheCheapestRegionIsPaid() {
        assertEquals(PriceRegion.NORTH_AMERICA, PriceClass.PRICE_CLASS_100.billed(PriceRegion.JAPAN));
        assertEquals(PriceRegion.EUROPE, PriceClass.PRICE_CLASS_100.billed(PriceRegion.EUROPE));
        assertEquals(PriceRegion.JAPAN, PriceClass.PRICE_CLASS_200.billed(PriceRegion.JAPAN));
        assertEquals(PriceRegion.NORTH_AMERICA, PriceClass.PRICE_CLASS_200.billed(PriceRegion.AUSTRALIA));
        assertEquals(PriceRegion.AUSTRALIA, PriceClass.PRICE_CLASS_ALL.billed(PriceRegion.AUSTRALIA));
    }
}
