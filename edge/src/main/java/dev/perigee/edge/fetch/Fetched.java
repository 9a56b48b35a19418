package dev.perigee.edge.fetch;

import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.origin.TunnelEnd;
import dev.perigee.edge.store.Fill;
import dev.perigee.lambda.LambdaFailure;
import org.jspecify.annotations.Nullable;

/** What fetching came to. */
public sealed interface Fetched {
    /**
     * A response; the reference to the fill is the caller's.
     *
     * @param shown what this viewer is to see: it may have fields that are not stored for others
     * @param failure what the origin failed in, where it is a {@linkplain How#PAGE page} about that
     */
    record Response(
            Fill fill,
            How how,
            StoredResponse shown,
            @Nullable Rejection failure) implements Fetched {
        Response(Fill fill, How how, StoredResponse shown) {
            this(fill, how, shown, null);
        }

        Response(Fill fill, How how) {
            this(fill, how, fill.response());
        }

        /** The edge's own page. */
        static Response page(Fill fill, Rejection failure) {
            return new Response(fill, How.PAGE, fill.response(), failure);
        }
    }

    /** The origin agreed to a WebSocket. The tunnel is the caller's, to be joined or discarded. */
    record Switched(ResponseHead head, TunnelEnd tunnel) implements Fetched {}

    /**
     * The answer to a call of gRPC, for one viewer; the reference to the fill is the caller's.
     *
     * @param whole whether the head is all of it
     */
    record Called(Fill fill, StoredResponse shown, boolean whole) implements Fetched {}

    /** The origin has not looked at a call. */
    record Refused() implements Fetched {}

    /** A function on the way to the origin, or back, has failed. */
    record FunctionFailed(LambdaFailure failure) implements Fetched {}

    /** Says so of an answer that a function has made in the place of an origin. */
    static Fetched marked(OriginOutcome outcome, Fetched fetched) {
        return fetched instanceof Response(Fill fill, How how, StoredResponse shown, var _)
                        && (how == How.FETCHED || how == How.FETCHED_UNLISTED)
                        && GeneratedBody.isAnswer(outcome)
                ? new Response(fill, How.GENERATED, shown)
                : fetched;
    }

    /** There is nothing to show but a page of our own. */
    record Failed(Rejection rejection) implements Fetched {}
}
