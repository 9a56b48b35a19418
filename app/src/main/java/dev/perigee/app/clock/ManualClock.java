package dev.perigee.app.clock;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that stands still until someone moves it forward; never back, which no cache could make sense of. */
public final class ManualClock implements InstantSource {
    private static final Duration FARTHEST = Duration.ofDays(3650);

    private final Memory memory;
    private volatile Instant now;

    /** Where the time is kept, so that it does not go back when a system starts again. */
    @FunctionalInterface
    public interface Memory {
        void keep(Instant time) throws IOException;
    }

    /** A clock that nobody asks again after this process. */
    public ManualClock(Instant start) {
        this(start, _ -> {});
    }

    public ManualClock(Instant start, Memory memory) {
        this.now = start;
        this.memory = memory;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /**
     * Moves time and returns the new one.
     *
     * @throws IOException when the new time cannot be kept; nothing has moved then
     */
    public synchronized Instant advance(Duration step) throws IOException {
        if (step.isNegative() || step.compareTo(FARTHEST) > 0)
            throw new IllegalArgumentException("a clock advances by 0 to " + FARTHEST.toDays() + " days, not " + step);
        Instant next = now.plus(step);
        memory.keep(next);
        now = next;
        return next;
    }
}
