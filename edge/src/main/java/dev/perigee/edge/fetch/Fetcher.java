package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.CdnLoop;
import dev.perigee.core.cache.Extension;
import dev.perigee.core.cache.OriginFields;
import dev.perigee.core.http.ByteRanges;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.http.WebSocketHandshake;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.fetch.Flights.Boarding;
import dev.perigee.edge.fetch.Flights.Flight;
import dev.perigee.edge.fetch.Flights.Landing;
import dev.perigee.edge.origin.CallOutcome;
import dev.perigee.edge.origin.GrpcCall;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginClient;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.origin.TunnelEnd;
import dev.perigee.edge.origin.UpgradeOutcome;
import dev.perigee.edge.store.Feed;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.PurgeSet;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.disk.DiskTier;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The step fetch: gets a response from the origin, at most one at a time per key, and decides whether to store it. Runs on
 * virtual threads, as plain waiting code.
 */
public final class Fetcher {
    /** A response that is gone, or another's, when its waiters look at it this often is asked for alone. */
    private static final int ROUNDS_MAX = 4;

    private final Asker asker;
    private final Store store;
    private final Flights flights;
    private final Recalls recalls;
    private final StandIns standIns;
    private final Passing passing;
    private final Revalidation revalidation;
    private final Storing storing;
    private final Blocks blocks;
    private final EdgeLimits limits;
    private final InstantSource clock;
    private final @Nullable Variants variants;

    public Fetcher(
            Asker asker,
            Store store,
            Flights flights,
            DiskTier disk,
            Compressors compressors,
            EdgeLimits limits,
            InstantSource clock,
            Set<Extension> extensions,
            @Nullable Variants variants) {
        this.asker = asker;
        this.store = store;
        this.flights = flights;
        this.limits = limits;
        this.clock = clock;
        this.variants = variants;
        boolean invalidates = extensions.contains(Extension.UNSAFE_METHOD_INVALIDATION);
        recalls = new Recalls(store, disk, limits);
        standIns = new StandIns(store, disk, limits, clock, extensions);
        passing = new Passing(asker, store, disk, limits, clock, invalidates ? new Invalidation(store, flights) : null);
        revalidation = new Revalidation(asker, disk, standIns, clock, extensions);
        storing = new Storing(store, disk, compressors, standIns, passing, limits, clock, extensions, variants);
        blocks = new Blocks(asker, store, disk, storing, standIns, passing, revalidation, variants);
    }

    /** Whether {@link #recall} is worth a try. Never waits. */
    public boolean mayRecall(CacheKey key) {
        return recalls.mayRecall(key);
    }

    /** What is on disk for this key, fresh or not, listed in memory and retained for the caller; or null. */
    public @Nullable Fill recall(CacheKey key) {
        return recalls.recall(key);
    }

    /** What is read from disk just now and is covered by these purges is not listed; call it once they are in the log. */
    public void purgeRecalls(PurgeSet purges) {
        recalls.purge(purges);
    }

    public void purgeRecalls() {
        recalls.purgeAll();
    }

