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
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.tls.TlsSettings;
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
        return new Origin(
                "o",
                "origin.example.net",
                "/base",
                List.of(customHeaders),
                kind,
                80,
                443,
                Origin.ProtocolPolicy.MATCH_VIEWER,
                List.of("TLSv1.2"),
                3,
                10,
                30,
                5,
                0,
                new OriginAccess.Anonymous());
    }

    static Behavior behavior(CachePolicy policy) {
        return behavior(policy, Forwarding.NOTHING, origin(Origin.Kind.CUSTOM));
    }

    static Behavior behavior(CachePolicy policy, Forwarding forwarding, Origin origin) {
        return new Behavior(
                "*",
                origin,
                null,
                Behavior.ViewerProtocolPolicy.ALLOW_ALL,
                EnumSet.allOf(Method.class),
                EnumSet.of(Method.GET, Method.HEAD),
                false,
                policy,
                forwarding,
                null,
                false);
    }

    static Behavior cachingOptions(Behavior behavior) {
        return new Behavior(
                behavior.pathPattern(),
                behavior.origin(),
                behavior.failover(),
                behavior.viewerProtocolPolicy(),
                behavior.allowedMethods(),
                EnumSet.of(Method.GET, Method.HEAD, Method.OPTIONS),
                behavior.compress(),
                behavior.cachePolicy(),
                behavior.forwarding(),
                null,
                false);
    }

    static Behavior compressing(Behavior behavior, boolean compress) {
        return new Behavior(
                behavior.pathPattern(),
                behavior.origin(),
                null,
                behavior.viewerProtocolPolicy(),
                behavior.allowedMethods(),
                behavior.cachedMethods(),
                compress,
                behavior.cachePolicy(),
                behavior.forwarding(),
                null,
                false);
    }

    static Distribution distribution(Behavior behavior, ErrorRule... errors) {
        return new Distribution(
                "E1",
                "d1.cloudfront.net",
                List.of("d1.cloudfront.net"),
                true,
                List.of(behavior),
                null,
                List.of(errors),
                null,
                OfferedVersions.HTTP_2,
                TlsSettings.DEFAULT);
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
