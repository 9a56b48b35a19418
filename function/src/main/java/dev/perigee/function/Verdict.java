package dev.perigee.function;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Origin;
import org.jspecify.annotations.Nullable;

/** What is to become of a request after its viewer-request function. */
public sealed interface Verdict {
    /**
     * It goes on, as the function has made it.
     *
     * @param origin that is to be asked in the place of the behavior's; null for the behavior's
     */
    record GoOn(RequestHead request, @Nullable Origin origin) implements Verdict {}

    /** The function has answered it. */
    record Answered(EventResponse.Answer answer) implements Verdict {}

    /**
     * Reads what the function has returned.
     *
     * @param base the behavior's origin
     */
    static Verdict of(Outcome.Returned returned, EventRequest given, @Nullable Origin base) throws Invalid {
        JsonNode result = returned.result();
        if (!result.isObject()) throw new Invalid("it must be a request or a response.");
        boolean response = result.has("statusCode");
        if (response && (result.has("uri") || result.has("method"))) {
            throw new Invalid("it must be either a request or a response.");
        }
        if (response) return new Answered(EventResponse.none().changed(result));
        Origin origin = base == null || returned.origin().isMissingNode()
                ? null
                : OriginChange.applied(base, returned.origin());
        return new GoOn(given.changed(result), origin);
    }
}
