package dev.perigee.control.resource;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;

/**
 * The policies that exist in every account under the same ids and that nobody can change. Their names begin with
 * {@code Managed-}, by which Terraform and Pulumi look them up.
 *
 * <p>Four cache policies that Amplify uses for itself (Amplify-Default, -DefaultNoCookies, -ImageOptimization and
 * -StaticContent) are missing, since it is not documented what is in them.
 */
public final class ManagedPolicies {
    /** CloudFront's own dates are not documented; this one never changes. */
    static final Instant LAST_MODIFIED = Instant.parse("2021-11-02T00:00:00Z");

    private static final String ETAG_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ETAG_LENGTH = 13;

    private static final List<CachePolicy> CACHE = ManagedCachePolicies.all();
    private static final List<OriginRequestPolicy> ORIGIN_REQUEST = ManagedOriginRequestPolicies.all();
    private static final List<ResponseHeadersPolicy> RESPONSE_HEADERS = ManagedResponseHeadersPolicies.all();

    private ManagedPolicies() {}

    public static List<CachePolicy> cachePolicies() {
        return CACHE;
    }

    public static List<OriginRequestPolicy> originRequestPolicies() {
        return ORIGIN_REQUEST;
    }

    public static List<ResponseHeadersPolicy> responseHeadersPolicies() {
        return RESPONSE_HEADERS;
    }

    /** The ETag of a managed policy: made from its id, and always the same. */
    public static String etag(String id) {
        byte[] digest = sha256(id);
        var etag = new StringBuilder("E");
        for (int i = 0; i < ETAG_LENGTH; i++) etag.append(ETAG_LETTERS.charAt(digest[i] & 31));
        return etag.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }
}
