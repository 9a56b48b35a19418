package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.Extension;
import dev.perigee.core.cache.Freshness;
import dev.perigee.core.cache.Storability;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.fetch.Flights.Flight;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Feed;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.WholeFill;
import dev.perigee.edge.store.disk.DiskTier;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What becomes of an origin's answer: it is stored whole, or in blocks, or passed on to who has asked. */
final class Storing {
    private static final long LENGTH_MAX = 50L << 30;

    private final Store store;
    private final DiskTier disk;
    private final Compressors compressors;
    private final StandIns standIns;
    private final Passing passing;
    private final EdgeLimits limits;
    private final InstantSource clock;
    private final Set<Extension> extensions;
    private final @Nullable Variants variants;

    Storing(
            Store store,
            DiskTier disk,
            Compressors compressors,
            StandIns standIns,
            Passing passing,
            EdgeLimits limits,
            InstantSource clock,
            Set<Extension> extensions,
            @Nullable Variants variants) {
        this.store = store;
        this.disk = disk;
        this.compressors = compressors;
        this.standIns = standIns;
        this.passing = passing;
        this.limits = limits;
        this.clock = clock;
        this.extensions = extensions;
        this.variants = variants;
    }

    /**
     * The answer to a request for all of it, whatever it is.
     *
     * @param stale what it takes the place of; stays the caller's
     */
    Fetched outcome(Ask ask, CacheKey key, Flight flight, @Nullable Fill stale, OriginOutcome outcome) {
        return switch (outcome) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) ->
                answered(ask, key, flight, stale, head, body);
            case OriginOutcome.Failed(OriginFailure failure) -> standIns.failed(ask, key, flight, stale, failure);
        };
    }

    Fetched answered(
            Ask ask, CacheKey asked, Flight flight, @Nullable Fill stale, ResponseHead undated, OriginBody body) {
        long now = clock.millis();
        ResponseHead head = Passing.dated(undated, now);
        Fetched standIn = head.status() >= 500 ? standIns.inPlaceOf(head.status(), ask, stale) : null;
        if (standIn != null) {
            body.discard();
            return standIn;
        }
        CacheControl cc = Freshness.directives(head.fields(), extensions);
        long ttl = ttl(ask, asked, head, cc, now);
        if (ttl < 0) {
            if (head.status() < 500) standIns.supersede(stale);
            return passing.on(ask, head, body);
        }
        if (body.length() > LENGTH_MAX) return tooLarge(body);
        CacheKey key = variants == null ? asked : variants.learn(ask, head.fields());
        CachePolicy policy = ask.behavior().cachePolicy();
        var packed = compressors.apply(ask.behavior(), ask.request(), head, body);
        StoredResponse stored = StoredResponse.of(packed.head(), cc, policy, ttl, now);
        long length = packed.body().length();
        if (head.status() == 200 && length > limits.blockBytes() && stored.strongValidator() != null) {
            return inBlocks(ask, key, flight, stale, stored, length, 0, packed.body());
        }
        if (length > limits.objectBytesMax()) {
            standIns.supersede(stale);
            return passing.on(ask, packed.head(), packed.body());
        }
        boolean sharesAll = cc.noCacheFields().isEmpty() && cc.privateFields().isEmpty();
        StoredResponse shown = sharesAll ? stored : StoredResponse.unshared(packed.head(), policy, now);
        return whole(ask, key, flight, stale, stored, shown, packed.body());
    }

    /** Seconds for which it is to be stored; -1 when it is not. */
    private long ttl(Ask ask, CacheKey key, ResponseHead head, CacheControl cc, long nowMillis) {
        Method method = ask.method() == Method.HEAD ? Method.GET : ask.method();
        Storability storability = Freshness.storability(
                ask.distribution(), ask.behavior(), method, ask.request(), head, cc, extensions, nowMillis / 1000);
        return switch (storability) {
            case Storability.Store(long seconds, Storability.TtlRule _) -> seconds;
            case Storability.RevalidateAlways _ -> 0;
            case Storability.DoNotStore(Storability.Reason reason) -> {
                store.history().notStored(key, reason);
                yield -1;
            }
        };
    }

    /** Lists a response that is kept in one piece. */
    private Fetched whole(
            Ask ask,
            CacheKey key,
            Flight flight,
            @Nullable Fill stale,
            StoredResponse stored,
            StoredResponse shown,
            OriginBody body) {
        WholeFill fill = WholeFill.kept(key, stored, store.growth(), limits.objectBytesMax(), limits.windowBytes());
        fill.tryRetain(); // for the viewer
        boolean listed = list(key, flight, stale, fill);
        Supply.start(body, fill, store, disk, stale == null ? null : again -> standIns.tookItsPlaceAgain(ask, again));
        return new Fetched.Response(fill, listed ? How.FETCHED : How.FETCHED_UNLISTED, shown);
    }

    /** Lists it unless a purge came since the flight began. What is stale is kept at hand until this one is whole. */
    private boolean list(CacheKey key, Flight flight, @Nullable Fill stale, Fill fill) {
        fill.purgeSequence(flight.purgeSequence());
        return flight.unlessPurged(fill.response().fields(), () -> {
            if (stale == null) store.put(key, fill);
            else store.succeed(key, fill, stale);
        });
    }

    /** A large object as it is to be stored, known from a part of it; null when it is not to be stored in blocks. */
    @Nullable
    StoredResponse inParts(Ask ask, CacheKey key, ResponseHead undated, long length) {
        long now = clock.millis();
        ResponseHead head = Passing.dated(undated, now);
        CacheControl cc = Freshness.directives(head.fields(), extensions);
        long ttl = ttl(ask, key, head, cc, now);
        if (ttl < 0 || length > LENGTH_MAX) return null;
        StoredResponse stored = StoredResponse.of(head, cc, ask.behavior().cachePolicy(), ttl, now);
        return stored.strongValidator() == null ? null : stored;
    }

    /**
     * Lists a large object of which this content is the beginning, or a part.
     *
     * @param first position of the content's first octet, the start of a block
     */
    Fetched inBlocks(
            Ask ask,
            CacheKey key,
            Flight flight,
            @Nullable Fill stale,
            StoredResponse stored,
            long length,
            long first,
            @Nullable OriginBody body) {
        BlockedFill fill = new BlockedFill(key, stored, DiskTier.newGeneration(), length, limits.blockBytes(), store);
        Feed feed = body == null ? null : fill.feed(first, body.length());
        boolean listed = list(key, flight, stale, fill);
        if (listed) disk.write(key, fill);
        if (feed != null && body != null) supply(ask, body, feed);
        return new Fetched.Response(fill, listed ? How.FETCHED : How.FETCHED_UNLISTED);
    }

    /** Lets content flow into the blocks of a large object. */
    void supply(Ask ask, OriginBody body, Feed feed) {
        BlockSupply.start(body, feed, store, fill -> giveUp(ask, fill));
    }

    /** The origin does not give more of a large object now: what it took the place of is served again. */
    void giveUp(Ask ask, BlockedFill fill) {
        CacheKey key = fill.key();
        Fill again = store.restore(key, fill);
        if (again == null) return;
        standIns.tookItsPlaceAgain(ask, again);
        disk.write(key, again);
    }

    /** CloudFront does not cache, and so does not serve, objects of more than 50 GB where caching is on. */
    private static Fetched tooLarge(OriginBody body) {
        body.discard();
        return new Fetched.Failed(Rejection.ORIGIN_CONNECTION);
    }
}
