package dev.perigee.app.clock;

import java.util.Locale;

/** Whose time decides freshness and expiry. */
public enum ClockChoice {
    REAL,
    MANUAL;

    public static ClockChoice of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
