package dev.perigee.edge.explain;

import dev.perigee.core.plan.Behavior;
import dev.perigee.core.serve.Rejection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rule behind a refusal; its page says no more than CloudFront's does. */
final class Refusals {
    private Refusals() {}

    /** @param behavior that was reached, if any */
    static String why(Rejection rejection, @Nullable Behavior behavior) {
        return switch (rejection) {
            case MALFORMED -> "The request is not well-formed HTTP.";
            case EXPECTATION -> "It has an Expect other than 100-continue.";
            case URL_TOO_LONG -> "Its URL is longer than an edge takes.";
            case HEAD_TOO_LARGE -> "Its head is larger than an edge takes, or has more fields.";
            case UNKNOWN_HOST -> "The host is none of an enabled distribution's, and there is no default distribution.";
            case MISDIRECTED -> "The connection was made for another distribution's name.";
            case METHOD_NOT_SUPPORTED ->
                "No behavior can allow this method: there are GET, HEAD, OPTIONS, PUT, PATCH, POST and DELETE.";
            case METHOD_NOT_ALLOWED ->
                behavior == null
                        ? rejection.reason()
                        : "The behavior allows " + new TreeSet<>(behavior.allowedMethods()) + " only.";
            case HTTPS_REQUIRED -> "The viewer protocol policy takes no HTTP, and this is HTTP.";
            case GET_WITH_CONTENT -> "It is a GET or HEAD with content.";
            case ACCESS_DENIED ->
                "Access denied: signed by somebody else, for another URL, for another time, or for another address.";
            case LOOP -> "It has passed here before, says CDN-Loop.";
            case CONTENT_TOO_LARGE,
                    TIMED_OUT,
                    COUNTRY_BLOCKED,
                    NETWORK_LIMIT,
                    SPENDING_CAP,
                    MISSING_KEY,
                    INVALID_KEY,
                    MISSING_POLICY,
                    MISSING_SIGNATURE,
                    MALFORMED_SIGNATURE,
                    MALFORMED_POLICY,
                    FIELD_ENCRYPTION,
                    BLOCKED,
                    ORIGIN_NAME,
                    ORIGIN_CONNECTION,
                    ORIGIN_TIMEOUT,
                    ORIGIN_WRITE,
                    ORIGIN_READ,
                    ORIGIN_MALFORMED,
                    ORIGIN_HEAD_TOO_LARGE,
                    ORIGIN_RANGE,
                    ORIGIN_CLIENT_CERTIFICATE,
                    CAPACITY -> rejection.reason();
        };
    }
}
