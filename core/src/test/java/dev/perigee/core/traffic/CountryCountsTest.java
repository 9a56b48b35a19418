package dev.perigee.core.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountryCountsTest {
    private static CountryCounts of(String... codes) {
        int[] counted = new int[CountryCounts.NUMBERS];
        for (String code : codes) counted[CountryCounts.number(code)]++;
        return CountryCounts.of(counted);
    }

    @Test
    void theyAreAddedByCode() {
        CountryCounts sum = of("DE", "AU", "DE").plus(of("AA", "ZZ", "DE")).plus(of());
        assertEquals(Map.of("AA", 1L, "AU", 1L, "DE", 3L, "ZZ", 1L), sum.byCode());
        assertEquals(Map.of("AU", 1L), of().plus(of("AU")).byCode());
    }

    @ParameterizedTest(name = "{0} is from nowhere")
    @CsvSource(
            nullValues = "null",
            value = {"null", "''", "D", "DEU", "de", "D1", "É!"})
    void whatIsNoCodeIsFromNowhere(String code) {
        assertEquals(Map.of("", 1L), of(code).byCode());
    }
}
