package dev.perigee.core.traffic;

/**
 * The traffic of one distribution in a span of time.
 *
 * @param distribution its id
 * @param second the span's first, since 1970
 * @param seconds how long it is
 */
public record TrafficSample(String distribution, long second, int seconds, Traffic traffic) {}
