package dev.perigee.analytics.advice;

import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * A request as far as the log tells, for a replay.
 *
 * @param second since 1970, when its answer ended
 * @param head as the viewer sent it; of headers and cookies in the key only which were equal
 * @param result in the words of the log
 * @param seconds it took
 * @param browser whether it came from one, and so would have taken a compressed answer
 * @param answer what the origin said, if it was asked: status, and the fields that matter to a cache
 * @param signature of the answer's content; two with one signature were the same, as far as the log tells
 */
record LoggedRequest(
        long second,
        String pop,
        Method method,
        RequestHead head,
        int status,
        String result,
        long sent,
        double seconds,
        boolean https,
        boolean browser,
        @Nullable ResponseHead answer,
        @Nullable String signature) {

    /** Whether it takes part in the hit ratio. */
    boolean counts() {
        return result.equals("Hit") || result.equals("RefreshHit") || result.equals("Miss");
    }

    boolean hit() {
        return result.equals("Hit");
    }
}
