package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.api.Refused;
import dev.perigee.core.plan.Guards;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.Tag;

final class GuardTagsTest {
    private static final String ARN = "arn:aws:cloudfront::123456789012:distribution/E1";

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    @ParameterizedTest(name = "{0} = {1} is refused: {2}")
    @CsvSource({
        "perigee:requests-per-second-per-network, 20, false",
        "perigee:requests-per-second-per-network, 1000000, false",
        "perigee:requests-per-second-per-network, 1000001, true",
        "perigee:requests-per-second-per-network, 0, true",
        "perigee:requests-per-second-per-network, -1, true",
        "perigee:requests-per-second-per-network, 1.5, true",
        "perigee:requests-per-second-per-network, '', true",
        "perigee:spending-cap-usd-per-month, 20, false",
        "perigee:spending-cap-usd-per-month, 0.05, false",
        "perigee:spending-cap-usd-per-month, 0.00, true",
        "perigee:spending-cap-usd-per-month, 1e3, true",
        "perigee:spending-cap-usd-per-month, -5, true",
        "perigee:spending-cap-usd-per-month, 1.234, true",
        "perigee:spending-cap, 20, true",
        "perigee:budget-usd-per-month, 7.50, false",
        "perigee:budget-usd-per-month, lots, true",
        "Perigee:requests-per-second-per-network, 20, true",
        "environment, 20, false"
    })
    void values(String key, String value, boolean refused) {
        if (refused) {
            Refused why = assertThrows(Refused.class, () -> GuardTags.check(ARN, tag(key, value)));
            assertEquals("InvalidTagging", why.code());
        } else {
            assertDoesNotThrow(() -> GuardTags.check(ARN, tag(key, value)));
        }
    }

    @Test
    void onlyDistributionsAreGuarded() {
        String other = "arn:aws:cloudfront::123456789012:trust-store/ts1";
        assertThrows(Refused.class, () -> GuardTags.check(other, tag(GuardTags.RATE, "20")));
        assertTrue(GuardTags.matter(List.of("a", GuardTags.CAP)));
    }

    @Test
    void tagsBecomeGuards(@TempDir Path folder) throws Exception {
        try (Store store = Store.open(folder.resolve("store.db"))) {
            Map<String, Guards> all = store.write(tables -> {
                Tags.add(tables, ARN, List.of(tag(GuardTags.RATE, "20"), tag("environment", "test")));
                Tags.add(tables, ARN + "2", List.of(tag(GuardTags.CAP, "12.50")));
                Tags.add(tables, ARN + "3", List.of(tag(GuardTags.CAP, "1"), tag(GuardTags.RATE, "5")));
                return GuardTags.all(tables);
            });
            assertEquals(
                    Map.of(
                            ARN,
                            new Guards(20, 0, 0),
                            ARN + "2",
                            new Guards(0, 12_500_000, 0),
                            ARN + "3",
                            new Guards(5, 1_000_000, 0)),
                    all);
        }
    }
}
