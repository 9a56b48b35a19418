package dev.perigee.core.access;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.TrustedKey;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.serve.Rejection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Whoever holds the private key of a trusted public key, as the developer guide describes what they do. */
record Signer(String id, KeyPair keys) {
    static Signer rsa(String id) {
        return create(id, "RSA", 2048);
    }

    /** Computed with four times as fast, where there is much to compute. */
    static Signer smallRsa(String id) {
        return create(id, "RSA", 1024);
    }

    static Signer ecdsa(String id) {
        return create(id, "EC", 256);
    }

    private static Signer create(String id, String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return new Signer(id, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    TrustedKey trusted() {
        return new TrustedKey(
                id, Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
    }

    static String encoded(byte[] octets) {
        return Base64.getEncoder()
                .encodeToString(octets)
                .replace('+', '-')
                .replace('=', '_')
                .replace('/', '~');
    }

    static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] signature(String message, HashAlgorithm hash) {
        try {
            Signature signer =
                    Signature.getInstance(hash.signature(keys.getPublic().getAlgorithm()));
            signer.initSign(keys.getPrivate());
            signer.update(message.getBytes(StandardCharsets.UTF_8));
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String cannedText(String url, long end) {
        return "{\"Statement\":[{\"Resource\":\"" + url + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":" + end
                + "}}}]}";
    }

    /** A signed URL with a canned policy. */
    String canned(String url, long end) {
        return url + (url.indexOf('?') < 0 ? '?' : '&') + "Expires=" + end + "&Signature="
                + encoded(signature(cannedText(url, end), HashAlgorithm.SHA1)) + "&Key-Pair-Id=" + id;
    }

    /** A signed URL with this policy. */
    String custom(String url, String policy) {
        return url + (url.indexOf('?') < 0 ? '?' : '&') + "Policy=" + encoded(policy) + "&Signature="
                + encoded(signature(policy, HashAlgorithm.SHA1)) + "&Key-Pair-Id=" + id;
    }

    /** The Cookie field of a custom policy. */
    String cookies(String policy) {
        return "CloudFront-Policy=" + encoded(policy) + "; CloudFront-Signature="
                + encoded(signature(policy, HashAlgorithm.SHA1)) + "; CloudFront-Key-Pair-Id=" + id;
    }

    static String policy(String resource, String conditions) {
        return "{\"Statement\":[{\"Resource\":\"" + resource + "\",\"Condition\":{" + conditions + "}}]}";
    }

    static RequestHead request(String url, String... fields) {
        int host = url.indexOf("://") + 3;
        int path = url.indexOf('/', host);
        int mark = url.indexOf('?', path);
        Fields.Builder all = Fields.builder(4).add("Host", url.substring(host, path));
        for (int i = 0; i < fields.length; i += 2) all.add(fields[i], fields[i + 1]);
        return new RequestHead(
                "GET",
                mark < 0 ? url.substring(path) : url.substring(path, mark),
                mark < 0 ? null : url.substring(mark + 1),
                url.substring(host, path).replaceAll(":.*", ""),
                HttpVersion.HTTP_1_1,
                all.build());
    }

    /** With a memory that would show if it kept what it must not. */
    private static final SignedAccess ACCESS = new SignedAccess();

    static @Nullable Rejection judge(TrustedKeys trusted, RequestHead request, boolean https, byte[] from, long now) {
        return ACCESS.refusal(trusted, SignedRequest.of(request), https, from, now);
    }
}
