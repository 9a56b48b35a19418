package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** Who a request says it is from, read as S3Proxy reads it: a header of AWS's goes before the query. */
final class Credential {
    private Credential() {}

    /** The access key id, empty for one that cannot be read; null for a request of nobody. */
    static @Nullable String accessKeyId(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization != null && authorization.startsWith("AWS4-"))
            return ofScope(after(authorization, "Credential="));
        if (authorization != null && authorization.startsWith("AWS ")) {
            int colon = authorization.lastIndexOf(':');
            return colon < 0 ? "" : authorization.substring(4, colon).strip();
        }
        if (request.getParameter("X-Amz-Algorithm") != null) return ofScope(request.getParameter("X-Amz-Credential"));
        String second = request.getParameter("AWSAccessKeyId");
        if (second != null) return second;
        return authorization == null ? null : "";
    }

    private static @Nullable String after(String text, String name) {
        int at = text.indexOf(name);
        return at < 0 ? null : text.substring(at + name.length());
    }

    /** Of {@code KEY/DAY/REGION/SERVICE/aws4_request}. */
    private static String ofScope(@Nullable String scope) {
        if (scope == null) return "";
        int slash = scope.indexOf('/');
        return slash < 0 ? "" : scope.substring(0, slash);
    }
}
