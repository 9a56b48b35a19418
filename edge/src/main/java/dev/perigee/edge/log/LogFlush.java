package dev.perigee.edge.log;

/**
 * What came of delivering everything at once.
 *
 * @param lines that were delivered
 * @param objects that they are in
 * @param undelivered objects that are still to be delivered
 * @param failure why they were not; empty when there are none
 */
public record LogFlush(long lines, long objects, long undelivered, String failure) {}
