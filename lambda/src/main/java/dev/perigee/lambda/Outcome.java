package dev.perigee.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What came of running a function. */
public sealed interface Outcome {
    /** What it and its process have written, line by line. */
    List<String> logs();

    long nanos();

    /**
     * It returned.
     *
     * @param result JSON's null for a function that returned nothing
     */
    record Returned(JsonNode result, List<String> logs, long nanos) implements Outcome {}

    /**
     * It did not return.
     *
     * @param type of the exception, in its language's words
     * @param trace its stack, line by line
     */
    record Failed(Reason reason, String type, String message, List<String> trace, List<String> logs, long nanos)
            implements Outcome {}

    enum Reason {
        /** It threw. */
        THREW,
        /** It took too long. */
        TIMED_OUT,
        /** Its process ended. */
        CRASHED,
        /** It could not be loaded. */
        NOT_LOADED,
        /** It returned more than Lambda takes. */
        TOO_LARGE,
        /** There are as many runs as there may be. */
        THROTTLED
    }
}
