package dev.perigee.edge.fetch;

import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.origin.TunnelEnd;
import dev.perigee.edge.store.Fill;

/** What fetching came to. */
public sealed interface Fetched {
    /**
     * A response; the reference to the fill is the caller's.
     *
     * @param shown what this viewer is to see: it may have fields that are not stored for others
     */
    record Response(Fill fill, How how, StoredResponse shown) implements Fetched {
        Response(Fill fill, How how) {
            this(fill, how, fill.response());
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

    /** There is nothing to show but a page of our own. */
    record Failed(Rejection rejection) implements Fetched {}
}
