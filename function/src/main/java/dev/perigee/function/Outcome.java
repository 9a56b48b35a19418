package dev.perigee.function;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a run. */
public sealed interface Outcome {
    /** What it wrote to its console. */
    List<String> logs();

    /** CPU time that it took. */
    long cpuNanos();

    /**
     * It came to its end.
     *
     * @param result what it returned, not yet looked at
     * @param origin which origins it has chosen, likewise; missing when it has not
     * @param repeatable whether it follows from the request alone, and nothing was written to the console: another run would come
     *     to the same whoever asks, and whenever
     * @param data for the access log; null for none
     */
    record Returned(
            Result result,
            JsonNode origin,
            List<String> logs,
            long cpuNanos,
            boolean repeatable,
            @Nullable String data) implements Outcome {}

    /**
     * It did not.
     *
     * @param message what is wrong, such as {@code TypeError: x is not a function}
     * @param stack where, a line each; empty when it is not known
     */
    record Failed(Reason reason, String message, String stack, List<String> logs, long cpuNanos) implements Outcome {
        static Failed of(Reason reason, String message) {
            return new Failed(reason, message, "", List.of(), 0);
        }
    }

    /** Why there is no result. */
    enum Reason {
        EXECUTION,
        THROTTLED
    }
}
