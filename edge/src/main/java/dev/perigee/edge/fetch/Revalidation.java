package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.Extension;
import dev.perigee.core.cache.Freshness;
import dev.perigee.core.cache.OriginFields;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.edge.fetch.Flights.Flight;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.disk.DiskTier;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asking the origin whether what is stored is still good (RFC 9111 section 4.3). */
final class Revalidation {
    /** A response that lasts less after a 304 is not worth writing again: it would be stale before it is read back. */
    private static final long REWRITE_SECONDS_MIN = 60;

    private final Asker asker;
    private final DiskTier disk;
    private final StandIns standIns;
    private final InstantSource clock;
    private final Set<Extension> extensions;

    Revalidation(Asker asker, DiskTier disk, StandIns standIns, InstantSource clock, Set<Extension> extensions) {
        this.asker = asker;
        this.disk = disk;
        this.standIns = standIns;
        this.clock = clock;
        this.extensions = extensions;
    }

    /**
     * Asks, on the condition that what is stored has changed where something is.
     *
     * @param range for the origin, or no field
     * @param flight null when the answer will be one viewer's alone
     * @param otherwise what to make of any answer but that it has not changed
     */
    Fetched ask(
            Ask ask,
            OriginFields.Pass pass,
            Fields range,
            @Nullable Fill stale,
            @Nullable Flight flight,
            Function<OriginOutcome, Fetched> otherwise) {
        Fields validators = stale == null ? Fields.EMPTY : stale.response().validators();
        OriginOutcome outcome = asker.ask(ask, pass, both(range, validators));
        if (stale == null
                || validators.size() == 0
                || !(outcome instanceof OriginOutcome.Answered(ResponseHead head, OriginBody body))
                || head.status() != 304) {
            return otherwise.apply(outcome);
        }
        body.discard();
        return stale.response().validatedBy(head)
                ? validated(ask, head, stale, flight)
                : otherwise.apply(asker.ask(ask, pass, range));
    }

    private static Fields both(Fields range, Fields validators) {
        if (range.size() == 0) return validators;
        Fields.Builder both = range.toBuilder();
        for (int i = 0; i < validators.size(); i++) both.add(validators.name(i), validators.value(i));
        return both.build();
    }

    /** What is stored is good for another while, under the fields of this answer. */
    Fetched validated(Ask ask, ResponseHead answer, Fill stale, @Nullable Flight flight) {
        if (!stale.tryRetain()) throw new IllegalStateException("the caller holds a reference");
        CachePolicy policy = ask.behavior().cachePolicy();
        long now = clock.millis();
        StoredResponse next = stale.response().refreshed(answer, policy, extensions, now);
        if (!Freshness.mayStay(policy, next.fields(), extensions)) {
            // Good for who has asked, and for nobody after (RFC 9111 sections 3 and 4.3.4).
            standIns.supersede(stale);
            return new Fetched.Response(stale, How.REVALIDATED, next);
        }
        // It is as if it had been fetched now: purges from before are about it no longer.
        if (flight != null)
            flight.unlessPurged(stale.response().fields(), () -> stale.purgeSequence(flight.purgeSequence()));
        StoredResponse refreshed = stale.refresh(response -> response.refreshed(answer, policy, extensions, now));
        CacheKey key = stale.key();
        if (key != null && refreshed.freshnessLifetimeSeconds() >= REWRITE_SECONDS_MIN) disk.write(key, stale);
        return new Fetched.Response(stale, How.REVALIDATED);
    }
}
