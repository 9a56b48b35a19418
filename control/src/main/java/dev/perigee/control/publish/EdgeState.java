package dev.perigee.control.publish;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one edge.
 *
 * @param inForce version of the plan it last said to serve by, 0 before its first answer
 * @param failures unsuccessful offers since the last successful one
 * @param failure why the last of them failed
 */
public record EdgeState(
        String pop, long inForce, int failures, @Nullable String failure) {}
