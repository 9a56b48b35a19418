package dev.perigee.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until the test moves it. */
public final class ManualClock implements InstantSource {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-01T12:00:00Z"));

    @Override
    public Instant instant() {
        return now.get();
    }

    public void advance(Duration duration) {
        now.updateAndGet(instant -> instant.plus(duration));
    }

    public void advanceSeconds(long seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    /** The time in the form of a Date field (RFC 9110 section 5.6.7). */
    public String httpDate() {
        return HttpDates.format(instant());
    }

    /** The time this many seconds from now in the form of a Date field. */
    public String httpDateIn(long seconds) {
        return HttpDates.format(instant().plusSeconds(seconds));
    }
}
