package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.OriginFields;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.ContentRange;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.edge.fetch.Flights.Flight;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Feed;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.disk.DiskTier;
import org.jspecify.annotations.Nullable;

/**
 * Large objects block by block: the origin is asked for whole blocks around what viewers want, never for more because they
 * want little.
 */
final class Blocks {
    private final Asker asker;
    private final Store store;
    private final DiskTier disk;
    private final Storing storing;
    private final StandIns standIns;
    private final Passing passing;
    private final Revalidation revalidation;
    private final @Nullable Variants variants;

    Blocks(
            Asker asker,
            Store store,
            DiskTier disk,
            Storing storing,
            StandIns standIns,
            Passing passing,
            Revalidation revalidation,
            @Nullable Variants variants) {
        this.asker = asker;
        this.store = store;
        this.disk = disk;
        this.storing = storing;
        this.standIns = standIns;
        this.passing = passing;
        this.revalidation = revalidation;
        this.variants = variants;
    }

    /**
     * The answer to a request for the blocks around the viewer's range. What the origin answers regardless of the range,
     * all of it or an error, is stored as if it had been asked for whole (CloudFront: "How CloudFront processes partial
     * requests").
     *
     * @param stale of which the origin was asked whether it has changed; stays the caller's
     */
    Fetched outcome(Ask ask, CacheKey key, Flight flight, @Nullable Fill stale, BlockSpan span, OriginOutcome outcome) {
        return switch (outcome) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body)
            when head.status() == 206 -> partial(ask, key, flight, stale, span, head, body);
            case OriginOutcome.Answered(ResponseHead head, OriginBody body)
            when head.status() == 416 -> {
                // Where there was something there is nothing now: it has changed.
                if (stale != null && span.first() < stale.wholeLength()) standIns.supersede(stale);
                // The viewer's range and ours may end differently, but not begin: neither can be satisfied.
                yield passing.on(ask, head, body);
            }
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) ->
                storing.answered(ask, key, flight, stale, head, body);
            case OriginOutcome.Failed(OriginFailure failure) -> standIns.failed(ask, key, flight, stale, failure);
        };
    }

    private Fetched partial(
            Ask ask,
            CacheKey key,
            Flight flight,
            @Nullable Fill stale,
            BlockSpan span,
            ResponseHead head,
            OriginBody body) {
        ContentRange range = ContentRange.of(head.fields());
        if (range == null || range.length() < 0 || range.first() != span.first() || body.length() != range.octets()) {
            body.discard();
            return passing.ask(ask);
        }
        if (stale instanceof BlockedFill same && Continuation.isPartOf(same, head, range)) {
            return unchanged(ask, flight, same, head, range, body);
        }
        ResponseHead whole = new ResponseHead(
                200,
                head.fields().toBuilder()
                        .remove("Content-Range")
                        .set("Content-Length", Long.toString(range.length()))
                        .build());
        if (range.octets() == range.length()) return storing.answered(ask, key, flight, stale, whole, body);
        StoredResponse stored = storing.inParts(ask, key, whole, range.length());
        if (stored == null) {
            body.discard();
            standIns.supersede(stale);
            return passing.ask(ask);
        }
        if (span.probe()) body.discard();
        CacheKey listed = variants == null ? key : variants.learn(ask, head.fields());
        OriginBody beginning = span.probe() ? null : body;
        return storing.inBlocks(ask, listed, flight, stale, stored, range.length(), span.first(), beginning);
    }

    /** The origin has not heeded the condition, but what it sent is a part of what is stored: that is as good as a 304. */
    private Fetched unchanged(
            Ask ask, Flight flight, BlockedFill stale, ResponseHead head, ContentRange range, OriginBody body) {
        Fetched validated = revalidation.validated(ask, head, stale, flight);
        storing.supply(ask, body, stale.feed(range.first(), range.octets()));
        return validated;
    }

    /** Brings more of a large object: from disk, or from the origin if that still has the same version. */
    void more(Ask ask, Feed feed) {
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
                noMore(ask, feed);
            }
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) -> {
                switch (Continuation.of(fill, feed, head, body.length())) {
                    case PART -> storing.supply(ask, body, feed);
                    case ALL -> {
                        feed.fromTheStart();
                        storing.supply(ask, body, feed);
                    }
                    case OTHER -> {
                        body.discard();
                        store.remove(fill.key(), fill);
                        fill.changed();
                        disk.remove(fill.key());
                    }
                }
            }
            case OriginOutcome.Failed _ -> noMore(ask, feed);
        }
    }

    private void noMore(Ask ask, Feed feed) {
        storing.giveUp(ask, feed.fill());
        feed.fail();
    }
}
