package dev.perigee.edge.net;

import org.jspecify.annotations.Nullable;

/**
 * The streams that have content to send, in the order of RFC 9218: the more urgent first, and among equals those whose
 * parts are of use take turns, while the others are sent one after the other. Linked through the streams themselves.
 */
final class Http2Queue {
    private final @Nullable Http2Stream[] first = new Http2Stream[StreamPriority.LEVELS];
    private final @Nullable Http2Stream[] last = new Http2Stream[StreamPriority.LEVELS];
    /** A bit for each level that has streams. */
    private int levels;

    boolean isEmpty() {
        return levels == 0;
    }

    /** Whose turn it is, or null. */
    @Nullable
    Http2Stream next() {
        return levels == 0 ? null : first[Integer.numberOfTrailingZeros(levels)];
    }

    /** Puts a stream behind the others of its level; one that is queued already stays where it is. */
    void add(Http2Stream stream) {
        if (stream.queued) return;
        int level = stream.priority().urgency();
        Http2Stream before = last[level];
        stream.queued = true;
        stream.level = level;
        stream.before = before;
        stream.after = null;
        if (before == null) first[level] = stream;
        else before.after = stream;
        last[level] = stream;
        levels |= 1 << level;
    }

    void remove(Http2Stream stream) {
        if (!stream.queued) return;
        Http2Stream before = stream.before;
        Http2Stream after = stream.after;
        int level = stream.level;
        if (before == null) first[level] = after;
        else before.after = after;
        if (after == null) last[level] = before;
        else after.before = before;
        if (first[level] == null) levels &= ~(1 << level);
        stream.queued = false;
        stream.before = null;
        stream.after = null;
    }

    /** After a frame of this stream: lets the next one of its level have its turn, if they take turns. */
    void sent(Http2Stream stream) {
        if (!stream.priority().incremental() || last[stream.level] == stream) return;
        remove(stream);
        add(stream);
    }
}
