package dev.perigee.core.plan;

import org.jspecify.annotations.Nullable;

/**
 * The CloudFront Functions of a behavior.
 *
 * @param request name of the one that sees each request first
 * @param response name of the one that sees each response last
 */
public record ViewerFunctions(
        @Nullable String request, @Nullable String response) {
    public ViewerFunctions {
        if (request == null && response == null) throw new IllegalArgumentException("no function");
    }
}
