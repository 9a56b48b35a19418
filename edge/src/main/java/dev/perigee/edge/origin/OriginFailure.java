package dev.perigee.edge.origin;

import dev.perigee.lambda.LambdaFailure;

/** Why an origin gave no usable answer. */
public sealed interface OriginFailure {
    /** The name does not resolve. */
    record Unresolved(String host) implements OriginFailure {}

    /** The address may not be used as an origin (loopback and link-local, unless configuration allows them). */
    record Forbidden(String address) implements OriginFailure {}

    /** No TCP connection. */
    record Refused(String reason) implements OriginFailure {}

    /** TLS handshake or certificate. */
    record Untrusted(String reason) implements OriginFailure {}

    /** The origin ended TLS over the client certificate that it was shown. */
    record Unaccepted(String reason) implements OriginFailure {}

    record TimedOut(Phase phase) implements OriginFailure {}

    /** The connection broke after it was made. */
    record Broken(Phase phase, String reason) implements OriginFailure {}

    /** What the origin sent is not HTTP/1.1 as we accept it. */
    record Malformed(String reason) implements OriginFailure {}

    /** The head of its response is larger than an edge takes. */
    record HeadTooLarge(String reason) implements OriginFailure {}

    /** The request is one that cannot be sent to this origin. */
    record Unfit(String reason) implements OriginFailure {}

    /** A limit of our own: too many connections to this origin. */
    record Exhausted() implements OriginFailure {}

    /** The viewer gave up while its request body was on its way. */
    record ViewerGone() implements OriginFailure {}

    /** A function on the way to the origin, or back, has failed. */
    record Function(LambdaFailure failure) implements OriginFailure {}

    enum Phase {
        CONNECT,
        REQUEST,
        FIRST_BYTE,
        BODY,
        COMPLETION
    }

    /** CloudFront's status: 504 for a timeout, 503 for a limit or a refused client certificate, 502 for all others. */
    default int status() {
        return switch (this) {
            case TimedOut _ -> 504;
            case Function(LambdaFailure failure) -> failure.kind().status();
            case Exhausted _, Unaccepted _ -> 503;
            case Unresolved _,
                    Forbidden _,
                    Refused _,
                    Untrusted _,
                    Broken _,
                    Malformed _,
                    HeadTooLarge _,
                    Unfit _,
                    ViewerGone _ -> 502;
        };
    }
}
