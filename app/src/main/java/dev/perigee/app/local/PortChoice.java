package dev.perigee.app.local;

import java.util.Locale;

/** Whether a system listens on the ports of the documentation or on free ones. */
public enum PortChoice {
    USUAL,
    AUTO;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
