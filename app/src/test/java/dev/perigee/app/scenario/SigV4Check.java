package dev.perigee.app.scenario;

import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.testkit.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 of a received request, computed anew from the published description and not with the code
 * under test.
 */
final class SigV4Check {
    private static final Pattern AUTHORIZATION = Pattern.compile("AWS4-HMAC-SHA256 "
            + "Credential=(?<key>[^/]+)/(?<date>[0-9]{8})/(?<region>[^/]+)/(?<service>[^/]+)/aws4_request, ?"
            + "SignedHeaders=(?<headers>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})");

    private SigV4Check() {}

    /** What the Authorization field says. */
    record Claim(String key, String date, String region, String service, String headers, String signature) {}

    static Claim claim(RecordedRequest request) {
        Matcher matcher = AUTHORIZATION.matcher(String.valueOf(request.header("Authorization")));
        if (!matcher.matches()) throw new AssertionError("not a signature:\n" + request.rawHead());
        return new Claim(
                matcher.group("key"),
                matcher.group("date"),
                matcher.group("region"),
                matcher.group("service"),
                matcher.group("headers"),
                matcher.group("signature"));
    }

    static String expectedSignature(RecordedRequest request, OriginKeys.Entry key) throws GeneralSecurityException {
        Claim claim = claim(request);
        String canonical = request.method()
                + '\n'
                + request.path()
                + '\n'
                + canonicalQuery(request.target())
                + '\n'
                + Arrays.stream(claim.headers().split(";", -1))
                        .map(name -> name + ':' + value(request, name) + '\n')
                        .collect(Collectors.joining())
                + '\n'
                + claim.headers()
                + '\n'
                + request.header("X-Amz-Content-Sha256");
        String scope = claim.date() + '/' + claim.region() + '/' + claim.service() + "/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + request.header("X-Amz-Date") + '\n' + scope + '\n' + sha256(canonical);
        byte[] derived = ("AWS4" + key.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        for (String step : new String[] {claim.date(), claim.region(), claim.service(), "aws4_request", toSign}) {
            derived = hmac(derived, step);
        }
        return HexFormat.of().formatHex(derived);
    }

    private static String value(RecordedRequest request, String name) {
        return String.join(",", request.fields().all(name)).trim().replaceAll(" +", " ");
    }

    private static String canonicalQuery(String target) {
        int start = target.indexOf('?');
        if (start < 0) return "";
        return Arrays.stream(target.substring(start + 1).split("&", -1))
                .map(parameter -> parameter.contains("=") ? parameter : parameter + '=')
                .sorted()
                .collect(Collectors.joining("&"));
    }

    private static String sha256(String text) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).toLowerCase(Locale.ROOT);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
