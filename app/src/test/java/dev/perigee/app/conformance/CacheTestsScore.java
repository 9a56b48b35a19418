package dev.perigee.app.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts of one run, by the rules of the suite's own summary: a test whose dependency did not pass has not passed.
 *
 * @param verdicts by test id
 */
record CacheTestsScore(Map<String, Verdict> verdicts) {
    /** Of one test: {@code pass}, {@code fail}, {@code setup} or {@code dependency}. */
    record Verdict(String kind, String outcome, String detail) {
        boolean passed() {
            return outcome.equals("pass");
        }
    }

    /**
     * @param kinds of tests whose kind is another in the suite's current index than in the package
     */
    static CacheTestsScore of(JsonNode run, Map<String, String> kinds) {
        Map<String, JsonNode> tests = new HashMap<>();
        for (JsonNode test : run.path("tests")) tests.put(test.path("id").asText(), test);
        Map<String, Verdict> verdicts = new TreeMap<>();
        for (JsonNode test : tests.values()) {
            String id = test.path("id").asText();
            String kind = kinds.getOrDefault(id, test.path("kind").asText());
            JsonNode result = run.path("results").path(id);
            verdicts.put(id, new Verdict(kind, outcome(id, tests, run.path("results")), detail(result)));
        }
        return new CacheTestsScore(verdicts);
    }

    private static String outcome(String id, Map<String, JsonNode> tests, JsonNode results) {
        JsonNode test = tests.get(id);
        if (test == null) return "fail";
        for (JsonNode need : test.path("needs")) {
            if (!outcome(need.asText(), tests, results).equals("pass")) return "dependency";
        }
        JsonNode result = results.path(id);
        if (result.isBoolean() && result.asBoolean()) return "pass";
        return result.path(0).asText().equals("Setup") ? "setup" : "fail";
    }

    private static String detail(@Nullable JsonNode result) {
        return result == null ? "" : result.path(1).asText();
    }

    long passed(String kind) {
        return verdicts.values().stream()
                .filter(verdict -> verdict.kind().equals(kind) && verdict.passed())
                .count();
    }

    long all(String kind) {
        return verdicts.values().stream()
                .filter(verdict -> verdict.kind().equals(kind))
                .count();
    }

    /** Ids of the tests of this kind that did not pass. */
    List<String> notPassed(String kind) {
        List<String> ids = new ArrayList<>();
        verdicts.forEach((id, verdict) -> {
            if (verdict.kind().equals(kind) && !verdict.passed()) ids.add(id);
        });
        return ids;
    }

    /** One line per kind, for the log. */
    String table() {
        StringBuilder text = new StringBuilder();
        for (String kind : List.of("required", "optimal", "check")) {
            text.append(kind)
                    .append(' ')
                    .append(passed(kind))
                    .append(" of ")
                    .append(all(kind))
                    .append(System.lineSeparator());
        }
        verdicts.forEach((id, v) -> {
            if (!v.passed() && !v.kind().equals("check"))
                text.append(v.kind())
                        .append(' ')
                        .append(v.outcome())
                        .append(' ')
                        .append(id)
                        .append(": ")
                        .append(v.detail())
                        .append(System.lineSeparator());
        });
        return text.toString();
    }
}
