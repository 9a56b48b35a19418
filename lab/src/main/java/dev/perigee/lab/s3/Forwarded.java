package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

/** Who a request came from before it was forwarded, believed only of a forwarder that knows the token. */
record Forwarded(String token) {
    private static final String FIELD = "X-Perigee-Forwarded";

    /** A request as its client sent it. */
    record From(String source, String requestId, boolean forwarded) {}

    From of(HttpServletRequest request) {
        String field = request.getHeader(FIELD);
        String[] parts = field == null ? new String[0] : field.split(" ", -1);
        if (parts.length == 3 && !token.isEmpty() && same(parts[0])) return new From(parts[2], parts[1], true);
        return new From(request.getRemoteAddr(), UUID.randomUUID().toString(), false);
    }

    private boolean same(String given) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Forwarded";
    }
}
