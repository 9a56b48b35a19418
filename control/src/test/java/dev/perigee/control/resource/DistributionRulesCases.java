package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.perigee.control.api.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * One family of rules: {@code wrong()} of the class below has a row per rule, with what is wrong, the code, and the value
 * that the message must name. Rules only read, so one store does for all of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DistributionRulesCases {
    private Store store;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        store = Store.open(folder.resolve("store.db"));
    }

    @AfterAll
    void close() {
        store.close();
    }

    static Arguments row(String what, String code, String named, DistributionConfig config) {
        return arguments(what, code, named, config);
    }

    static DistributionConfig with(UnaryOperator<DistributionConfig.Builder> change) {
        return change.apply(Configs.of("r").toBuilder()).build();
    }

    static String[] numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "n" + i + ".example").toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("wrong")
    void refuses(String what, String code, String named, DistributionConfig config) {
        Refused refused = assertThrows(Refused.class, () -> check(config), what);
        assertEquals(code, refused.code(), refused.text());
        assertTrue(refused.text().contains(named), () -> refused.text() + " does not name " + named);
    }

    final boolean check(DistributionConfig config) throws Refused {
        return store.read(tables -> {
            DistributionRules.check(Defaults.fill(config), tables, TrialTest.SETTINGS, "");
            return true;
        });
    }
}
