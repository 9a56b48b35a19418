package dev.perigee.core.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PriceRegionTest {
    /** By hand, from the published list. */
    @ParameterizedTest(name = "{0}: {1} GiB, {2} HTTP and {3} HTTPS requests cost {4} $")
    @CsvSource({
        "IAD, 1, 0, 0, 0.085",
        "IAD, 0, 10000, 10000, 0.0175",
        "FRA, 10, 10000, 20000, 0.883",
        "SYD, 1000, 0, 1000000, 115.25",
        "GRU, 1, 10000, 10000, 0.148",
        "NRT, 1, 0, 0, 0.114",
        "BOM, 1, 0, 0, 0.109",
        "SIN, 1, 0, 0, 0.12",
        "DXB, 1, 0, 0, 0.11",
        "XXX, 1, 0, 0, 0.085"
    })
    void listPrices(String pop, long gibibytes, long http, long https, double usd) {
        assertEquals(usd * 1e6, PriceRegion.of(pop).microUsd(gibibytes << 30, http, https), 0.01);
    }
}
