package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheDecisions;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.CdnLoop;
import dev.perigee.core.cache.Extension;
import dev.perigee.core.cache.Freshness;
import dev.perigee.core.cache.OriginFields;
import dev.perigee.core.cache.Storability;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.ContentRange;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.http.WebSocketHandshake;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.serve.ErrorPages;
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
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Feed;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.PurgeSet;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.WholeFill;
import dev.perigee.edge.store.disk.DiskTier;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
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

    private static final long LENGTH_MAX = 50L << 30;
    /** A response that lasts less after a 304 is not worth writing again: it would be stale before it is read back. */
    private static final long REWRITE_SECONDS_MIN = 60;

    private final Asker asker;
    private final Store store;
    private final Flights flights;
    private final DiskTier disk;
    private final Recalls recalls;
    private final Compressors compressors;
    private final EdgeLimits limits;
    private final InstantSource clock;
    private final Set<Extension> extensions;
    private final @Nullable Variants variants;
    private final @Nullable Invalidation invalidation;

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
        this.extensions = extensions;
        this.variants = variants;
        this.invalidation =
                extensions.contains(Extension.UNSAFE_METHOD_INVALIDATION) ? new Invalidation(store, flights) : null;
        this.asker = asker;
        this.store = store;
        this.flights = flights;
        this.disk = disk;
        this.recalls = new Recalls(store, disk, limits);
        this.compressors = compressors;
        this.limits = limits;
        this.clock = clock;
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
                    fetched = land(flight, () -> store(ask, key, flight, null, outcome));
                } catch (RuntimeException | Error e) {
                    here.broken(e);
                    return;
                }
                here.fetched(fetched);
            }

            @Override
            public void goOn(Supplier<OriginOutcome> rest) {
                goOnElsewhere(here, flight, () -> store(ask, key, flight, null, rest.get()));
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
            BlockSpan span = stale == null && ask.method() == Method.GET
                    ? BlockSpan.of(ask.request().fields().first("Range"), limits.blockBytes())
                    : null;
            return span == null ? askAndStore(ask, key, flight, stale) : askForBlocks(ask, key, flight, span);
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

    private Fetched askAndStore(Ask ask, CacheKey key, Flight flight, @Nullable Fill stale) {
        Fields validators = stale == null ? Fields.EMPTY : stale.response().validators();
        OriginOutcome outcome = asker.ask(ask, OriginFields.Pass.NOTHING, validators);
        if (outcome instanceof OriginOutcome.Answered(ResponseHead head, OriginBody body)
                && head.status() == 304
                && stale != null
                && validators.size() > 0) {
            body.discard();
            if (stale.response().validatedBy(head)) return revalidated(ask, head, stale, flight);
            outcome = asker.ask(ask, OriginFields.Pass.NOTHING, Fields.EMPTY);
        }
        return store(ask, key, flight, stale, outcome);
    }

    private Fetched store(Ask ask, CacheKey key, Flight flight, @Nullable Fill stale, OriginOutcome outcome) {
        return switch (outcome) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) ->
                answered(ask, key, flight, stale, dated(head), body);
            case OriginOutcome.Failed(OriginFailure failure) -> failed(ask, key, flight, stale, failure);
        };
    }

    private Fetched revalidated(Ask ask, ResponseHead notModified, Fill stale, @Nullable Flight flight) {
        CachePolicy policy = ask.behavior().cachePolicy();
        // It is as if it had been fetched now: purges from before are about it no longer.
        if (flight != null)
            flight.unlessPurged(stale.response().fields(), () -> stale.purgeSequence(flight.purgeSequence()));
        stale.refresh(stale.response().refreshed(notModified, policy, extensions, clock.millis()));
        boolean lasts = stale.response().freshnessLifetimeSeconds() >= REWRITE_SECONDS_MIN;
        CacheKey key = stale.key();
        if (lasts && key != null) disk.write(key, stale);
        if (!stale.tryRetain()) throw new IllegalStateException("the caller holds a reference");
        return new Fetched.Response(stale, How.REVALIDATED);
    }

    private Fetched answered(
            Ask ask, CacheKey asked, Flight flight, @Nullable Fill stale, ResponseHead head, OriginBody body) {
        long now = clock.millis();
        if (head.status() >= 500 && standsIn(ask, stale)) {
            body.discard();
            return standIn(ask, head.status(), stale);
        }
        CacheControl cacheControl = Freshness.directives(head.fields(), extensions);
        Method method = ask.method() == Method.HEAD ? Method.GET : ask.method();
        Storability storability = Freshness.storability(
                ask.distribution(), ask.behavior(), method, ask.request(), head, cacheControl, extensions, now / 1000);
        long ttl = switch (storability) {
            case Storability.Store(long seconds, Storability.TtlRule _) -> seconds;
            case Storability.RevalidateAlways _ -> 0;
            case Storability.DoNotStore _ -> -1;
        };
        if (ttl < 0) {
            if (head.status() < 500) supersede(stale);
            return passing(ask, head, body);
        }
        if (body.length() > LENGTH_MAX) return tooLarge(body);
        CacheKey key = variants == null ? asked : variants.learn(ask, head.fields());
        CachePolicy policy = ask.behavior().cachePolicy();
        var packed = compressors.apply(ask.behavior(), ask.request(), head, body);
        StoredResponse stored = StoredResponse.of(packed.head(), cacheControl, policy, ttl, now);
        long length = packed.body().length();
        if (head.status() == 200 && length > limits.blockBytes() && stored.strongValidator() != null) {
            return inBlocks(key, flight, stored, length, 0, packed.body());
        }
        if (length > limits.objectBytesMax()) {
            supersede(stale);
            return passing(ask, packed.head(), packed.body());
        }
        WholeFill fill = WholeFill.kept(key, stored, store.growth(), limits.objectBytesMax(), limits.windowBytes());
        fill.purgeSequence(flight.purgeSequence());
        fill.tryRetain(); // for the viewer
        boolean listed = flight.unlessPurged(fill.response().fields(), () -> store.put(key, fill));
        Supply.start(packed.body(), fill, store, disk);
        How how = listed ? How.FETCHED : How.FETCHED_UNLISTED;
        boolean sharesAll = cacheControl.noCacheFields().isEmpty()
                && cacheControl.privateFields().isEmpty();
        StoredResponse shown = sharesAll ? stored : StoredResponse.unshared(packed.head(), policy, now);
        return new Fetched.Response(fill, how, shown);
    }

    /**
     * The origin has answered otherwise, and that answer is not stored: what was stored is not served any more, nor in
     * the place of a later error (RFC 9111 section 4.3.3).
     */
    private void supersede(@Nullable Fill stale) {
        CacheKey key = stale == null ? null : stale.key();
        if (stale == null || key == null) return;
        store.remove(key, stale);
        disk.remove(key);
    }

    /** A response for one viewer, never listed. */
    private Fetched passing(Ask ask, ResponseHead head, OriginBody body) {
        return new Fetched.Response(unlisted(ask, head, body, limits.windowBytes()), How.FETCHED);
    }

    private WholeFill unlisted(Ask ask, ResponseHead head, OriginBody body, int windowBytes) {
        StoredResponse response = StoredResponse.unshared(head, ask.behavior().cachePolicy(), clock.millis());
        WholeFill fill = WholeFill.passing(response, windowBytes);
        fill.tryRetain();
        Supply.start(body, fill, store, disk);
        return fill;
    }

    private boolean standsIn(Ask ask, @Nullable Fill stale) {
        return stale != null
                && CacheDecisions.staleOnError(
                        stale.response(), clock.millis(), ask.behavior().cachePolicy());
    }

    /** CloudFront: the stale response serves for ErrorCachingMinTTL, then the origin is tried again. */
    private Fetched standIn(Ask ask, int status, @Nullable Fill stale) {
        if (stale == null || !stale.tryRetain()) throw new IllegalStateException("the caller holds a reference");
        long seconds = errorSeconds(ask, status);
        stale.refresh(stale.response().retainedFor(seconds, clock.millis()));
        return new Fetched.Response(stale, How.STALE);
    }

    private long errorSeconds(Ask ask, int status) {
        return extensions.contains(Extension.RFC_ERROR_CACHING)
                ? 0
                : ask.distribution().errorCachingMinTtl(status);
    }

    private Fetched failed(Ask ask, CacheKey key, Flight flight, @Nullable Fill stale, OriginFailure failure) {
        Rejection rejection = Rejections.of(failure);
        if (standsIn(ask, stale)) return standIn(ask, rejection.status(), stale);
        long seconds = errorSeconds(ask, rejection.status());
        // A limit of our own says nothing about the origin: the next request may well succeed.
        if (seconds == 0 || rejection == Rejection.CAPACITY) return new Fetched.Failed(rejection);
        return new Fetched.Response(storedPage(ask, key, flight, rejection, seconds), How.FETCHED);
    }

    /** The edge's own page for an unreachable origin is cached like an error that the origin sent. */
    private WholeFill storedPage(Ask ask, CacheKey key, Flight flight, Rejection rejection, long seconds) {
        byte[] page = ErrorPages.page(rejection, ask.requestId()).getBytes(StandardCharsets.ISO_8859_1);
        ResponseHead head = dated(new ResponseHead(
                rejection.status(),
                Fields.of(
                        "Server",
                        "CloudFront",
                        "Content-Type",
                        "text/html",
                        "Content-Length",
                        Integer.toString(page.length))));
        StoredResponse stored = StoredResponse.of(head, ask.behavior().cachePolicy(), seconds, clock.millis());
        WholeFill fill = WholeFill.kept(key, stored, store.growth(), limits.objectBytesMax(), limits.windowBytes());
        fill.purgeSequence(flight.purgeSequence());
        fill.append(Unpooled.wrappedBuffer(page));
        fill.complete();
        flight.unlessPurged(fill.response().fields(), () -> store.put(key, fill));
        return fill;
    }

    /**
     * Lists a large object of which this content is the beginning, or a part.
     *
     * @param first position of the content's first octet, the start of a block
     */
    private Fetched inBlocks(
            CacheKey key, Flight flight, StoredResponse stored, long length, long first, @Nullable OriginBody body) {
        BlockedFill fill = new BlockedFill(key, stored, DiskTier.newGeneration(), length, limits.blockBytes(), store);
        fill.purgeSequence(flight.purgeSequence());
        Feed feed = null;
        if (body != null) {
            int firstBlock = (int) (first / limits.blockBytes());
            long end = first + body.length() + limits.blockBytes() - 1;
            feed = fill.feed(firstBlock, (int) (end / limits.blockBytes()));
        }
        boolean listed = flight.unlessPurged(fill.response().fields(), () -> store.put(key, fill));
        if (listed) disk.write(key, fill);
        if (feed != null && body != null) BlockSupply.start(body, feed);
        return new Fetched.Response(fill, listed ? How.FETCHED : How.FETCHED_UNLISTED);
    }

    /** CloudFront does not cache, and so does not serve, objects of more than 50 GB where caching is on. */
    private static Fetched tooLarge(OriginBody body) {
        body.discard();
        return new Fetched.Failed(Rejection.ORIGIN_CONNECTION);
    }

    /**
     * Asks for the blocks around the viewer's range. What the origin answers regardless of the range, all of it or an
     * error, is stored as if it had been asked for whole (CloudFront: "How CloudFront processes partial requests").
     */
    private Fetched askForBlocks(Ask ask, CacheKey key, Flight flight, BlockSpan span) {
        return switch (asker.ask(ask, OriginFields.Pass.NOTHING, Fields.of("Range", span.field()))) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body)
            when head.status() == 206 -> partial(ask, key, flight, span, dated(head), body);
            // The viewer's range and ours may end differently, but not begin: neither can be satisfied.
            case OriginOutcome.Answered(ResponseHead head, OriginBody body)
            when head.status() == 416 -> passing(ask, dated(head), body);
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) ->
                answered(ask, key, flight, null, dated(head), body);
            case OriginOutcome.Failed(OriginFailure failure) -> failed(ask, key, flight, null, failure);
        };
    }

    private Fetched partial(Ask ask, CacheKey key, Flight flight, BlockSpan span, ResponseHead head, OriginBody body) {
        String field = head.fields().first("Content-Range");
        ContentRange range = field == null ? null : ContentRange.parse(field);
        if (range == null || range.length() < 0 || range.first() != span.first() || body.length() != range.octets()) {
            body.discard();
            return pass(ask);
        }
        ResponseHead whole = new ResponseHead(
                200,
                head.fields().toBuilder()
                        .remove("Content-Range")
                        .set("Content-Length", Long.toString(range.length()))
                        .build());
        if (range.octets() == range.length()) return answered(ask, key, flight, null, whole, body);
        StoredResponse stored = storable(ask, whole);
        if (stored == null || stored.strongValidator() == null || range.length() > LENGTH_MAX) {
            body.discard();
            return pass(ask);
        }
        if (span.probe()) body.discard();
        CacheKey listed = variants == null ? key : variants.learn(ask, head.fields());
        return inBlocks(listed, flight, stored, range.length(), span.first(), span.probe() ? null : body);
    }

    /** The response as it is to be stored; null when it is not. */
    private @Nullable StoredResponse storable(Ask ask, ResponseHead head) {
        long now = clock.millis();
        CacheControl cc = Freshness.directives(head.fields(), extensions);
        Storability storability = Freshness.storability(
                ask.distribution(), ask.behavior(), Method.GET, ask.request(), head, cc, extensions, now / 1000);
        CachePolicy policy = ask.behavior().cachePolicy();
        return switch (storability) {
            case Storability.Store(long seconds, Storability.TtlRule _) ->
                StoredResponse.of(head, cc, policy, seconds, now);
            case Storability.RevalidateAlways _ -> StoredResponse.of(head, cc, policy, 0, now);
            case Storability.DoNotStore _ -> null;
        };
    }

    /** Brings more of a large object: from disk, or from the origin if that still has the same version. */
    public void more(Ask ask, Feed feed) {
        if (!feed.recall()) return;
        BlockedFill fill = feed.fill();
        String validator = fill.response().strongValidator();
        Fields conditions = Fields.of("Range", "bytes=" + feed.from() + '-' + (feed.to() - 1));
        if (validator != null)
            conditions = conditions.toBuilder().add("If-Range", validator).build();
        switch (asker.ask(ask, OriginFields.Pass.NOTHING, conditions)) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body)
            when head.status() >= 500 -> {
                body.discard();
                feed.fail();
            }
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) -> {
                switch (Continuation.of(fill, feed, head, body.length())) {
                    case PART -> BlockSupply.start(body, feed);
                    case ALL -> {
                        feed.fromTheStart();
                        BlockSupply.start(body, feed);
                    }
                    case OTHER -> {
                        body.discard();
                        store.remove(fill.key(), fill);
                        fill.changed();
                        disk.remove(fill.key());
                    }
                }
            }
            case OriginOutcome.Failed _ -> feed.fail();
        }
    }

    /** Asks for one viewer only: what another may not share, and what is never stored. */
    public Fetched pass(Ask ask) {
        return switch (asker.ask(ask, OriginFields.Pass.RANGE_AND_CONDITIONS, Fields.EMPTY)) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) -> {
                if (invalidation != null) invalidation.after(ask, head);
                yield passing(ask, dated(head), body);
            }
            case OriginOutcome.Failed(OriginFailure failure) -> new Fetched.Failed(Rejections.of(failure));
        };
    }

    /** Asks for a WebSocket. Any other answer is delivered like one that is not stored. */
    public Fetched upgrade(Ask ask) {
        return switch (asker.upgrade(ask)) {
            case UpgradeOutcome.Switched(ResponseHead head, TunnelEnd tunnel) -> {
                if (WebSocketHandshake.isAccepted(ask.request(), head.fields())) {
                    yield new Fetched.Switched(head, tunnel);
                }
                tunnel.discard();
                yield new Fetched.Failed(Rejection.ORIGIN_CONNECTION);
            }
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) -> passing(ask, dated(head), body);
            case OriginOutcome.Failed(OriginFailure failure) -> new Fetched.Failed(Rejections.of(failure));
        };
    }

    /** Sends a call of gRPC. Its answer is never stored. */
    public Fetched call(Ask ask, GrpcCall call) {
        return switch (asker.call(ask, call)) {
            case CallOutcome.Answered(ResponseHead head, OriginBody body, boolean whole) -> {
                // Less than for a download: what was sent ahead is stale when the viewer gets it.
                Fill fill = unlisted(ask, dated(head), body, limits.http2().streamWindowBytes());
                yield new Fetched.Called(fill, fill.response(), whole);
            }
            case CallOutcome.Refused _ -> new Fetched.Refused();
            case CallOutcome.Failed(OriginFailure failure) -> new Fetched.Failed(Rejections.of(failure));
        };
    }

    /** For one viewer, stored for nobody; what is stored is still asked about, and used if the origin says so. */
    private Fetched alone(Ask ask, @Nullable Fill stale) {
        boolean partly = stale == null && ask.request().fields().has("Range");
        OriginFields.Pass pass = partly ? OriginFields.Pass.RANGE_AND_CONDITIONS : OriginFields.Pass.NOTHING;
        Fields validators = stale == null ? Fields.EMPTY : stale.response().validators();
        OriginOutcome outcome = asker.ask(ask, pass, validators);
        if (outcome instanceof OriginOutcome.Answered(ResponseHead head, OriginBody body)
                && head.status() == 304
                && stale != null
                && validators.size() > 0) {
            body.discard();
            if (stale.response().validatedBy(head)) return revalidated(ask, head, stale, null);
            outcome = asker.ask(ask, pass, Fields.EMPTY);
        }
        return switch (outcome) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body)
            when head.status() >= 500 && standsIn(ask, stale) -> {
                body.discard();
                yield standIn(ask, head.status(), stale);
            }
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) -> passing(ask, dated(head), body);
            case OriginOutcome.Failed(OriginFailure failure) ->
                standsIn(ask, stale)
                        ? standIn(ask, Rejections.of(failure).status(), stale)
                        : new Fetched.Failed(Rejections.of(failure));
        };
    }

    /** A recipient with a clock adds Date where the origin sent none (RFC 9110 section 6.6.1). */
    private ResponseHead dated(ResponseHead head) {
        if (head.fields().has("Date")) return head;
        String now = HttpDate.format(clock.millis() / 1000);
        return new ResponseHead(
                head.status(), head.fields().toBuilder().add("Date", now).build());
    }
}
