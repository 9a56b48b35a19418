package dev.perigee.core.serve;

import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.PathNormalizer;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Behavior.ViewerProtocolPolicy;
import dev.perigee.core.plan.Distribution;
import org.jspecify.annotations.Nullable;

/** The steps route, match and check: whether a request may be served, and by which behavior. */
public sealed interface Admission {
    /**
     * The request may be served.
     *
     * @param request as received, except that the default root object stands in for {@code /}
     */
    record Admit(Distribution distribution, Behavior behavior, Method method, RequestHead request)
            implements Admission {}

    /**
     * The request is answered at once.
     *
     * @param behavior whose response headers the answer gets; null when none was reached
     */
    record Reject(
            @Nullable Distribution distribution, @Nullable Behavior behavior, Rejection rejection)
            implements Admission {}

    /** The request is sent to the same URL over HTTPS, with this status. */
    record Redirect(Distribution distribution, int status) implements Admission {}

    /** A certificate authority reads the proof that it has asked for (RFC 8555 section 8.3). */
    record Prove(String answer) implements Admission {}

    /** Too much is asked of a distribution, which says when to come again. */
    record Limit(Distribution distribution, Rejection rejection, long retryAfterSeconds) implements Admission {}

    /** What stands between a request's distribution and its behavior, and may look at more than octets and plan. */
    @FunctionalInterface
    interface Gate {
        Gate OPEN = (distribution, request) -> null;

        /** What the request gets instead of being served, or null when it may go on. */
        @Nullable
        Admission stop(Distribution distribution, RequestHead request);
    }

    /** As {@link #admit(Routes, RequestHead, boolean, boolean, Gate)}, with an open gate. */
    static Admission admit(Routes routes, RequestHead request, boolean https, boolean hasContent) {
        return admit(routes, request, https, hasContent, Gate.OPEN);
    }

    /**
     * Decides. Order: proofs, which come before everything that a distribution says, HTTPS included; host, gate, method
     * known, behavior, protocol, method allowed, content.
     *
     * @param https whether the viewer's connection is encrypted
     * @param hasContent whether the request announces content, other than of length 0
     */
    static Admission admit(Routes routes, RequestHead request, boolean https, boolean hasContent, Gate gate) {
        String proof = hasContent ? null : routes.challengeAnswer(request);
        if (proof != null) return new Prove(proof);
        Distribution distribution = routes.distribution(request.host());
        if (distribution == null || !distribution.enabled())
            return new Reject(distribution, null, Rejection.UNKNOWN_HOST);
        Admission stopped = gate.stop(distribution, request);
        if (stopped != null) return stopped;
        Method method = Method.of(request.method());
        if (method == null) return new Reject(distribution, null, Rejection.METHOD_NOT_SUPPORTED);
        RequestHead meant = withRootObject(distribution, request);
        Behavior behavior = Routes.behavior(distribution, PathNormalizer.normalize(meant.path()));
        if (!https && behavior.viewerProtocolPolicy() != ViewerProtocolPolicy.ALLOW_ALL) {
            return insecure(distribution, behavior, method, request.version());
        }
        if (!behavior.allowedMethods().contains(method))
            return new Reject(distribution, behavior, Rejection.METHOD_NOT_ALLOWED);
        if (hasContent && (method == Method.GET || method == Method.HEAD)) {
            return new Reject(distribution, behavior, Rejection.GET_WITH_CONTENT);
        }
        return new Admit(distribution, behavior, method, meant);
    }

    private static Admission insecure(
            Distribution distribution, Behavior behavior, Method method, HttpVersion version) {
        if (behavior.viewerProtocolPolicy() == ViewerProtocolPolicy.HTTPS_ONLY) {
            return new Reject(distribution, behavior, Rejection.HTTPS_REQUIRED);
        }
        // CloudFront: 301 for GET and HEAD; 307 keeps the method of the others, which HTTP/1.0 does not know.
        if (method == Method.GET || method == Method.HEAD) return new Redirect(distribution, 301);
        if (version == HttpVersion.HTTP_1_0) return new Reject(distribution, behavior, Rejection.HTTPS_REQUIRED);
        return new Redirect(distribution, 307);
    }

    private static RequestHead withRootObject(Distribution distribution, RequestHead request) {
        String object = distribution.defaultRootObject();
        if (object == null || !request.path().equals("/")) return request;
        return new RequestHead(
                request.method(), '/' + object, request.query(), request.host(), request.version(), request.fields());
    }
}
