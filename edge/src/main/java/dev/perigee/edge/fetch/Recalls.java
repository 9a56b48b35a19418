package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.fetch.Flights.Boarding;
import dev.perigee.edge.fetch.Flights.Flight;
import dev.perigee.edge.fetch.Flights.Landing;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.PurgeSet;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.WholeFill;
import dev.perigee.edge.store.disk.DiskTier;
import dev.perigee.edge.store.disk.Found;
import org.jspecify.annotations.Nullable;

/** Brings responses from disk into memory, each once for all who ask for it meanwhile. */
final class Recalls {
    /** Longer than the disk tier itself waits. */
    private static final int SECONDS_MAX = 5;

    private final Store store;
    private final DiskTier disk;
    private final EdgeLimits limits;
    private final Flights underWay;

    Recalls(Store store, DiskTier disk, EdgeLimits limits) {
        this.store = store;
        this.disk = disk;
        this.limits = limits;
        underWay = new Flights(disk.purges()::sequence);
    }

    /** Whether {@link #recall} is worth a try. Never waits. */
    boolean mayRecall(CacheKey key) {
        return disk.mayHave(key);
    }

    /** What is on disk for this key, fresh or not, listed in memory and retained for the caller; or null. */
    @Nullable
    Fill recall(CacheKey key) {
        Boarding boarding = underWay.board(key);
        Flight flight = boarding.flight();
        if (!boarding.leads()) {
            Landing landing = flight.await(SECONDS_MAX);
            return landing instanceof Landing.Shared(Fill fill, boolean _) && fill.tryRetain() ? fill : null;
        }
        Landing landing = null;
        try {
            Fill fill = store.find(key);
            if (fill == null) fill = fromDisk(key, flight);
            if (fill != null) landing = new Landing.Shared(fill, false);
            return fill;
        } finally {
            underWay.land(flight, landing);
        }
    }

    private @Nullable Fill fromDisk(CacheKey key, Flight flight) {
        Found found = disk.find(key);
        if (found == null) return null;
        Fill fill = found.generation() == 0 ? whole(key, found) : blocked(key, found);
        fill.purgeSequence(found.purgeSequence());
        // A purge that came while we were reading: what was read counts as gone.
        if (fill.isKept() && flight.unlessPurged(found.response().fields(), () -> store.put(key, fill))) return fill;
        fill.release();
        return null;
    }

    private WholeFill whole(CacheKey key, Found found) {
        WholeFill fill =
                WholeFill.kept(key, found.response(), store.growth(), limits.objectBytesMax(), limits.windowBytes());
        fill.append(found.content());
        fill.complete();
        return fill;
    }

    private BlockedFill blocked(CacheKey key, Found found) {
        found.content().release();
        StoredResponse response = found.response();
        return new BlockedFill(key, response, found.generation(), response.contentLength(), found.blockBytes(), store);
    }

    /** What is under way and covered by these purges will not be listed. */
    void purge(PurgeSet purges) {
        underWay.purge(purges);
    }

    void purgeAll() {
        underWay.purgeAll();
    }
}