    /**
     * Fetches, joins a fetch under way, or revalidates what is stored.
     *
     * @param stale what is stored but not fresh; stays the caller's
     */
    public Fetched fetch(Ask ask, CacheKey primary, @Nullable Fill stale) {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            CacheKey key = variants == null ? primary : variants.select(primary, ask.request());
            Boarding boarding = flights.board(key);
            if (boarding.leads()) return lead(ask, key, boarding.flight(), stale);
            // A request that has been here before may be the very one that the flight is waiting for.
            if (CdnLoop.passes(ask.request().fields()) > 0) return alone(ask, stale);
            // As long as the leader may take at the very most, which has deadlines of its own.
            Landing landing = boarding.flight().await(ask.patienceSeconds());
            if (landing == null) return new Fetched.Failed(Rejection.ORIGIN_TIMEOUT);
            switch (landing) {
                case Landing.Shared(Fill fill, boolean revalidated) -> {
                    // With vary on, the response may have turned out to be for other requests than this one.
                    boolean meant = variants == null
                            || variants.select(primary, ask.request()).equals(fill.key());
                    if (meant && fill.tryRetain())
                        return new Fetched.Response(fill, revalidated ? How.REVALIDATED : How.JOINED);
                    // Evicted before we had it: begin anew.
                }
                case Landing.Alone _ -> {
                    return alone(ask, stale);
                }
            }
        }
        return alone(ask, stale);
    }

    /**
     * Asks the origin about what is served stale meanwhile; null when somebody asks already. Nobody waits for this, so
     * nobody who comes second does.
     */
    public @Nullable Fetched refresh(Ask ask, CacheKey primary, Fill stale) {
        CacheKey key = variants == null ? primary : variants.select(primary, ask.request());
        Boarding boarding = flights.board(key);
        return boarding.leads() ? lead(ask, key, boarding.flight(), stale) : null;
    }

    /** Whether the origin is being asked for this. */
    public boolean isUnderWay(CacheKey key) {
        return flights.has(key);
    }

    /**
     * As {@link #fetch} with nothing stored, on the viewer's event loop: without a thread for as long as only the origin's
     * answer has to be waited for (decision 008). The steps are the same.
     */
    public void fetchHere(Ask ask, CacheKey primary, Here here) {
        boolean plain = variants == null && !ask.request().fields().has("Range");
        Boarding boarding = plain ? flights.board(primary) : null;
        if (boarding == null || !boarding.leads()) {
            here.goOn(() -> fetch(ask, primary, null));
            return;
        }
        Flight flight = boarding.flight();
        boolean handedOver = false;
        try {
            leadHere(ask, primary, flight, here);
            handedOver = true;
        } finally {
            if (!handedOver) flights.land(flight, null);
        }
    }

    private void leadHere(Ask ask, CacheKey key, Flight flight, Here here) {
        Fetched stored = landed(key);
        if (stored != null) {
            here.fetched(land(flight, () -> stored));
            return;
        }
        boolean asked = asker.askHere(ask, OriginFields.Pass.NOTHING, Fields.EMPTY, new OriginClient.Answer() {
            @Override
            public void outcome(OriginOutcome outcome) {
                Fetched fetched;
                try {
                    fetched = land(flight, () -> storing.outcome(ask, key, flight, null, outcome));
                } catch (RuntimeException | Error e) {
                    here.broken(e);
                    return;
                }
                here.fetched(fetched);
            }

            @Override
            public void goOn(Supplier<OriginOutcome> rest) {
                goOnElsewhere(here, flight, () -> storing.outcome(ask, key, flight, null, rest.get()));
            }
        });
        if (!asked) goOnElsewhere(here, flight, () -> askAndStore(ask, key, flight, null));
    }

    private void goOnElsewhere(Here here, Flight flight, Supplier<Fetched> step) {
        try {
            here.goOn(() -> land(flight, step));
        } catch (RuntimeException | Error e) {
            flights.land(flight, null);
            here.broken(e);
        }
    }

    private Fetched lead(Ask ask, CacheKey key, Flight flight, @Nullable Fill stale) {
        return land(flight, () -> {
            Fetched stored = landed(key);
            if (stored != null) return stored;
            return askAndStore(ask, key, flight, stale);
        });
    }

    /** The last flight may have landed between our look-up and our boarding. */
    private @Nullable Fetched landed(CacheKey key) {
        Fill found = store.find(key);
        if (found == null) return null;
        if (found.response().fresh(clock.millis())) return new Fetched.Response(found, How.JOINED);
        found.release();
        return null;
    }

    /** Ends a flight with the step that gives what it came to, whatever becomes of that step. */
    private Fetched land(Flight flight, Supplier<Fetched> step) {
        Landing landing = null;
        try {
            Fetched fetched = step.get();
            // What is stale at once is not shared: those who wait ask for themselves, side by side.
            if (fetched instanceof Fetched.Response response && isShared(response)) {
                landing = new Landing.Shared(response.fill(), response.how() == How.REVALIDATED);
            }
            return fetched;
        } finally {
            flights.land(flight, landing);
        }
    }

    private boolean isShared(Fetched.Response response) {
        return response.fill().isKept()
                && (response.how() == How.STALE || response.fill().response().fresh(clock.millis()));
    }

    /** Asks for all of it, or for the blocks around what the viewer wants of a large object. */
    private Fetched askAndStore(Ask ask, CacheKey key, Flight flight, @Nullable Fill stale) {
        BlockSpan span = span(ask, stale);
        return span == null
                ? revalidation.ask(
                        ask,
                        OriginFields.Pass.NOTHING,
                        Fields.EMPTY,
                        stale,
                        flight,
                        outcome -> Fetched.marked(outcome, storing.outcome(ask, key, flight, stale, outcome)))
                : revalidation.ask(
                        ask,
                        OriginFields.Pass.NOTHING,
                        span.field(),
                        stale,
                        flight,
                        outcome -> Fetched.marked(outcome, blocks.outcome(ask, key, flight, stale, span, outcome)));
    }

    private @Nullable BlockSpan span(Ask ask, @Nullable Fill stale) {
        String range = ask.method() == Method.GET ? ByteRanges.of(ask.request().fields()) : null;
        return stale == null
                ? BlockSpan.of(range, limits.blockBytes())
                : BlockSpan.of(range, limits.blockBytes(), stale.wholeLength());
    }

    /** Brings more of a large object: from disk, or from the origin if that still has the same version. */
    public void more(Ask ask, Feed feed) {
        blocks.more(ask, feed);
    }

    /** Asks for one viewer only: what another may not share, and what is never stored. */
    public Fetched pass(Ask ask) {
        return passing.ask(ask);
    }

    /** Asks for a WebSocket. Any other answer is delivered like one that is not stored. */
    public Fetched upgrade(Ask ask) {
        return switch (asker.upgrade(ask)) {
            case UpgradeOutcome.Switched(ResponseHead head, TunnelEnd tunnel) -> {
                if (WebSocketHandshake.isAccepted(ask.request(), head.fields())) {
                    yield new Fetched.Switched(head, tunnel);
                }
                tunnel.discard();
                yield new Fetched.Failed(Rejection.ORIGIN_MALFORMED);
            }
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) -> passing.on(ask, head, body);
            case OriginOutcome.Failed(OriginFailure failure) -> Rejections.failed(failure);
        };
    }

    /** Sends a call of gRPC. Its answer is never stored. */
    public Fetched call(Ask ask, GrpcCall call) {
        return switch (asker.call(ask, call)) {
            case CallOutcome.Answered(ResponseHead head, OriginBody body, boolean whole) -> {
                // Less than for a download: what was sent ahead is stale when the viewer gets it.
                Fill fill = passing.unlisted(ask, head, body, limits.http2().streamWindowBytes());
                yield new Fetched.Called(fill, fill.response(), whole);
            }
            case CallOutcome.Refused _ -> new Fetched.Refused();
            case CallOutcome.Failed(OriginFailure failure) -> new Fetched.Failed(Rejections.of(failure));
        };
    }

    /** For one viewer, stored for nobody; what is stored is still asked about, and used if the origin says so. */
    private Fetched alone(Ask ask, @Nullable Fill stale) {
        boolean partly = ByteRanges.of(ask.request().fields()) != null;
        OriginFields.Pass pass = OriginFields.Pass.NOTHING;
        if (partly && stale == null) pass = OriginFields.Pass.RANGE_AND_CONDITIONS;
        // No more than the viewer wants, on our own condition.
        else if (partly && ask.method() == Method.GET) pass = OriginFields.Pass.RANGE;
        return revalidation.ask(
                ask, pass, Fields.EMPTY, stale, null, outcome -> Fetched.marked(outcome, toOne(ask, stale, outcome)));
    }

    private Fetched toOne(Ask ask, @Nullable Fill stale, OriginOutcome outcome) {
        switch (outcome) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) -> {
                Fetched standIn = head.status() >= 500 ? standIns.inPlaceOf(head.status(), ask, stale) : null;
                if (standIn == null) return passing.on(ask, head, body);
                body.discard();
                return standIn;
            }
            case OriginOutcome.Failed(OriginFailure failure) -> {
                if (failure instanceof OriginFailure.Function) return Rejections.failed(failure);
                Rejection rejection = Rejections.of(failure);
                Fetched standIn = standIns.inPlaceOf(rejection.status(), ask, stale);
                return standIn == null ? new Fetched.Failed(rejection) : standIn;
            }
        }
    }
}
