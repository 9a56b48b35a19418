package dev.perigee.app.scenario;

import dev.perigee.core.plan.TrustedKey;
import dev.perigee.testkit.RsaKeys;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import software.amazon.awssdk.services.cloudfront.CloudFrontUtilities;
import software.amazon.awssdk.services.cloudfront.cookie.CookiesForCustomPolicy;

/** Whoever signs URLs and cookies, by the SDK for Java. */
public record UrlSigner(String id, KeyPair keys) {
    private static final CloudFrontUtilities CLOUD_FRONT = CloudFrontUtilities.create();

    /** With another key than the last one's. */
    public static UrlSigner rsa(String id) {
        return new UrlSigner(id, RsaKeys.next());
    }

    public static UrlSigner ecdsa(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return new UrlSigner(id, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    TrustedKey trusted() {
        return new TrustedKey(
                id, Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
    }

    /** The target of a URL that is signed by a canned policy. */
    public String canned(String url, Instant end) {
        return target(CLOUD_FRONT
                .getSignedUrlWithCannedPolicy(r -> r.resourceUrl(url)
                        .privateKey(keys.getPrivate())
                        .keyPairId(id)
                        .expirationDate(end))
                .url());
    }

    /** The target of a URL that is signed by a custom policy for this pattern. */
    public String custom(String url, String pattern, Instant end) {
        return target(CLOUD_FRONT
                .getSignedUrlWithCustomPolicy(r -> r.resourceUrl(url)
                        .resourceUrlPattern(pattern)
                        .privateKey(keys.getPrivate())
                        .keyPairId(id)
                        .expirationDate(end))
                .url());
    }

    /** The Cookie field for everything under this pattern. */
    public String cookies(String pattern, Instant end) {
        CookiesForCustomPolicy cookies = CLOUD_FRONT.getCookiesForCustomPolicy(r -> r.resourceUrl(pattern)
                .privateKey(keys.getPrivate())
                .keyPairId(id)
                .expirationDate(end));
        return cookies.policyHeaderValue() + "; " + cookies.signatureHeaderValue() + "; "
                + cookies.keyPairIdHeaderValue();
    }

    public static String target(String url) {
        return url.substring(url.indexOf('/', url.indexOf("://") + 3));
    }
}
