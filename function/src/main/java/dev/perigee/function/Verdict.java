package dev.perigee.function;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import org.jspecify.annotations.Nullable;

/** What is to become of a request after its viewer-request function. */
public sealed interface Verdict {
    /**
     * It goes on, as the function has made it.
     *
     * @param behavior the one that it matched, with the origins that the function has chosen; null when it chose none
     * @param repeatable whether the same request goes on this way whoever sends it, and whenever
     */
    record GoOn(RequestHead request, @Nullable Behavior behavior, boolean repeatable) implements Verdict {}

    /** The function has answered it. */
    record Answered(EventResponse.Answer answer) implements Verdict {}

    /**
     * Reads what the function has returned.
     *
     * @param distribution whose origins may be chosen; null to try out a function, when no choice is looked at
     * @param behavior that the request matched; null likewise
     */
    static Verdict of(
            Outcome.Returned returned,
            EventRequest given,
            @Nullable Distribution distribution,
            @Nullable Behavior behavior)
            throws Invalid {
        PlainRequest plain = returned.result().plain();
        if (plain != null) return goOn(returned, given.changed(plain), distribution, behavior);
        JsonNode result = returned.result().tree();
        if (!result.isObject()) throw new Invalid("it must be a request or a response.");
        boolean response = result.has("statusCode");
        if (response && (result.has("uri") || result.has("method"))) {
            throw new Invalid("it must be either a request or a response.");
        }
        if (response) return new Answered(EventResponse.none().changed(returned.result()));
        return goOn(returned, given.changed(result), distribution, behavior);
    }

    private static GoOn goOn(
            Outcome.Returned returned,
            RequestHead changed,
            @Nullable Distribution distribution,
            @Nullable Behavior behavior)
            throws Invalid {
        JsonNode choice = returned.origin();
        boolean repeatable = returned.repeatable();
        if (distribution == null || behavior == null || choice.isMissingNode()) {
            return new GoOn(changed, null, repeatable);
        }
        return new GoOn(changed, OriginChoice.of(distribution, behavior, choice), repeatable);
    }
}
