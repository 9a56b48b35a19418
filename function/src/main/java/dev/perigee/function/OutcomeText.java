package dev.perigee.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/** Reads what runner.js tells of a run. */
final class OutcomeText {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What comes first where nothing was written to the console, and no origin chosen. */
    private static final String ONLY_RESULT = "{\"result\":";

    private OutcomeText() {}

    static Outcome read(String text, long cpu) {
        if (text.startsWith(ONLY_RESULT, 1)) {
            Result plain = Result.plain(text, 1 + ONLY_RESULT.length(), text.length() - 1);
            if (plain != null) {
                return new Outcome.Returned(plain, MissingNode.getInstance(), List.of(), cpu, isRepeatable(text), null);
            }
        }
        return readTree(text, cpu);
    }

    /** By the first character: a sign of whether the outcome follows from the request alone. */
    private static boolean isRepeatable(String text) {
        return text.charAt(0) == '=';
    }

    private static Outcome readTree(String text, long cpu) {
        try {
            // After the sign of whether it is repeatable.
            JsonNode made = JSON.readTree(text.substring(1));
            List<String> logs = new ArrayList<>(0);
            for (JsonNode line : made.path("logs")) logs.add(line.asText());
            JsonNode error = made.get("error");
            if (error == null) {
                JsonNode data = made.get("data");
                return new Outcome.Returned(
                        Result.of(made.path("result")),
                        made.path("origin"),
                        logs,
                        cpu,
                        isRepeatable(text),
                        data == null ? null : data.asText());
            }
            String name = error.path("name").asText();
            String message = error.path("message").asText();
            return new Outcome.Failed(
                    Outcome.Reason.EXECUTION,
                    name.isEmpty() ? message : name + ": " + message,
                    stack(error.path("stack").asText()),
                    logs,
                    cpu);
        } catch (JsonProcessingException e) {
            // Such as deeper than any answer.
            return new Outcome.Failed(
                    Outcome.Reason.EXECUTION,
                    "The result cannot be read: " + e.getOriginalMessage(),
                    "",
                    List.of(),
                    cpu);
        }
    }

    /** Without the lines of what is around the function. */
    private static String stack(String whole) {
        StringBuilder kept = new StringBuilder();
        for (int from = 0; from < whole.length(); ) {
            int end = whole.indexOf('\n', from);
            String line = whole.substring(from, end < 0 ? whole.length() : end);
            if (line.startsWith("    at ") && !line.contains(V8.OWN))
                kept.append(line).append('\n');
            from += line.length() + 1;
        }
        return kept.toString();
    }
}
