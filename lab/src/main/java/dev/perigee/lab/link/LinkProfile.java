package dev.perigee.lab.link;

import java.time.Duration;

/**
 * What a path through the network is like, for one connection.
 *
 * @param roundTrip time from one end to the other and back
 * @param bitsPerSecond the rate at which bytes leave, {@link #UNLIMITED} for no limit
 * @param initialWindow bytes in flight before the first acknowledgement
 */
public record LinkProfile(Duration roundTrip, long bitsPerSecond, int initialWindow) {
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Ten segments of 1,460 bytes (RFC 6928). */
    public static final int TEN_SEGMENTS = 10 * 1_460;

    /** No delay and no limit. */
    public static final LinkProfile NONE = new LinkProfile(Duration.ZERO, UNLIMITED, TEN_SEGMENTS);

    /** What receivers commonly accept unread, whatever the path could hold. */
    private static final long RECEIVE_WINDOW = 4L << 20;

    /** Linux waits a round trip and never less than this before it sends again, and forgets a window idle that long. */
    private static final Duration TIMEOUT_MARGIN = Duration.ofMillis(200);

    public LinkProfile {
        if (roundTrip.isNegative() || bitsPerSecond < 1 || initialWindow < 1) {
            throw new IllegalArgumentException(
                    "a link of " + roundTrip + ", " + bitsPerSecond + " bit/s, window " + initialWindow + " cannot be");
        }
    }

    public static LinkProfile of(Duration roundTrip, long bitsPerSecond) {
        return new LinkProfile(roundTrip, bitsPerSecond, TEN_SEGMENTS);
    }

    long roundTripNanos() {
        return roundTrip.toNanos();
    }

    long oneWayNanos() {
        return roundTrip.toNanos() / 2;
    }

    /** How long these bytes take to leave. */
    long serialisationNanos(long bytes) {
        return bitsPerSecond == UNLIMITED ? 0 : Math.round(bytes * 8e9 / bitsPerSecond);
    }

    /** The bandwidth-delay product, but never less than the initial window nor more than a receiver accepts. */
    int windowMax() {
        if (roundTrip.isZero() || bitsPerSecond == UNLIMITED) return (int) RECEIVE_WINDOW;
        double product = bitsPerSecond / 8.0 * roundTripNanos() / 1e9;
        return (int) Math.max(initialWindow, Math.min(product, RECEIVE_WINDOW));
    }

    /** After this long without sending, the window is the initial one again (RFC 5681 section 4.1). */
    long idleResetNanos() {
        return roundTrip.plus(TIMEOUT_MARGIN).toNanos();
    }
}
