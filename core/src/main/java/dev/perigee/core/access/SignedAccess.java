package dev.perigee.core.access;

import dev.perigee.core.plan.TrustedKey;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.serve.Rejection;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Whether a request may be served by a behavior that trusts key groups. */
public final class SignedAccess {
    private static final byte[] UNSIGNED = {};

    private SignedAccess() {}

    /**
     * Why it may not be served, or null when it may. What is wrong with the request's form comes first, in CloudFront's
     * codes; whatever else is wrong is AccessDenied, which says no more than that.
     *
     * @param address of the viewer, 4 or 16 octets
     * @param nowSeconds since 1970
     */
    public static @Nullable Rejection refusal(
            TrustedKeys trusted,
            SignedRequest request,
            boolean https,
            byte[] address,
            long nowSeconds,
            Verifier verifier) {
        // Whichever of two was meant, it is not what was signed.
        if (request.isRepeated()) return Rejection.ACCESS_DENIED;
        String keyId = request.keyPairId();
        if (keyId == null || keyId.isEmpty()) return Rejection.MISSING_KEY;
        TrustedKey key = trusted.find(keyId);
        if (key == null) return Rejection.INVALID_KEY;
        String custom = request.policy();
        String expires = request.expires();
        if (custom == null && expires == null) return Rejection.MISSING_POLICY;
        String signed = request.signature();
        if (signed == null) return Rejection.MISSING_SIGNATURE;
        if (custom != null && expires != null) return Rejection.ACCESS_DENIED;
        HashAlgorithm hash = HashAlgorithm.of(request.hashAlgorithm());
        if (hash == null) return Rejection.ACCESS_DENIED;
        byte[] signature = UrlBase64.decode(signed);
        if (signature == null) return Rejection.MALFORMED_SIGNATURE;
        ViewerUrl url = request.url(https);
        byte[] message = custom == null ? canned(url, String.valueOf(expires)) : UrlBase64.decode(custom);
        if (message == null) return Rejection.MALFORMED_POLICY;
        AccessPolicy policy =
                custom == null ? canned(AccessPolicy.seconds(String.valueOf(expires))) : PolicyReader.read(message);
        if (policy == null) return Rejection.MALFORMED_POLICY;
        // The time first, which costs nothing; the rest of a policy only when it is known whose it is.
        return policy.isCurrent(nowSeconds)
                        && verifier.verifies(key, hash, message, signature)
                        && policy.covers(url, address)
                ? null
                : Rejection.ACCESS_DENIED;
    }

    private static @Nullable AccessPolicy canned(long expires) {
        return expires < 0 ? null : new AccessPolicy(null, AccessPolicy.ALWAYS, expires, null);
    }

    /**
     * What the signer of a canned policy has signed: the URL is its resource, character by character. A quotation mark or a
     * backslash could end it there and begin something else, but nobody signs these unescaped: no signature fits.
     */
    private static byte[] canned(ViewerUrl url, String expires) {
        String resource = url.toString();
        if (resource.indexOf('"') >= 0 || resource.indexOf('\\') >= 0) return UNSIGNED;
        String text = "{\"Statement\":[{\"Resource\":\"" + resource
                + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":" + expires + "}}}]}";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
