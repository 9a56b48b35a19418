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
            case OriginFailure.Broken(OriginFailure.Phase phase, var _) -> broken(phase);
            case OriginFailure.Malformed _ -> Rejection.ORIGIN_MALFORMED;
            case OriginFailure.HeadTooLarge _ -> Rejection.ORIGIN_HEAD_TOO_LARGE;
            // Whoever still listens is told that the request was never whole.
            case OriginFailure.ViewerGone _ -> Rejection.TIMED_OUT;
            case OriginFailure.Forbidden _,
                    OriginFailure.Refused _,
                    OriginFailure.Untrusted _,
                    OriginFailure.Unfit _,
                    OriginFailure.Function _ -> Rejection.ORIGIN_CONNECTION;
        };
    }

    private static Rejection broken(OriginFailure.Phase phase) {
        return switch (phase) {
            case CONNECT -> Rejection.ORIGIN_CONNECTION;
            case REQUEST -> Rejection.ORIGIN_WRITE;
            case FIRST_BYTE, BODY, COMPLETION -> Rejection.ORIGIN_READ;
        };
    }

    /** The same as what fetching came to. A function's failure has a page of its own. */
    static Fetched failed(OriginFailure failure) {
        return failure instanceof OriginFailure.Function(LambdaFailure why)
                ? new Fetched.FunctionFailed(why)
                : new Fetched.Failed(of(failure));
    }
}
