package dev.perigee.core.cache;

import static dev.perigee.core.cache.Samples.VIEWER;
import static dev.perigee.core.cache.Samples.get;
import static dev.perigee.core.cache.Samples.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.cache.OriginFields.Pass;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Forwarding.Headers;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Selection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginFieldsTest {
    private static final String EDGE = "0123.cloudfront.net (CloudFront)";
    private static final String VIA = "1.1 " + EDGE;
    private static final CachePolicy PATH = Samples.keyed(List.of(), Selection.NONE, Selection.NONE);

    private static Behavior behavior(CachePolicy policy, Headers mode, String... names) {
        var forwarding = new Forwarding(mode, List.of(names), Selection.NONE, Selection.NONE);
        return Samples.behavior(policy, forwarding, Samples.origin(Origin.Kind.CUSTOM));
    }

    private static Behavior signed(Behavior behavior) {
        Origin origin = behavior.origin().toBuilder()
                .kind(Origin.Kind.S3)
                .access(new OriginAccess.Signed("s3", "us-east-1", false))
                .build();
        return Samples.behavior(behavior.cachePolicy(), behavior.forwarding(), origin);
    }

    private static Fields send(Behavior behavior, RequestHead request, Pass pass) {
        return OriginFields.forOrigin(request, behavior, VIEWER, "id==", EDGE, pass)
                .build();
    }

    private static @Nullable String sent(Behavior behavior, RequestHead request, String name) {
        return send(behavior, request, Pass.NOTHING).joined(name);
    }

    @Test
    void aPlainGetCarriesOnlyWhatTheEdgeSays() {
        RequestHead request = get(
                "/a",
                "Host",
                "www.example.com",
                "Accept",
                "text/html",
                "Accept-Language",
                "de",
                "Accept-Encoding",
                "gzip",
                "Cookie",
                "a=1",
                "User-Agent",
                "curl/8",
                "Referer",
                "https://x/",
                "Origin",
                "https://x",
                "X-Canary",
                "1",
                "X-Forwarded-Host",
                "evil",
                "Authorization",
                "Basic x",
                "Cache-Control",
                "no-cache",
                "Range",
                "bytes=0-1",
                "If-None-Match",
                "\"v\"");
        assertEquals(
                Fields.of(
                        "Host", "origin.example.net",
                        "Cache-Control", "no-cache",
                        "User-Agent", "Amazon CloudFront",
                        "X-Forwarded-For", "203.0.113.9",
                        "Via", VIA,
                        "X-Amz-Cf-Id", "id==",
                        "CDN-Loop", "perigee"),
                send(behavior(PATH, Headers.NONE), request, Pass.NOTHING));
    }

    /** Default actions of the header table: legacy settings, a cache policy alone, and all viewer headers. */
    @ParameterizedTest(name = "GET {0}: legacy {1}, policy {2}, all {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "X-Other, v, -, v",
                "Accept, -, -, v",
                "Accept-Charset, -, -, v",
                "Accept-Language, -, -, v",
                "Referer, -, -, v",
                "Accept-Encoding, -, -, v",
                "Authorization, -, -, v",
                "Cache-Control, v, v, v",
                "Pragma, v, v, v",
                "Max-Forwards, v, v, v",
                "Content-MD5, v, -, v",
                "Content-Type, v, -, v",
                "Date, v, -, v",
                "Origin, v, -, v",
                "Warning, v, -, v",
                "X-HTTP-Method-Override, -, -, v",
                "User-Agent, Amazon CloudFront, Amazon CloudFront, v",
                "Expect, -, -, -",
                "Connection, -, -, -",
                "Keep-Alive, -, -, -",
                "Proxy-Authorization, -, -, -",
                "Proxy-Connection, -, -, -",
                "TE, -, -, -",
                "Trailer, -, -, -",
                "Transfer-Encoding, -, -, -",
                "Content-Length, -, -, -",
                "Upgrade, -, -, -",
                "X-Edge-Anything, -, -, -",
                "X-Forwarded-Proto, -, -, -",
                "X-Real-IP, -, -, -",
                "Cookie, -, -, -",
                "Range, -, -, -",
                "If-None-Match, -, -, -",
                "CloudFront-Viewer-Country, -, -, -",
                "X-Amz-Cf-Id, id==, id==, id==",
                "Host, origin.example.net, origin.example.net, www.example.com",
            })
    void appliesDefaults(String name, @Nullable String legacy, @Nullable String policy, @Nullable String all) {
        RequestHead request = get("/a", name, "v");
        assertEquals(legacy, sent(behavior(PATH, Headers.LEGACY), request, name), "legacy");
        assertEquals(policy, sent(behavior(PATH, Headers.NONE), request, name), "policy");
        assertEquals(all, sent(behavior(PATH, Headers.ALL), request, name), "all");
        assertEquals(all, sent(behavior(PATH, Headers.ALL_AND_CLOUDFRONT), request, name), "all and CloudFront");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept", "Referer", "X-Other", "Origin", "User-Agent", "Authorization", "Accept-Encoding"})
    void whatIsInTheKeyGoesAlongInEveryMode(String name) {
        CachePolicy keyed = Samples.keyed(List.of(name.toLowerCase(Locale.ROOT)), Selection.NONE, Selection.NONE);
        for (Headers mode : Headers.values()) {
            assertEquals("v", sent(behavior(keyed, mode), get("/a", name, "v"), name), mode.name());
            // Naming it in Connection must not part the key from the request.
            RequestHead nominated = get("/a", "Connection", name, name, "v");
            assertEquals("v", sent(behavior(keyed, mode), nominated, name), mode.name());
        }
    }

    @Test
    void anAbsentListedUserAgentIsNotMadeUp() {
        assertNull(sent(behavior(PATH, Headers.LIST, "user-agent"), get("/a"), "User-Agent"));
    }

    @Test
    void listsLetThroughWhatTheyName() {
        RequestHead request = get("/a", "X-A", "1", "x-a", "2", "X-B", "3", "Authorization", "Basic x");
        Behavior list = behavior(PATH, Headers.LIST, "x-a", "authorization");
        assertEquals("1, 2", sent(list, request, "X-A"));
        assertNull(sent(list, request, "X-B"));
        assertNull(sent(list, request, "Authorization"));
        Behavior except = behavior(PATH, Headers.ALL_EXCEPT, "x-a", "host");
        assertNull(sent(except, request, "X-A"));
        assertEquals("3", sent(except, request, "X-B"));
        assertEquals("Basic x", sent(except, request, "Authorization"));
        assertEquals("origin.example.net", sent(except, request, "Host"));
    }

    @Test
    void connectionNominatesWhatStaysBehind() {
        RequestHead request = get("/a", "Connection", "close, X-Hop", "X-Hop", "1", "X-A", "2");
        assertNull(sent(behavior(PATH, Headers.ALL), request, "X-Hop"));
        assertEquals("2", sent(behavior(PATH, Headers.ALL), request, "X-A"));
    }

    @ParameterizedTest(name = "{0}: {1}, OPTIONS cached: {2}")
    @CsvSource({
        "GET, false, false",
        "HEAD, false, false",
        "OPTIONS, true, false",
        "PUT, true, true",
        "POST, true, true",
        "PATCH, true, true",
        "DELETE, true, true",
    })
    void authorizationDependsOnTheMethod(Method method, boolean usual, boolean whenOptionsAreCached) {
        RequestHead request = request(method.name(), "/a", "Authorization", "Basic x");
        for (Headers mode : List.of(Headers.NONE, Headers.LEGACY, Headers.LIST)) {
            Behavior behavior = behavior(PATH, mode);
            assertEquals(usual, sent(behavior, request, "Authorization") != null);
            assertEquals(usual, OriginFields.forwardsAuthorization(behavior, method));
            Behavior cached = Samples.cachingOptions(behavior);
            assertEquals(whenOptionsAreCached, sent(cached, request, "Authorization") != null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "Content-Encoding", "Content-MD5", "Date", "Origin"})
    void uploadsKeepWhatDescribesThem(String name) {
        assertEquals("v", sent(behavior(PATH, Headers.NONE), request("PUT", "/a", name, "v"), name));
        assertNull(sent(behavior(PATH, Headers.NONE), request("GET", "/a", name, "v"), name));
    }

    @Test
    void signedUploadsKeepTheirHash() {
        RequestHead put = request("PUT", "/a", "x-amz-content-sha256", "h", "x-amz-acl", "public-read");
        Behavior behavior = behavior(PATH, Headers.NONE);
        assertEquals("h", sent(signed(behavior), put, "x-amz-content-sha256"));
        assertNull(sent(signed(behavior), put, "x-amz-acl"));
        assertNull(sent(behavior, put, "x-amz-content-sha256"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"NOTHING, -, -", "RANGE, r, -", "CONDITIONS, -, c", "RANGE_AND_CONDITIONS, r, c"})
    void rangeAndConditionsAreTheCallersChoice(Pass pass, @Nullable String range, @Nullable String condition) {
        RequestHead request = get(
                "/a",
                "Range",
                "r",
                "If-Range",
                "r",
                "If-Match",
                "c",
                "If-None-Match",
                "c",
                "If-Modified-Since",
                "c",
                "If-Unmodified-Since",
                "c");
        for (Headers mode : Headers.values()) {
            Fields fields = send(behavior(PATH, mode), request, pass);
            for (String name : List.of("Range", "If-Range")) assertEquals(range, fields.first(name));
            for (String name : List.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")) {
                assertEquals(condition, fields.first(name));
            }
        }
    }

    @Test
    void listsOfHopsGrow() {
        RequestHead request = get(
                "/a",
                "X-Forwarded-For",
                "10.0.0.1",
                "X-Forwarded-For",
                "10.0.0.2",
                "Via",
                "1.1 p",
                "CDN-Loop",
                "other; a=\"b\"",
                "cdn-loop",
                "Perigee");
        Fields fields = send(behavior(PATH, Headers.NONE), request, Pass.NOTHING);
        assertEquals("10.0.0.1, 10.0.0.2, 203.0.113.9", fields.joined("X-Forwarded-For"));
        assertEquals("1.1 p, " + VIA, fields.joined("Via"));
        assertEquals("other; a=\"b\", Perigee, perigee", fields.joined("CDN-Loop"));
        assertEquals(1, CdnLoop.passes(request.fields()));
        assertEquals(2, CdnLoop.passes(fields));
        assertEquals(0, CdnLoop.passes(Fields.of("CDN-Loop", "perigee2, other; perigee")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "true  | true  | gzip, br | br,gzip  | br,gzip",
                "true  | false | br       | identity | -",
                "true  | false | gzip, br | gzip     | gzip",
                "true  | true  | -        | -        | -",
            })
    void encodingsAreNormalized(
            boolean gzip, boolean brotli, @Nullable String header, @Nullable String policy, @Nullable String legacy) {
        RequestHead request = header == null ? get("/a") : get("/a", "Accept-Encoding", header);
        CachePolicy encodings = Samples.encodings(gzip, brotli);
        assertEquals(policy, sent(behavior(encodings, Headers.NONE), request, "Accept-Encoding"));
        assertEquals(policy, sent(behavior(encodings, Headers.ALL), request, "Accept-Encoding"));
        assertEquals(legacy, sent(behavior(encodings, Headers.LEGACY), request, "Accept-Encoding"));
    }

    @Test
    void http10NeverAsksForCompression() {
        RequestHead old =
                new RequestHead("GET", "/a", null, "h", HttpVersion.HTTP_1_0, Fields.of("Accept-Encoding", "gzip"));
        assertNull(sent(behavior(Samples.encodings(true, true), Headers.ALL), old, "Accept-Encoding"));
    }

    @Test
    void cookiesAreThoseOfKeyAndForwarding() {
        CachePolicy policy = Samples.keyed(List.of(), Selection.of(List.of("b")), Selection.NONE);
        var forwarding = new Forwarding(Headers.NONE, List.of(), Selection.of(List.of("a")), Selection.NONE);
        Behavior behavior = Samples.behavior(policy, forwarding, Samples.origin(Origin.Kind.CUSTOM));
        assertEquals("a=2; b=1", sent(behavior, get("/a", "Cookie", "b=1; a=2; c=3"), "Cookie"));
        assertNull(sent(behavior, get("/a", "Cookie", "c=3"), "Cookie"));
    }

    @Test
    void hostReachesCustomOriginsOnly() {
        RequestHead request = get("/a", "Host", "WWW.example.com:8443");
        for (Behavior behavior : List.of(
                behavior(PATH, Headers.ALL),
                behavior(PATH, Headers.LIST, "host"),
                behavior(Samples.keyed(List.of("host"), Selection.NONE, Selection.NONE), Headers.NONE))) {
            assertEquals("www.example.com", sent(behavior, request, "Host"));
            assertEquals("origin.example.net", sent(signed(behavior), request, "Host"));
        }
    }

    @Test
    void generatedHeadersAppearWhereListed() {
        CachePolicy keyed = Samples.keyed(
                List.of("cloudfront-is-mobile-viewer", "cloudfront-viewer-country"), Selection.NONE, Selection.NONE);
        RequestHead request = get(
                "/a",
                "User-Agent",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)",
                "CloudFront-Viewer-Country",
                "XX",
                "CloudFront-Forwarded-Proto",
                "gopher");
        Fields fields = send(
                behavior(keyed, Headers.LIST, "cloudfront-forwarded-proto", "cloudfront-viewer-address"),
                request,
                Pass.NOTHING);
        assertEquals("true", fields.joined("CloudFront-Is-Mobile-Viewer"));
        assertEquals("https", fields.joined("CloudFront-Forwarded-Proto"));
        assertEquals("203.0.113.9:51234", fields.joined("CloudFront-Viewer-Address"));
        assertNull(fields.first("CloudFront-Viewer-Country"));
        Fields all = send(
                behavior(PATH, Headers.ALL_AND_CLOUDFRONT, "cloudfront-viewer-http-version"), request, Pass.NOTHING);
        assertEquals("1.1", all.joined("CloudFront-Viewer-Http-Version"));
        assertNull(all.first("CloudFront-Forwarded-Proto"));
        assertNull(sent(
                behavior(PATH, Headers.ALL_EXCEPT, "cloudfront-forwarded-proto"),
                request,
                "CloudFront-Forwarded-Proto"));
    }

    @Test
    void customHeadersComeLastAndOverride() {
        Origin origin = Samples.origin(
                Origin.Kind.CUSTOM,
                new Field("x-a", "custom"),
                new Field("X-Secret", "s"),
                new Field("cdn-loop", "none"));
        var forwarding = new Forwarding(Headers.ALL, List.of(), Selection.NONE, Selection.NONE);
        Fields fields =
                send(Samples.behavior(PATH, forwarding, origin), get("/a", "X-A", "1", "X-A", "2"), Pass.NOTHING);
        assertEquals("custom", fields.joined("X-A"));
        assertEquals("s", fields.joined("X-Secret"));
        assertEquals("perigee", fields.joined("CDN-Loop"));
    }
}
