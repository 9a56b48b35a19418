package dev.perigee.edge.serve;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.CloudFrontHeaders;
import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.CachePolicy;

/** The step from cache policy to cache key, which may ask about the viewer. Any thread. */
final class Keys {
    private final FactsOfViewers facts;

    Keys(FactsOfViewers facts) {
        this.facts = facts;
    }

    /** @param request what is looked up, which is another one than the viewer's for an error page */
    CacheKey of(Exchange x, CachePolicy policy, Method method, RequestHead request) {
        String distribution = FactsOfViewers.distribution(x);
        if (policy.headers().isEmpty()) return CacheKey.of(distribution, policy, method, request);
        ViewerConnection viewer = facts.viewer(x, distribution, takeInTheViewer(policy));
        return CacheKey.of(
                distribution, policy, method, request, name -> CloudFrontHeaders.value(name, request, viewer));
    }

    /** Whether the key takes in what the edge says of the viewer, and so more than the request's octets. */
    static boolean takeInTheViewer(CachePolicy policy) {
        for (String name : policy.headers()) {
            if (CloudFrontHeaders.reserves(name)) return true;
        }
        return false;
    }
}
