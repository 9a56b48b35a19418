package dev.perigee.edge.explain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One decision.
 *
 * @param step its name, as in ARCHITECTURE.md
 * @param outcome what was decided, in a word
 * @param why the rule behind it, for people
 * @param details what the rule looked at, in order: texts, numbers, truth values, lists and maps of these
 */
public record Step(String step, String outcome, String why, Map<String, Object> details) {
    public Step {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    Step(String step, String outcome, String why) {
        this(step, outcome, why, Map.of());
    }
}
