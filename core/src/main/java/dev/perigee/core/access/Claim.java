package dev.perigee.core.access;

import dev.perigee.core.plan.TrustedKey;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of its signature, as texts: equal claims are true or false together, whatever the time.
 *
 * @param key by which it is said to be signed; all of it, since an id may be given to another key
 * @param policy a custom policy as it was sent, or null
 * @param expires the end of a canned policy, or null
 * @param url of a canned policy, or null
 */
record Claim(
        TrustedKey key,
        HashAlgorithm hash,
        @Nullable String policy,
        @Nullable String expires,
        @Nullable ViewerUrl url,
        String signature) {
    static Claim custom(TrustedKey key, HashAlgorithm hash, String policy, String signature) {
        return new Claim(key, hash, policy, null, null, signature);
    }

    static Claim canned(TrustedKey key, HashAlgorithm hash, String expires, ViewerUrl url, String signature) {
        return new Claim(key, hash, null, expires, url, signature);
    }

    /** Characters that only this claim has. */
    int length() {
        int length = signature.length();
        if (policy != null) length += policy.length();
        if (url != null) length += url.toString().length();
        return length;
    }
}
