package dev.perigee.app.cli;

import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** One signed request to CloudFront's API of the running system. */
final class ApiCall {
    static final String VERSION = "/2020-05-31/";

    /** The key that local systems have unless they were started without it. */
    static final SigV4.Credentials TEST_KEY = new SigV4.Credentials("test", "test");

    private ApiCall() {}

    /** The key that the terminal has for the AWS CLI, which has rights of its own; else the usual one. */
    static SigV4.Credentials key(Console console) {
        String id = console.environment().getOrDefault("AWS_ACCESS_KEY_ID", "");
        String secret = console.environment().getOrDefault("AWS_SECRET_ACCESS_KEY", "");
        return id.isEmpty() || secret.isEmpty() ? TEST_KEY : new SigV4.Credentials(id, secret);
    }

    /**
     * Asks, and expects success.
     *
     * @param path below the API's version, already encoded
     * @param query encoded, its parameters in order; empty for none
     * @throws IOException with the API's own words when it answers anything else
     */
    static String ask(SigV4.Credentials key, String api, String method, String path, String query, String body)
            throws IOException {
        Instant now = Instant.now();
        String timestamp = SigV4.timestamp(now);
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        var signed = new SigV4.Request(
                method,
                VERSION + path,
                query,
                List.of(new Field("host", URI.create(api).getAuthority()), new Field("x-amz-date", timestamp)),
                hash(content));
        String authorization = SigV4.sign(signed, key, "cloudfront", "us-east-1", now);
        var answer = AdminCall.exchange(
                method,
                api + VERSION + path + (query.isEmpty() ? "" : "?" + query),
                Map.of("X-Amz-Date", timestamp, "Authorization", authorization),
                content);
        if (answer.status() < 300) return answer.body();
        throw new IOException("the API answered " + answer.status() + ": " + message(answer.body()));
    }

    /** The sentence of an error document, or all of it. */
    private static String message(String document) {
        int start = document.indexOf("<Message>");
        int end = document.indexOf("</Message>");
        return start < 0 || end < start ? document : document.substring(start + "<Message>".length(), end);
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }
}
