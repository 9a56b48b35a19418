package dev.perigee.core.access;

import dev.perigee.core.address.AddressRanges;
import org.jspecify.annotations.Nullable;

/**
 * What a policy statement says. Of a canned policy, whose resource is the URL itself, only the end is kept.
 *
 * @param resource null for everything that the key's owner may sign for
 * @param after seconds since 1970; the statement is true later than that
 * @param before seconds since 1970; the statement is true earlier than that
 * @param addresses null for any
 */
record AccessPolicy(
        @Nullable ResourcePattern resource,
        long after,
        long before,
        @Nullable AddressRanges addresses) {
    /** The largest time that CloudFront takes. */
    static final long TIME_MAX = Integer.MAX_VALUE;

    /** Before all times. */
    static final long ALWAYS = -1;

    boolean isCurrent(long nowSeconds) {
        return after < nowSeconds && nowSeconds < before;
    }

    boolean covers(ViewerUrl url, byte[] address) {
        return (resource == null || resource.matches(url)) && (addresses == null || addresses.contains(address));
    }

    /** A number of seconds written the one usual way; -1 for anything else. */
    static long seconds(String text) {
        int length = text.length();
        if (length == 0 || length > 10 || (length > 1 && text.charAt(0) == '0')) return -1;
        long value = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') return -1;
            value = value * 10 + (c - '0');
        }
        return value <= TIME_MAX ? value : -1;
    }
}
