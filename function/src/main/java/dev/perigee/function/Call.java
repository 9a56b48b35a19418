package dev.perigee.function;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A run that was asked for; whoever asked is told what came of it once, and by whichever thread knows first. */
final class Call {
    final Standing standing;
    final String event;
    final long millis;
    final @Nullable String query;
    final Values values;
    /** Whether it is of use to know that the outcome follows from the request alone. */
    final boolean watched;

    private final Consumer<Outcome> told;
    private final AtomicBoolean over = new AtomicBoolean();

    Call(
            Standing standing,
            String event,
            long millis,
            @Nullable String query,
            Values values,
            boolean watched,
            Consumer<Outcome> told) {
        this.standing = standing;
        this.event = event;
        this.millis = millis;
        this.query = query;
        this.values = values;
        this.watched = watched;
        this.told = told;
    }

    void end(Outcome outcome) {
        if (over.compareAndSet(false, true)) told.accept(outcome);
    }
}
