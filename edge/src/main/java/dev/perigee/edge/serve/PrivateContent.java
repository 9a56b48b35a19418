package dev.perigee.edge.serve;

import dev.perigee.core.access.SignedAccess;
import dev.perigee.core.access.SignedRequest;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.serve.Rejection;
import org.jspecify.annotations.Nullable;

/** The step between method and cache for behaviors that trust key groups. */
final class PrivateContent {
    private final SignedAccess access = new SignedAccess();

    /**
     * Why a request is refused, or null when it may be served. Either way what it says of its signature is taken out of what is
     * served in its name, error pages included: it is as good as a password, and neither the origin's business nor the cache's.
     */
    @Nullable
    Rejection refusal(Exchange x, TrustedKeys trusted, long nowMillis) {
        SignedRequest signed = SignedRequest.of(x.received());
        x.meant(signed.without(x.request()));
        Viewer viewer = x.viewer();
        return access.refusal(
                trusted,
                signed,
                viewer.secure(),
                viewer.remote().getAddress().getAddress(),
                Math.floorDiv(nowMillis, 1000L));
    }
}
