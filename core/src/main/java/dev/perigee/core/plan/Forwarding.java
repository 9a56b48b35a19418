package dev.perigee.core.plan;

import java.util.List;

/**
 * What of the viewer's request goes to the origin, in addition to what is in the cache key (CloudFront's origin request
 * policy, or the legacy rules).
 *
 * @param mode how header names are chosen
 * @param headers lower-case names, for {@link Headers#LIST}, {@link Headers#ALL_EXCEPT} and
 *     {@link Headers#ALL_AND_CLOUDFRONT} (there: the CloudFront-* headers to add)
 */
public record Forwarding(Headers mode, List<String> headers, Selection cookies, Selection queryStrings) {
    public static final Forwarding NOTHING = new Forwarding(Headers.NONE, List.of(), Selection.NONE, Selection.NONE);

    public Forwarding {
        headers = List.copyOf(headers);
    }

    public enum Headers {
        /** Only what is in the cache key. */
        NONE,
        LIST,
        ALL,
        ALL_AND_CLOUDFRONT,
        ALL_EXCEPT,
        /** ForwardedValues: all but the names that CloudFront removes by default; listed headers are in the key. */
        LEGACY
    }
}
