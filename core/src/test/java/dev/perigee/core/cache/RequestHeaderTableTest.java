package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.cache.OriginFields.Pass;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Forwarding.Headers;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * "HTTP request headers and CloudFront behavior" (developer guide, custom and S3 origins), a row for each header of the
 * table: what of a viewer's header reaches the origin.
 */
class RequestHeaderTableTest {
    private static final String EDGE = "0123.cloudfront.net (CloudFront)";

    /** What a behavior says about the header. */
    private enum Setting {
        /** ForwardedValues that do not name it. */
        LEGACY(Headers.LEGACY, false, false),
        /** A cache policy that does not name it. */
        POLICY(Headers.NONE, false, false),
        /** Named in the cache policy, or in ForwardedValues. */
        KEYED(Headers.NONE, true, false),
        LEGACY_KEYED(Headers.LEGACY, true, false),
        /** Named in the origin request policy. */
        LISTED(Headers.LIST, false, true),
        ALL_VIEWER(Headers.ALL, false, false),
        /** Named by AllViewerExcept. */
        EXCEPTED(Headers.ALL_EXCEPT, false, true);

        private final Headers mode;
        private final boolean keyed;
        private final boolean listed;

        Setting(Headers mode, boolean keyed, boolean listed) {
            this.mode = mode;
            this.keyed = keyed;
            this.listed = listed;
        }

        @Nullable
        String sent(String method, String name, Origin.Kind kind) {
            List<String> one = List.of(name.toLowerCase(Locale.ROOT));
            CachePolicy policy = Samples.keyed(keyed ? one : List.of(), Selection.NONE, Selection.NONE);
            var forwarding = new Forwarding(mode, listed ? one : List.of(), Selection.NONE, Selection.NONE);
            var behavior = Samples.behavior(policy, forwarding, Samples.origin(kind));
            boolean stored = method.equals("GET");
            return OriginFields.forOrigin(
                            Samples.request(method, "/a", name, "v"),
                            behavior,
                            Samples.VIEWER,
                            "id==",
                            EDGE,
                            // As the fetcher asks: what may be stored without the viewer's ranges and conditions.
                            stored ? Pass.NOTHING : Pass.RANGE_AND_CONDITIONS)
                    .build()
                    .joined(name);
        }
    }

