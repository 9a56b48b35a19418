package dev.perigee.edge.fetch;

import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.lambda.LambdaFailure;

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
                    OriginFailure.ViewerGone _,
                    OriginFailure.Function _ -> Rejection.ORIGIN_CONNECTION;
        };
    }

    /** The same as what fetching came to. A function's failure has a page of its own. */
    static Fetched failed(OriginFailure failure) {
        return failure instanceof OriginFailure.Function(LambdaFailure why)
                ? new Fetched.FunctionFailed(why)
                : new Fetched.Failed(of(failure));
    }
}
