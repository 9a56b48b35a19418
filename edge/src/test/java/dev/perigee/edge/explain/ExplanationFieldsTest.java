package dev.perigee.edge.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationFieldsTest {
    private static Fields of(String key, List<Step> steps) {
        return ExplanationFields.of(new Explanation("Miss", 0, "E1", null, "*", key, Cause.of("private"), steps));
    }

    @Test
    void whateverIsInThemTheyAreVisibleAsciiOfOneLine() {
        Map<String, Object> details = Map.of("ttlSeconds", 60L);
        Fields fields = of(
                "E1 /\"a\\\r\nSet-Cookie: x=1\u00e9\u2028\0",
                List.of(new Step("web ACL", "allowed", "It's\tso", details)));
        assertEquals("Miss;cause=private;distribution=\"E1\";behavior=\"*\"", fields.first("Perigee-Explain"));
        assertEquals("\"E1 /\\\"a\\\\%0D%0ASet-Cookie: x=1%E9%u2028%00\"", fields.first("Perigee-Explain-Key"));
        assertEquals(
                "web-ACL;outcome=\"allowed\";why=\"It's%09so\";ttl-seconds=60", fields.first("Perigee-Explain-Steps"));
        assertNull(fields.first("Perigee-Explain-Nearest"));
    }

    @Test
    void theyHaveALimit() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 100; i++) steps.add(new Step("step", "o".repeat(100), "w".repeat(1000)));
        Fields fields = of("k".repeat(20_000), steps);
        int octets = 0;
        for (int i = 0; i < fields.size(); i++) octets += fields.value(i).length();
        assertTrue(octets < 6_500, () -> fields.toString());
        assertTrue(String.valueOf(fields.first("Perigee-Explain-Key")).endsWith("k...\""));
        assertTrue(String.valueOf(fields.first("Perigee-Explain-Steps")).endsWith("w...\""));
    }
}
