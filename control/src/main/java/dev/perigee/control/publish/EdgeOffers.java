package dev.perigee.control.publish;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One edge as the publishing thread sees it: at most one offer under way, the next one due at a known time. Offers run on a
 * thread that is there already: a purge waits for them, and on a busy machine starting a thread takes milliseconds.
 */
final class EdgeOffers {
    private final EdgeLink link;
    private final Backoff backoff;
    private final RandomGenerator random;

    private final ExecutorService thread;

    private volatile long inForce;
    private int failures;
    private @Nullable String failure;
    private long dueNanos;
    private boolean underWay;

    EdgeOffers(EdgeLink link, Backoff backoff, RandomGenerator random) {
        this.link = link;
        this.backoff = backoff;
        this.random = random;
        thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("offers to " + link.pop()).factory());
    }

    /** What the edge said last, from the moment that it said so; any thread may ask. */
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
        return !underWay && (inForce != version || failures > 0);
    }

    /** Nanoseconds until the next offer may start; zero or less when it may start now. */
    long waitNanos(long now) {
        return failures == 0 ? 0 : dueNanos - now;
    }

    /** Starts an offer on the edge's own thread; its outcome goes to the consumer, on that thread. */
    void start(long version, byte[] document, Consumer<Outcome> outcome) {
        underWay = true;
        thread.execute(() -> outcome.accept(offered(version, document)));
    }

    private Outcome offered(long version, byte[] document) {
        try {
            long answer = link.offer(document);
            if (answer <= version) inForce = answer;
            return new Outcome(this, version, answer, null);
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
        underWay = false;
        String reason = reason(outcome);
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

    /** Interrupts the offer under way and ends the thread. */
    void close() {
        thread.shutdownNow();
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
