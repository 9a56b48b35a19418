package dev.perigee.core.access;

import dev.perigee.core.plan.TrustedKey;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.serve.Rejection;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Whether requests may be served by behaviors that trust key groups. What it remembers changes no answer. */
public final class SignedAccess {
    private static final byte[] UNSIGNED = {};

    private final Signatures signatures = new Signatures();
    private final ClaimMemory memory;

    public SignedAccess() {
        this(ClaimMemory.SLOTS);
    }

    /** One that remembers so many signatures, a power of two. */
    SignedAccess(int remembered) {
        memory = new ClaimMemory(remembered);
    }

    /**
     * Why a request may not be served, or null when it may. What is wrong with its form comes first, in CloudFront's codes;
     * whatever else is wrong is AccessDenied, which says no more than that.
     *
     * @param address of the viewer, 4 or 16 octets
     * @param nowSeconds since 1970
     */
    public @Nullable Rejection refusal(
            TrustedKeys trusted, SignedRequest request, boolean https, byte[] address, long nowSeconds) {
        // Whichever of two was meant, it is not what was signed.
        if (request.isRepeated()) return Rejection.ACCESS_DENIED;
        String keyId = request.keyPairId();
        if (keyId == null || keyId.isEmpty()) return Rejection.MISSING_KEY;
        TrustedKey key = trusted.find(keyId);
        if (key == null) return Rejection.INVALID_KEY;
        String custom = request.policy();
        String expires = request.expires();
        if (custom == null && expires == null) return Rejection.MISSING_POLICY;
        String signature = request.signature();
        if (signature == null) return Rejection.MISSING_SIGNATURE;
        if (custom != null && expires != null) return Rejection.ACCESS_DENIED;
        HashAlgorithm hash = HashAlgorithm.of(request.hashAlgorithm());
        if (hash == null) return Rejection.ACCESS_DENIED;
        ViewerUrl url = request.url(https);
        Claim claim = custom == null
                ? Claim.canned(key, hash, String.valueOf(expires), url, signature)
                : Claim.custom(key, hash, custom, signature);
        AccessPolicy known = memory.find(claim);
        if (known == null) return refusal(claim, url, address, nowSeconds);
        return known.isCurrent(nowSeconds) && known.covers(url, address) ? null : Rejection.ACCESS_DENIED;
    }

    /** Of a claim that is not known to be true. */
    private @Nullable Rejection refusal(Claim claim, ViewerUrl url, byte[] address, long nowSeconds) {
        byte[] signature = UrlBase64.decode(claim.signature());
        if (signature == null) return Rejection.MALFORMED_SIGNATURE;
        String custom = claim.policy();
        String expires = String.valueOf(claim.expires());
        byte[] message = custom == null ? canned(url, expires) : UrlBase64.decode(custom);
        if (message == null) return Rejection.MALFORMED_POLICY;
        AccessPolicy policy = custom == null ? canned(expires) : PolicyReader.read(message);
        if (policy == null) return Rejection.MALFORMED_POLICY;
        // The time first, which costs nothing; the rest of a policy only when it is known whose it is.
        if (!policy.isCurrent(nowSeconds)
                || !signatures.verify(claim.key().der(), claim.hash(), message, signature)
                || !policy.covers(url, address)) {
            return Rejection.ACCESS_DENIED;
        }
        memory.keep(claim, policy);
        return null;
    }

    private static @Nullable AccessPolicy canned(String expires) {
        long end = AccessPolicy.seconds(expires);
        return end < 0 ? null : new AccessPolicy(null, AccessPolicy.ALWAYS, end, null);
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
        // A request has an octet per character; whoever signs text has signed its UTF-8.
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
