package dev.perigee.core.http;

import org.jspecify.annotations.Nullable;

/** What makes a request a call of gRPC ("gRPC over HTTP/2", the protocol's own document). */
public final class Grpc {
    private static final String TYPE = "application/grpc";
    private static final String PREFIX = "grpc-";

    private Grpc() {}

    /**
     * Whether the request is one. CloudFront goes by Content-Type; the protocol has POST over HTTP/2 only. Its relative for
     * browsers, application/grpc-web, is not it.
     */
    public static boolean isCall(RequestHead request) {
        return request.version() == HttpVersion.HTTP_2
                && request.method().equals("POST")
                && request.fields().count("Content-Type") == 1
                && isType(request.fields().first("Content-Type"));
    }

    private static boolean isType(@Nullable String type) {
        if (type == null || !type.regionMatches(true, 0, TYPE, 0, TYPE.length())) return false;
        if (type.length() == TYPE.length()) return true;
        char next = type.charAt(TYPE.length());
        return next == '+' || next == ';' || next == ' ' || next == '\t';
    }

    /** The protocol's own fields, such as Grpc-Timeout, which no origin can do without, whatever a policy says. */
    public static void copy(Fields from, Fields.Builder to) {
        for (int i = 0; i < from.size(); i++) {
            String name = from.name(i);
            if (!name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) || to.has(name)) continue;
            for (String value : from.all(name)) to.add(name, value);
        }
    }
}
