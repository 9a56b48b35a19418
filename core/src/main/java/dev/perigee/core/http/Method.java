package dev.perigee.core.http;

import org.jspecify.annotations.Nullable;

/** The methods a distribution can allow (RFC 9110 section 9, RFC 5789). */
public enum Method {
    GET,
    HEAD,
    OPTIONS,
    PUT,
    POST,
    PATCH,
    DELETE;

    /** The method of this exact, case-sensitive name, or null when it is none that CloudFront knows. */
    public static @Nullable Method of(String name) {
        return switch (name) {
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "OPTIONS" -> OPTIONS;
            case "PUT" -> PUT;
            case "POST" -> POST;
            case "PATCH" -> PATCH;
            case "DELETE" -> DELETE;
            default -> null;
        };
    }

    /** RFC 9110 section 9.2.2. */
    public boolean idempotent() {
        return this != POST && this != PATCH;
    }
}
