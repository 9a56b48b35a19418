package dev.perigee.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GeoRestrictionTest {
    @ParameterizedTest(name = "{0} {1}: a viewer from {2} is blocked: {3}")
    @CsvSource({
        "whitelist, AU, AU, false",
        "whitelist, AU, DE, true",
        "whitelist, AU, , false",
        "blacklist, AU, AU, true",
        "blacklist, AU, DE, false",
        "blacklist, AU, , false"
    })
    void blocks(String type, String listed, String country, boolean blocked) {
        assertEquals(blocked, new GeoRestriction(type.equals("whitelist"), List.of(listed, "NZ")).blocks(country));
    }

    @Test
    void orderDoesNotMatterAndNothingIsRefused() {
        assertEquals(new GeoRestriction(true, List.of("AU", "DE")), new GeoRestriction(true, List.of("DE", "AU")));
        assertThrows(IllegalArgumentException.class, () -> new GeoRestriction(true, List.of()));
    }
}
