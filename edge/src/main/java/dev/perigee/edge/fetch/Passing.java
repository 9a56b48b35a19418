package dev.perigee.edge.fetch;

import dev.perigee.core.cache.OriginFields;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.ContentRange;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.WholeFill;
import dev.perigee.edge.store.disk.DiskTier;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Answers for one viewer, stored for nobody. */
final class Passing {
    private final Asker asker;
    private final Store store;
    private final DiskTier disk;
    private final EdgeLimits limits;
    private final InstantSource clock;
    private final @Nullable Invalidation invalidation;

    Passing(
            Asker asker,
            Store store,
            DiskTier disk,
            EdgeLimits limits,
            InstantSource clock,
            @Nullable Invalidation invalidation) {
        this.asker = asker;
        this.store = store;
        this.disk = disk;
        this.limits = limits;
        this.clock = clock;
        this.invalidation = invalidation;
    }

    /** Asks as the viewer asked, range and conditions included. */
    Fetched ask(Ask ask) {
        OriginOutcome outcome = asker.ask(ask, OriginFields.Pass.RANGE_AND_CONDITIONS, Fields.EMPTY);
        return switch (outcome) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody body) -> {
                if (invalidation != null) invalidation.after(ask, head);
                yield Fetched.marked(outcome, on(ask, head, body));
            }
            case OriginOutcome.Failed(OriginFailure failure) -> Rejections.failed(failure);
        };
    }

    /** Passes an answer on, never listed. A part that cannot be one would be put together wrongly by who asked for it. */
    Fetched on(Ask ask, ResponseHead head, OriginBody body) {
        boolean partial = head.status() == 206 && ask.method() != Method.HEAD;
        if (partial && ContentRange.isImpossible(head.fields(), body.length())) {
            body.discard();
            return new Fetched.Failed(Rejection.ORIGIN_RANGE);
        }
        return new Fetched.Response(unlisted(ask, head, body, limits.windowBytes()), How.FETCHED);
    }

    WholeFill unlisted(Ask ask, ResponseHead head, OriginBody body, int windowBytes) {
        long now = clock.millis();
        StoredResponse response =
                StoredResponse.unshared(dated(head, now), ask.behavior().cachePolicy(), now);
        WholeFill fill = WholeFill.passing(response, windowBytes);
        fill.tryRetain();
        Supply.start(body, fill, store, disk, null);
        return fill;
    }

    /** A recipient with a clock adds Date where the origin sent none (RFC 9110 section 6.6.1). */
    static ResponseHead dated(ResponseHead head, long nowMillis) {
        if (head.fields().has("Date")) return head;
        String now = HttpDate.format(nowMillis / 1000);
        return new ResponseHead(
                head.status(), head.fields().toBuilder().add("Date", now).build());
    }
}
