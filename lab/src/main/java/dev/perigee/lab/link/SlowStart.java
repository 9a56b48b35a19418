package dev.perigee.lab.link;

import java.util.ArrayDeque;

/**
 * When the bytes of one direction of a TCP connection leave and arrive. At most a window of bytes is in flight; it
 * starts small and grows by what is acknowledged, which doubles it every round trip, up to the bandwidth-delay product.
 * Losses are not modelled. Time is an argument, in nanoseconds of any clock that does not run backwards.
 */
final class SlowStart {
    private final LinkProfile profile;
    private final ArrayDeque<Flight> flights = new ArrayDeque<>();
    private final int windowMax;
    private long window;
    private long inFlight;
    private long lineFreeAt = Long.MIN_VALUE;
    private long lastSentAt;

    /** The most that was in flight since nothing was: a window that is not used does not grow (RFC 7661). */
    private long peak;

    /** Bytes on their way. */
    private record Flight(long acknowledgedAt, int bytes) {}

    SlowStart(LinkProfile profile) {
        this.profile = profile;
        this.windowMax = profile.windowMax();
        this.window = profile.initialWindow();
    }

    /** The earliest time, now or later, at which another byte may leave. Call before every {@link #send}. */
    long departure(long now) {
        long at = Math.max(now, lineFreeAt);
        acknowledge(at);
        if (inFlight == 0 && at - lastSentAt > profile.idleResetNanos()) window = profile.initialWindow();
        while (inFlight >= window) {
            at = Math.max(at, flights.element().acknowledgedAt());
            acknowledge(at);
        }
        return at;
    }

    /** How many bytes may leave at the time that {@link #departure} gave. */
    int allowance() {
        return (int) (window - inFlight);
    }

    /** Lets bytes leave and gives the time at which the last of them arrives. */
    long send(long at, int bytes) {
        lineFreeAt = at + profile.serialisationNanos(bytes);
        lastSentAt = at;
        inFlight += bytes;
        peak = Math.max(peak, inFlight);
        long arrival = lineFreeAt + profile.oneWayNanos();
        flights.add(new Flight(arrival + profile.oneWayNanos(), bytes));
        return arrival;
    }

    long window() {
        return window;
    }

    private void acknowledge(long now) {
        for (Flight flight = flights.peek();
                flight != null && flight.acknowledgedAt() <= now;
                flight = flights.peek()) {
            flights.remove();
            inFlight -= flight.bytes();
            if (window < 2 * peak) window = Math.min(windowMax, window + flight.bytes());
            if (inFlight == 0) peak = 0;
        }
    }
}
