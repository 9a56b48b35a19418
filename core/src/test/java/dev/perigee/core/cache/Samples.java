package dev.perigee.core.cache;

import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.ErrorRule;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values for tests. */
final class Samples {
    static final ViewerConnection VIEWER = new ViewerConnection("203.0.113.9", 51234, true);

    private Samples() {}

    static CachePolicy ttls(long min, long standard, long max) {
        return new CachePolicy("p", min, standard, max, false, false, List.of(), Selection.NONE, Selection.NONE);
    }

    static CachePolicy keyed(List<String> headers, Selection cookies, Selection queries) {
        return new CachePolicy("p", 0, 86_400, 31_536_000, false, false, headers, cookies, queries);
    }

    static CachePolicy encodings(boolean gzip, boolean brotli) {
        return new CachePolicy("p", 1, 86_400, 31_536_000, gzip, brotli, List.of(), Selection.NONE, Selection.NONE);
    }

    static Origin origin(Origin.Kind kind, Field... customHeaders) {
        return Origin.builder("o", "origin.example.net")
                .path("/base")
                .customHeaders(List.of(customHeaders))
                .kind(kind)
                .protocolPolicy(Origin.ProtocolPolicy.MATCH_VIEWER)
                .build();
    }

    static Behavior behavior(CachePolicy policy) {
        return behavior(policy, Forwarding.NOTHING, origin(Origin.Kind.CUSTOM));
    }

    static Behavior behavior(CachePolicy policy, Forwarding forwarding, Origin origin) {
        return Behavior.builder("*", origin, policy)
                .allowedMethods(EnumSet.allOf(Method.class))
                .forwarding(forwarding)
                .build();
    }

    static Behavior cachingOptions(Behavior behavior) {
        return behavior.toBuilder()
                .cachedMethods(EnumSet.of(Method.GET, Method.HEAD, Method.OPTIONS))
                .build();
    }

    static Behavior compressing(Behavior behavior, boolean compress) {
        return behavior.toBuilder().compress(compress).build();
    }

    static Distribution distribution(Behavior behavior, ErrorRule... errors) {
        return Distribution.builder("E1", "d1.cloudfront.net", List.of(behavior))
                .errors(List.of(errors))
                .build();
    }

    static RequestHead get(String target, String... fields) {
        return request("GET", target, fields);
    }

    static RequestHead request(String method, String target, String... fields) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? null : target.substring(mark + 1);
        return new RequestHead(method, path, query, "www.example.com", HttpVersion.HTTP_1_1, Fields.of(fields));
    }

    static ResponseHead response(int status, String... fields) {
        return new ResponseHead(status, Fields.of(fields));
    }

    /** A response with at most one Cache-Control line. */
    static ResponseHead controlled(int status, @Nullable String cacheControl) {
        return cacheControl == null ? response(status) : response(status, "Cache-Control", cacheControl);
    }
}
