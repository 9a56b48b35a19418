package dev.perigee.edge.fetch;

import dev.perigee.core.http.ContentRange;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Feed;
import java.util.Objects;

/** What an answer to a request for more of a large object is. */
enum Continuation {
    /** The very part that was asked for, of the same version. */
    PART,
    /** The same version, but all of it. */
    ALL,
    /** Something else. */
    OTHER;

    static Continuation of(BlockedFill fill, Feed feed, ResponseHead head, long length) {
        if (!isSameVersion(fill.response().fields(), head.fields())) return OTHER;
        if (head.status() == 200) return length == fill.wholeLength() ? ALL : OTHER;
        ContentRange range = ContentRange.of(head.fields());
        return head.status() == 206
                        && range != null
                        && range.length() == fill.wholeLength()
                        && range.first() == feed.from()
                        && range.octets() == length
                ? PART
                : OTHER;
    }

    /** Whether a part that was asked for with no regard to what is stored belongs to it all the same. */
    static boolean isPartOf(BlockedFill fill, ResponseHead head, ContentRange range) {
        return range.length() == fill.wholeLength()
                && isSameVersion(fill.response().fields(), head.fields());
    }

    private static boolean isSameVersion(Fields stored, Fields answered) {
        String name = stored.has("ETag") ? "ETag" : "Last-Modified";
        return Objects.equals(stored.first(name), answered.first(name));
    }
}
