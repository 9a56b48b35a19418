package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.http.Fields;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.PurgeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Collapsed forwarding: the fetches under way, at most one per key, for others to join. */
public final class Flights {
    private final ConcurrentHashMap<CacheKey, Flight> flights = new ConcurrentHashMap<>();
    private final LongSupplier purgeSequence;

    /**
     * No fetches yet.
     *
     * @param purgeSequence newest purge that was applied, which a fetch notes when it begins
     */
    public Flights(LongSupplier purgeSequence) {
        this.purgeSequence = purgeSequence;
    }

    /** One fetch. */
    public static final class Flight {
        private final CacheKey key;
        private final long purgeSequence;
        private final CompletableFuture<Landing> landing = new CompletableFuture<>();
        private final List<PurgeSet> perhapsPurgedBy = new ArrayList<>();
        private boolean purged;

        private Flight(CacheKey key, long purgeSequence) {
            this.key = key;
            this.purgeSequence = purgeSequence;
        }

        /** Newest purge that had been applied when it began. */
        long purgeSequence() {
            return purgeSequence;
        }

        /** Waits for what comes of it, as a joiner; null when that took too long. */
        @Nullable
        Landing await(long seconds) {
            try {
                return landing.get(seconds, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException _) {
                return null;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        /**
         * Runs the step that lists a response, unless a purge that covers it came after the fetch began. Purges wait
         * meanwhile.
         */
        synchronized boolean unlessPurged(Fields fields, Runnable listing) {
            if (purged) return false;
            for (PurgeSet purges : perhapsPurgedBy) {
                if (purges.covers(key, fields)) return false;
            }
            listing.run();
            return true;
        }

        private synchronized void purge() {
            purged = true;
        }

        /** Whether this may be too old for a viewer who comes after these purges. */
        private boolean purge(PurgeSet purges) {
            if (purges.coversPath(key)) {
                purge();
                return true;
            }
            if (!purges.mayCoverByTag(key)) return false;
            // Which tags it carries is known when its head has arrived.
            synchronized (this) {
                perhapsPurgedBy.add(purges);
            }
            return true;
        }
    }

    /** What a fetch came to, for those who joined it. */
    public sealed interface Landing {
        /** A response that all may have; whoever wants it must still take a reference, which may come too late. */
        record Shared(Fill fill, boolean revalidated) implements Landing {}

        /** The response was for the first viewer alone: ask for your own. */
        record Alone() implements Landing {}
    }

    /** Begins a fetch for this key, or returns the one that is under way, in {@link Boarding#flight}. */
    Boarding board(CacheKey key) {
        Flight mine = new Flight(key, purgeSequence.getAsLong());
        Flight other = flights.putIfAbsent(key, mine);
        return other == null ? new Boarding(mine, true) : new Boarding(other, false);
    }

    record Boarding(Flight flight, boolean leads) {}

    /** Whether a fetch for this key is under way that others can join. */
    boolean has(CacheKey key) {
        return flights.containsKey(key);
    }

    /** Ends a fetch. Those who have not been told get to fetch for themselves. */
    void land(Flight flight, @Nullable Landing landing) {
        flights.remove(flight.key, flight);
        flight.landing.complete(landing == null ? new Landing.Alone() : landing);
    }

    /** Nobody joins what these purges cover any more, and what is under way will not be listed. */
    public void purge(PurgeSet purges) {
        for (Flight flight : flights.values()) {
            if (flight.purge(purges)) flights.remove(flight.key, flight);
        }
    }

    /** As {@link #purge}, for everything. */
    public void purgeAll() {
        for (Flight flight : flights.values()) {
            flight.purge();
            flights.remove(flight.key, flight);
        }
    }
}
