package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import org.jspecify.annotations.Nullable;

/** If-Match: nobody changes what they have not seen. */
final class Preconditions {
    private Preconditions() {}

    static void check(@Nullable String ifMatch, String etag, String what) throws Refused {
        if (ifMatch == null || ifMatch.isBlank()) {
            throw new Refused(
                    "InvalidIfMatchVersion", "The If-Match version is missing or not valid for " + what + ".");
        }
        String given = ifMatch.strip();
        // CloudFront's ETags are bare; a client that quotes them as RFC 9110 wants means the same.
        if (given.length() > 1 && given.startsWith("\"") && given.endsWith("\"")) {
            given = given.substring(1, given.length() - 1);
        }
        Refused.unless(
                given.equals(etag),
                "PreconditionFailed",
                "The request failed because it didn't meet the preconditions: If-Match is " + given + ", but " + what
                        + " has another ETag now.");
    }
}
