package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Uploads whose payload hash is signed in a header, without holding them in memory. S3Proxy reads such a body whole
 * before it checks the signature; the body of a presigned request with a pinned hash it checks while it streams and
 * refuses at the end, before the object appears. Both sign the same bytes, so a large upload is shown to it as the
 * latter: {@link #signed} is what the signature is checked over, {@link #seen} what is carried out.
 */
final class SignedPayload {
    /** Bodies up to this size are read and checked before anything happens. */
    static final long BUFFERED_BYTES_MAX = 1L << 20;

    private static final String CONTENT_HASH = "x-amz-content-sha256";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SIGNED_HEADERS = Pattern.compile("SignedHeaders=([^,\\s]+)");

    private SignedPayload() {}

    /** The signed header names when this request's body is to be checked while it streams, or null. */
    static @Nullable String streamable(HttpServletRequest request) {
        String hash = request.getHeader(CONTENT_HASH);
        String authorization = request.getHeader("Authorization");
        if (hash == null || authorization == null || !SHA256.matcher(hash).matches()) return null;
        if (!request.getMethod().equals("PUT") || request.getContentLengthLong() <= BUFFERED_BYTES_MAX) return null;
        // A query that is signed itself has its own payload rule.
        if (request.getParameter("X-Amz-SignedHeaders") != null || request.getParameter("X-Amz-Algorithm") != null)
            return null;
        Matcher matcher = SIGNED_HEADERS.matcher(authorization);
        if (!authorization.startsWith("AWS4-HMAC-SHA256 ") || !matcher.find()) return null;
        String names = matcher.group(1);
        return (";" + names + ";").contains(";" + CONTENT_HASH + ";") ? names : null;
    }

    static HttpServletRequest signed(HttpServletRequest request, String signedHeaders) {
        return new HttpServletRequestWrapper(request) {
            @Override
            public @Nullable String getHeader(String name) {
                return name.equalsIgnoreCase("Authorization") ? null : super.getHeader(name);
            }

            @Override
            public @Nullable String getParameter(String name) {
                return name.equals("X-Amz-SignedHeaders") ? signedHeaders : super.getParameter(name);
            }
        };
    }

    static HttpServletRequest seen(HttpServletRequest request) {
        return new BucketInHost(request) {
            @Override
            public @Nullable String getHeader(String name) {
                return name.equalsIgnoreCase(CONTENT_HASH) ? "UNSIGNED-PAYLOAD" : super.getHeader(name);
            }
        };
    }
}
