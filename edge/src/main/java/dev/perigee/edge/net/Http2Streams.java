package dev.perigee.edge.net;

import io.netty.util.collection.IntObjectHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The streams of one connection: those that are open, and what has to be known of those that were. */
final class Http2Streams {
    /** So many closed streams are remembered; what a viewer has on its way when it learns of an end is far less. */
    private static final int REMEMBERED = 512;

    /** What a stream that is not open has been (RFC 9113 section 5.1). */
    enum Past {
        /** Nothing yet. */
        IDLE,
        /** A later one was begun before it. */
        SKIPPED,
        CLOSED,
        /** Reset from our side, so that frames may be on their way that are to be ignored. */
        RESET
    }

    private final int max;
    private final IntObjectHashMap<Http2Stream> open = new IntObjectHashMap<>();
    /** Ids of closed streams, negative ones of those that were reset; the oldest is overwritten. */
    private int[] past = new int[16];

    private int next;
    private int lastId;
    /** Exchanges that go on, for the cache's sake or because an origin cannot be interrupted, though their viewer left. */
    private int ownerless;

    Http2Streams(int max) {
        this.max = max;
    }

    @Nullable
    Http2Stream get(int id) {
        return open.get(id);
    }

    /** The open ones, in a list of their own. */
    List<Http2Stream> all() {
        return List.copyOf(open.values());
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    boolean full() {
        return open.size() + ownerless >= max;
    }

    void began(int id) {
        lastId = id;
    }

    void add(Http2Stream stream) {
        open.put(stream.id(), stream);
    }

    void remove(Http2Stream stream) {
        open.remove(stream.id());
    }

    void closed(int id, boolean byReset) {
        if (next == past.length && next < REMEMBERED) past = java.util.Arrays.copyOf(past, 2 * next);
        if (next == past.length) next = 0;
        past[next++] = byReset ? -id : id;
    }

    Past past(int id) {
        if (id > lastId) return Past.IDLE;
        for (int known : past) {
            if (known == -id) return Past.RESET;
        }
        for (int known : past) {
            if (known == id) return Past.CLOSED;
        }
        return Past.SKIPPED;
    }

    int lastId() {
        return lastId;
    }

    void ownerless() {
        ownerless++;
    }

    void ownerlessEnded() {
        if (ownerless > 0) ownerless--;
    }
}
