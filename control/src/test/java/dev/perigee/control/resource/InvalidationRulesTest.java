package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.api.Refused;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudfront.model.InvalidationBatch;

class InvalidationRulesTest {
    private static InvalidationBatch of(String path) {
        return InvalidationBatch.builder()
                .callerReference("r")
                .paths(paths -> paths.quantity(1).items(path))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/*", "/a%23b", "/a?b=c", "/a/b*", "/~x", "#tag", "#a#b"})
    void takes(String path) {
        assertDoesNotThrow(() -> InvalidationRules.check(of(path)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/a#b", "/#tag", "/a b", "/ü", "/a*b", "#", "#a b", "#a,b", "#a*", ""})
    void refuses(String path) {
        Refused refused = assertThrows(Refused.class, () -> InvalidationRules.check(of(path)));
        assertEquals("InvalidArgument", refused.code());
        assertTrue(refused.text().contains(path), refused.text());
    }
}
