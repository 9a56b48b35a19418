package dev.perigee.edge.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What fills that are still arriving have taken the place of, with a reference each: the good stale response is not lost
 * because its successor breaks off. Bounded; beyond the bound it is lost. Safe from any thread; it takes no lock, since the
 * index calls it while it holds one.
 */
final class Predecessors {
    private final long octetsMax;
    private final AtomicLong octets = new AtomicLong();
    private final Map<Fill, Kept> byNewer = new ConcurrentHashMap<>();

    /** @param octets which its weight was when it was counted: a weight may change */
    private record Kept(Fill fill, long octets) {}

    Predecessors(long octetsMax) {
        this.octetsMax = octetsMax;
    }

    /** Keeps what this newer one takes the place of, or what that in turn has taken it of when it is not whole itself. */
    void keep(Fill newer, Fill older) {
        Kept inherited = byNewer.get(older);
        Fill kept = inherited == null ? older : inherited.fill();
        if (!isWhole(kept)) return;
        long weight = kept.weight();
        if (octets.addAndGet(weight) > octetsMax || !kept.tryRetain()) {
            octets.addAndGet(-weight);
            return;
        }
        drop(newer);
        byNewer.put(newer, new Kept(kept, weight));
    }

    private static boolean isWhole(Fill fill) {
        return switch (fill) {
            case WholeFill whole -> whole.isKept() && whole.state() == WholeFill.State.COMPLETE;
            // Never whole for certain, and useful all the same.
            case BlockedFill _ -> true;
        };
    }

    /** What was kept for this one, with the reference; null when there is nothing. */
    @Nullable
    Fill take(Fill newer) {
        Kept kept = byNewer.remove(newer);
        if (kept == null) return null;
        octets.addAndGet(-kept.octets());
        return kept.fill();
    }

    void drop(Fill newer) {
        Fill kept = take(newer);
        if (kept != null) kept.release();
    }

    /** Drops those kept for which this holds. */
    void dropIf(Predicate<Fill> unwanted) {
        for (Map.Entry<Fill, Kept> entry : byNewer.entrySet()) {
            if (unwanted.test(entry.getValue().fill())) drop(entry.getKey());
        }
    }
}
