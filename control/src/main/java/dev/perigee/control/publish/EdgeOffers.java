package dev.perigee.control.publish;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One edge as the publishing thread sees it: at most one offer under way, the next one due at a known time. */
final class EdgeOffers {
    private final EdgeLink link;
    private final Backoff backoff;
    private final RandomGenerator random;

    private long inForce;
    private int failures;
    private @Nullable String failure;
    private long dueNanos;
    private @Nullable Thread underWay;

    EdgeOffers(EdgeLink link, Backoff backoff, RandomGenerator random) {
        this.link = link;
        this.backoff = backoff;
        this.random = random;
    }

    long inForce() {
        return inForce;
    }

    boolean isFailing() {
        return failures > 0;
    }

    EdgeState state() {
        return new EdgeState(link.pop(), inForce, failures, failure);
    }

    /** Whether the edge still has to be offered this version, now or after its backoff. */
    boolean wants(long version) {
        return underWay == null && (inForce != version || failures > 0);
    }

    /** Nanoseconds until the next offer may start; zero or less when it may start now. */
    long waitNanos(long now) {
        return failures == 0 ? 0 : dueNanos - now;
    }

    /** Starts an offer on a virtual thread of its own; its outcome goes to the consumer, on that thread. */
    void start(long version, byte[] document, Consumer<Outcome> outcome) {
        underWay = Thread.ofVirtual()
                .name("offer " + version + " to " + link.pop())
                .start(() -> outcome.accept(offered(version, document)));
    }

    private Outcome offered(long version, byte[] document) {
        try {
            return new Outcome(this, version, link.offer(document), null);
        } catch (Throwable refused) {
            // Without an outcome the edge would never be offered anything again, so errors count as refusals too.
            String message = refused.getMessage();
            String reason = refused.getClass().getSimpleName() + (message == null ? "" : ": " + message);
            return new Outcome(this, version, 0, reason);
        }
    }

    /** Records an outcome; returns the reason when it is a new failure, to be logged. */
    @Nullable
    String finish(Outcome outcome, long now) {
        underWay = null;
        String reason = reason(outcome);
        if (outcome.failure() == null && outcome.inForce() <= outcome.offered()) inForce = outcome.inForce();
        if (reason == null) {
            failures = 0;
            failure = null;
            return null;
        }
        boolean known = reason.equals(failure);
        failures++;
        failure = reason;
        dueNanos = now + backoff.nanos(failures, random);
        return known ? null : reason;
    }

    private static @Nullable String reason(Outcome outcome) {
        if (outcome.failure() != null) return outcome.failure();
        if (outcome.inForce() < outcome.offered()) return "keeps plan " + outcome.inForce();
        // Its plan comes from another publisher that is further ahead, or from another store: no acknowledgement.
        if (outcome.inForce() > outcome.offered()) return "has plan " + outcome.inForce() + ", which is newer";
        return null;
    }

    void cancel() {
        if (underWay != null) underWay.interrupt();
    }

    /**
     * What an offer came to.
     *
     * @param inForce the edge's answer, when there is no failure
     */
    record Outcome(
            EdgeOffers edge,
            long offered,
            long inForce,
            @Nullable String failure) {}
}
