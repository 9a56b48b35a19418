package dev.perigee.app.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** Time that stands still until someone moves it forward; never back, which no cache could make sense of. */
public final class ManualClock implements InstantSource {
    private static final Duration FARTHEST = Duration.ofDays(3650);

    private final AtomicReference<Instant> now;

    public ManualClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /** Moves time and returns the new one. */
    public Instant advance(Duration step) {
        if (step.isNegative() || step.compareTo(FARTHEST) > 0)
            throw new IllegalArgumentException("a clock advances by 0 to " + FARTHEST.toDays() + " days, not " + step);
        return now.updateAndGet(instant -> instant.plus(step));
    }
}
