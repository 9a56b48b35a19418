package dev.perigee.edge.fetch;

import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.origin.OriginFailure;

/** Which page stands for which failure of an origin. */
final class Rejections {
    private Rejections() {}

    static Rejection of(OriginFailure failure) {
        return switch (failure) {
            case OriginFailure.Unresolved _ -> Rejection.ORIGIN_NAME;
            case OriginFailure.TimedOut _ -> Rejection.ORIGIN_TIMEOUT;
            case OriginFailure.Exhausted _ -> Rejection.CAPACITY;
            case OriginFailure.Unaccepted _ -> Rejection.ORIGIN_CLIENT_CERTIFICATE;
            case OriginFailure.Forbidden _,
                    OriginFailure.Refused _,
                    OriginFailure.Untrusted _,
                    OriginFailure.Broken _,
                    OriginFailure.Malformed _,
                    OriginFailure.ViewerGone _ -> Rejection.ORIGIN_CONNECTION;
        };
    }
}