    /**
     * Columns: GET with legacy settings, GET with a cache policy that does not name it, GET where cache policy, origin
     * request policy or all-viewer policy let it through; then the same two, POST with legacy settings and with a policy.
     */
    @ParameterizedTest(name = "{0}: GET {1} / {2}, named {3}; POST {4} / {5}")
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "X-Other                     | v | - | v | v | -",
                "Accept                      | - | - | v | - | -",
                "Accept-Charset              | - | - | v | - | -",
                "Accept-Language             | - | - | v | - | -",
                "Referer                     | - | - | v | - | -",
                "Accept-Encoding             | - | - | v | - | -",
                "X-HTTP-Method-Override      | - | - | v | - | -",
                "Cache-Control               | v | v | v | v | v",
                "Max-Forwards                | v | v | v | v | v",
                "Pragma                      | v | v | v | v | v",
                "Content-MD5                 | v | - | v | v | v",
                "Content-Type                | v | - | v | v | v",
                "Content-Encoding            | v | - | v | v | v",
                "Date                        | v | - | v | v | v",
                "Origin                      | v | - | v | v | v",
                "Warning                     | v | - | v | v | v",
                "User-Agent | Amazon CloudFront | Amazon CloudFront | v | Amazon CloudFront | Amazon CloudFront",
                // A response that may be stored is asked for whole and without the viewer's conditions.
                "If-Match                    | - | - | - | v | v",
                "If-Modified-Since           | - | - | - | v | v",
                "If-None-Match               | - | - | - | v | v",
                "If-Range                    | - | - | - | v | v",
                "If-Unmodified-Since         | - | - | - | v | v",
                "Range                       | - | - | - | v | v",
                "Request-Range               | - | - | - | v | v",
                // Whatever the settings say.
                "Connection                  | - | - | - | - | -",
                "Keep-Alive                  | - | - | - | - | -",
                "Content-Length              | - | - | - | - | -",
                "Expect                      | - | - | - | - | -",
                "Cookie                      | - | - | - | - | -",
                "Proxy-Authenticate          | - | - | - | - | -",
                "Proxy-Authorization         | - | - | - | - | -",
                "Proxy-Connection            | - | - | - | - | -",
                "TE                          | - | - | - | - | -",
                "Trailer                     | - | - | - | - | -",
                "Transfer-Encoding           | - | - | - | - | -",
                "Upgrade                     | - | - | - | - | -",
                "HTTP2-Settings              | - | - | - | - | -",
                "X-Edge-Anything             | - | - | - | - | -",
                "X-Forwarded-Proto           | - | - | - | - | -",
                "X-Real-IP                   | - | - | - | - | -",
                "X-Amz-Cf-Id                 | id== | id== | id== | id== | id==",
                "X-Amz-Cf-Anything           | - | - | - | - | -",
                // The edge does not know these; what a viewer claims never counts.
                "CloudFront-Viewer-Country   | - | - | - | - | -",
                "CloudFront-Viewer-Cert-Pem  | - | - | - | - | -",
            })
    void everyRow(
            String name,
            @Nullable String legacy,
            @Nullable String policy,
            @Nullable String named,
            @Nullable String legacyPost,
            @Nullable String policyPost) {
        for (Origin.Kind kind : Origin.Kind.values()) {
            assertAll(
                    name + " to " + kind,
                    () -> assertEquals(legacy, Setting.LEGACY.sent("GET", name, kind), "legacy"),
                    () -> assertEquals(policy, Setting.POLICY.sent("GET", name, kind), "policy"),
                    () -> assertEquals(named, Setting.KEYED.sent("GET", name, kind), "keyed"),
                    () -> assertEquals(named, Setting.LEGACY_KEYED.sent("GET", name, kind), "legacy, keyed"),
                    () -> assertEquals(named, Setting.LISTED.sent("GET", name, kind), "listed"),
                    () -> assertEquals(named, Setting.ALL_VIEWER.sent("GET", name, kind), "all viewer"),
                    () -> assertEquals(legacyPost, Setting.LEGACY.sent("POST", name, kind), "legacy POST"),
                    () -> assertEquals(policyPost, Setting.POLICY.sent("POST", name, kind), "policy POST"));
        }
    }

    /** Rows of their own: the list of an origin request policy does not count, or the origin's kind does. */
    @ParameterizedTest(name = "{0} {1} with {2} to {3}: {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "GET, Authorization, LEGACY, CUSTOM, -",
                "GET, Authorization, POLICY, CUSTOM, -",
                "GET, Authorization, LISTED, CUSTOM, -",
                "GET, Authorization, KEYED, CUSTOM, v",
                "GET, Authorization, LEGACY_KEYED, CUSTOM, v",
                "GET, Authorization, ALL_VIEWER, CUSTOM, v",
                "GET, Authorization, EXCEPTED, CUSTOM, -",
                "HEAD, Authorization, POLICY, S3, -",
                "POST, Authorization, POLICY, CUSTOM, v",
                "DELETE, Authorization, LEGACY, S3, v",
                "OPTIONS, Authorization, POLICY, CUSTOM, v",
                "GET, Host, LEGACY, CUSTOM, origin.example.net",
                "GET, Host, POLICY, CUSTOM, origin.example.net",
                "GET, Host, KEYED, CUSTOM, www.example.com",
                "GET, Host, LISTED, CUSTOM, www.example.com",
                "GET, Host, ALL_VIEWER, CUSTOM, www.example.com",
                "GET, Host, EXCEPTED, CUSTOM, origin.example.net",
                "GET, Host, KEYED, S3, origin.example.net",
                "GET, Host, LISTED, S3, origin.example.net",
                "GET, Host, ALL_VIEWER, S3, origin.example.net",
                "GET, X-Other, EXCEPTED, CUSTOM, -",
                "GET, User-Agent, EXCEPTED, CUSTOM, Amazon CloudFront",
                "GET, X-Forwarded-For, POLICY, CUSTOM, 'v, 203.0.113.9'",
                "GET, X-Forwarded-For, ALL_VIEWER, S3, 'v, 203.0.113.9'",
                "GET, Via, POLICY, CUSTOM, 'v, 1.1 0123.cloudfront.net (CloudFront)'",
                "GET, CDN-Loop, POLICY, S3, 'v, perigee'",
                "GET, CloudFront-Forwarded-Proto, POLICY, CUSTOM, -",
                "GET, CloudFront-Forwarded-Proto, KEYED, CUSTOM, https",
                "GET, CloudFront-Forwarded-Proto, LEGACY_KEYED, CUSTOM, https",
                "GET, CloudFront-Forwarded-Proto, LISTED, S3, https",
                "GET, CloudFront-Forwarded-Proto, ALL_VIEWER, CUSTOM, -",
                "GET, CloudFront-Viewer-Address, LISTED, CUSTOM, 203.0.113.9:51234",
            })
    void rowsOfTheirOwn(String method, String name, Setting setting, Origin.Kind kind, @Nullable String expected) {
        assertEquals(expected, setting.sent(method, name, kind));
    }
}
