package dev.perigee.edge.fetch;

import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.store.Fill;

/** What fetching came to. */
public sealed interface Fetched {
    /** A response; the reference to the fill is the caller's. */
    record Response(Fill fill, How how) implements Fetched {}

    /** There is nothing to show but a page of our own. */
    record Failed(Rejection rejection) implements Fetched {}
}
