package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheDecisions;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.Extension;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.serve.ErrorPages;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.fetch.Flights.Flight;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.WholeFill;
import dev.perigee.edge.store.disk.DiskTier;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What stands in for an origin that fails: a stale response where one may, else a page of our own. */
final class StandIns {
    private final Store store;
    private final DiskTier disk;
    private final EdgeLimits limits;
    private final InstantSource clock;
    private final Set<Extension> extensions;

    StandIns(Store store, DiskTier disk, EdgeLimits limits, InstantSource clock, Set<Extension> extensions) {
        this.store = store;
        this.disk = disk;
        this.limits = limits;
        this.clock = clock;
        this.extensions = extensions;
    }

    /** The stale response, if it may be shown in place of an error of this status; else null. */
    @Nullable
    Fetched inPlaceOf(int status, Ask ask, @Nullable Fill stale) {
        if (stale == null || !may(ask, stale)) return null;
        leaveOriginAlone(status, ask, stale);
        if (!stale.tryRetain()) throw new IllegalStateException("the caller holds a reference");
        return new Fetched.Response(stale, How.STALE);
    }

    private boolean may(Ask ask, Fill stale) {
        return CacheDecisions.staleOnError(
                stale.response(), clock.millis(), ask.behavior().cachePolicy());
    }

    /** CloudFront: the stale response serves for ErrorCachingMinTTL, then the origin is tried again. */
    private void leaveOriginAlone(int status, Ask ask, Fill stale) {
        long seconds = errorSeconds(ask, status);
        long now = clock.millis();
        // Another's answer may have made it fresh meanwhile.
        stale.refresh(response -> response.fresh(now) ? response : response.retainedFor(seconds, now));
    }

    /**
     * What took this response's place broke off, and it has its place again. To those who come now the origin is one that
     * closed the connection.
     */
    void tookItsPlaceAgain(Ask ask, Fill stale) {
        if (may(ask, stale)) leaveOriginAlone(Rejection.ORIGIN_CONNECTION.status(), ask, stale);
    }

    /**
     * The origin has answered otherwise, and that answer is not stored: what was stored is not served any more, nor in
     * the place of a later error (RFC 9111 section 4.3.3).
     */
    void supersede(@Nullable Fill stale) {
        CacheKey key = stale == null ? null : stale.key();
        if (stale == null || key == null) return;
        store.remove(key, stale);
        disk.remove(key);
    }

    /** For a fetch whose answer might have been stored. */
    Fetched failed(Ask ask, CacheKey key, Flight flight, @Nullable Fill stale, OriginFailure failure) {
        // Of this the author is to hear, not of how the origin once was.
        if (failure instanceof OriginFailure.Function) return Rejections.failed(failure);
        Rejection rejection = Rejections.of(failure);
        Fetched standIn = inPlaceOf(rejection.status(), ask, stale);
        if (standIn != null) return standIn;
        long seconds = errorSeconds(ask, rejection.status());
        // A limit of our own says nothing about the origin: the next request may well succeed.
        if (seconds == 0 || rejection == Rejection.CAPACITY) return new Fetched.Failed(rejection);
        return Fetched.Response.page(storedPage(ask, key, flight, rejection, seconds), rejection);
    }

    private long errorSeconds(Ask ask, int status) {
        return extensions.contains(Extension.RFC_ERROR_CACHING)
                ? 0
                : ask.distribution().errorCachingMinTtl(status);
    }

    /** The edge's own page for an unreachable origin is cached like an error that the origin sent. */
    private WholeFill storedPage(Ask ask, CacheKey key, Flight flight, Rejection rejection, long seconds) {
        byte[] page = ErrorPages.page(rejection, ask.requestId()).getBytes(StandardCharsets.ISO_8859_1);
        long now = clock.millis();
        Fields fields = Fields.of(
                "Server", "CloudFront", "Content-Type", "text/html", "Content-Length", Integer.toString(page.length));
        ResponseHead head = Passing.dated(new ResponseHead(rejection.status(), fields), now);
        StoredResponse stored = StoredResponse.of(head, ask.behavior().cachePolicy(), seconds, now);
        WholeFill fill = WholeFill.kept(key, stored, store.growth(), limits.objectBytesMax(), limits.windowBytes());
        fill.purgeSequence(flight.purgeSequence());
        fill.append(Unpooled.wrappedBuffer(page));
        fill.complete();
        flight.unlessPurged(fill.response().fields(), () -> store.put(key, fill));
        return fill;
    }
}
