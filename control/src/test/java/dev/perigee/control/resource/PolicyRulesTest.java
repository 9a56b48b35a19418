package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perigee.control.api.Refused;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;

@SuppressWarnings("unchecked") // the SDK takes generic varargs
class PolicyRulesTest {
    private static final String LONG = "x".repeat(2000);

    private interface Checked {
        Object run() throws Refused;
    }

    private static String verdict(Checked check) {
        try {
            check.run();
            return "ok";
        } catch (Refused refused) {
            return refused.code();
        }
    }

    private static List<String> split(@Nullable String names) {
        if (names == null) return List.of();
        if (names.startsWith("#")) {
            return IntStream.range(0, Integer.parseInt(names.substring(1)))
                    .mapToObj(i -> "n" + i)
                    .toList();
        }
        return List.of(names.replace("LONG", LONG).split("\\+"));
    }

    @ParameterizedTest(name = "min={0} default={1} max={2} -> {3} {4} {5}")
    @CsvSource({
        "0,        ,    ,         86400,     31536000",
        "100000,   ,    ,         100000,    31536000",
        "40000000, ,    ,         40000000,  40000000",
        "0,        10,  ,         10,        31536000",
        "0,        ,    60,       60,        60",
        "0,        0,   0,        0,         0",
        "5,        5,   5,        5,         5",
    })
    void fillsInTtls(long min, @Nullable Long normal, @Nullable Long max, long filledNormal, long filledMax)
            throws Refused {
        CachePolicyConfig config = CachePolicyRules.checked(CachePolicyConfig.builder()
                .name("p")
                .minTTL(min)
                .defaultTTL(normal)
                .maxTTL(max)
                .build());
        assertEquals(List.of(filledNormal, filledMax), List.of(config.defaultTTL(), config.maxTTL()));
    }

    @ParameterizedTest(name = "name={0} ttls={1} {2} {3} -> {4}")
    @CsvSource({
        "p,         0,  0,   10, ok",
        "p,         -1, 0,   10, InvalidArgument",
        "p,         5,  4,   10, InvalidArgument",
        "p,         0,  11,  10, InvalidArgument",
        "with room, 0,  0,   10, InvalidArgument",
        "'',        0,  0,   10, InvalidArgument",
        "umläut,    0,  0,   10, InvalidArgument",
    })
    void checksNamesAndTtls(String name, long min, long normal, long max, String expected) {
        assertEquals(
                expected,
                verdict(() -> CachePolicyRules.checked(CachePolicyConfig.builder()
                        .name(name)
                        .minTTL(min)
                        .defaultTTL(normal)
                        .maxTTL(max)
                        .build())));
    }

    @Test
    void saysOfANegativeTimeThatItIsNegative() {
        Refused refused = assertThrows(
                Refused.class,
                () -> CachePolicyRules.checked(
                        CachePolicyConfig.builder().name("p").minTTL(-1L).build()));
        assertEquals("MinTTL -1 is negative.", refused.text());
    }

    @ParameterizedTest(name = "max={0} gzip={1} headers={2} {3} cookies={4} {5} queries={6} {7} -> {8}")
    @CsvSource({
        "9, false, none,      ,                none,      ,      none,      ,      ok",
        "9, true,  whitelist, Origin+X-A,      whitelist, a+b,   whitelist, q,     ok",
        "9, true,  none,      ,                all,       ,      all,       ,      ok",
        "9, false, none,      ,                allExcept, a,     allExcept, q,     ok",
        "9, false, whitelist, Accept-Encoding, none,      ,      none,      ,      ok",
        "9, true,  whitelist, Accept-encoding, none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, Authorization,   none,      ,      none,      ,      ok",
        "9, false, whitelist, Host,            none,      ,      none,      ,      ok",
        "9, false, whitelist, Cookie,          none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, Range,           none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, Cache-Control,   none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, X-Edge-Foo,      none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, CloudFront-Viewer-Country, none, , none,      ,      ok",
        "9, false, whitelist, CloudFront-Viewer-Address, none, , none,      ,      InvalidArgument",
        "9, false, whitelist, *,               none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, X-A+x-a,         none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, 'bad name',      none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, ,                none,      ,      none,      ,      InvalidArgument",
        "9, false, none,      X-A,             none,      ,      none,      ,      InvalidArgument",
        "9, false, whitelist, #10,             whitelist, #10,   whitelist, #10,   ok",
        "9, false, whitelist, #11,             none,      ,      none,      ,      TooManyHeadersInCachePolicy",
        "9, false, none,      ,                whitelist, #11,   none,      ,      TooManyCookiesInCachePolicy",
        "9, false, none,      ,                none,      ,      allExcept, #11,   TooManyQueryStringsInCachePolicy",
        "9, false, none,      ,                whitelist, ,      none,      ,      InvalidArgument",
        "9, false, none,      ,                all,       a,     none,      ,      InvalidArgument",
        "9, false, none,      ,                none,      ,      whitelist, a=b,   InvalidArgument",
        "9, false, none,      ,                none,      ,      whitelist, LONG,  InvalidArgument",
        "0, false, none,      ,                none,      ,      none,      ,      ok",
        "0, true,  none,      ,                none,      ,      none,      ,      InvalidArgument",
        "0, false, whitelist, X-A,             none,      ,      none,      ,      InvalidArgument",
        "0, false, none,      ,                all,       ,      none,      ,      InvalidArgument",
        "0, false, none,      ,                none,      ,      all,       ,      InvalidArgument",
    })
    void checksTheKey(
            long max,
            boolean gzip,
            String headerBehavior,
            @Nullable String headers,
            String cookieBehavior,
            @Nullable String cookies,
            String queryBehavior,
            @Nullable String queries,
            String expected) {
        var config = CachePolicyConfig.builder()
                .name("p")
                .minTTL(0L)
                .defaultTTL(0L)
                .maxTTL(max)
                .parametersInCacheKeyAndForwardedToOrigin(key -> key.enableAcceptEncodingGzip(gzip)
                        .headersConfig(
                                h -> h.headerBehavior(headerBehavior).headers(names -> names.items(split(headers))))
                        .cookiesConfig(
                                c -> c.cookieBehavior(cookieBehavior).cookies(names -> names.items(split(cookies))))
                        .queryStringsConfig(q -> q.queryStringBehavior(queryBehavior)
                                .queryStrings(names -> names.items(split(queries)))))
                .build();
        assertEquals(expected, verdict(() -> CachePolicyRules.checked(config)));
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({
        "none,                         ,                          ok",
        "allViewer,                    ,                          ok",
        "allViewer,                    X-A,                       InvalidArgument",
        "whitelist,                    X-A+User-Agent,            ok",
        "whitelist,                    CloudFront-Viewer-Address, ok",
        "whitelist,                    Authorization,             InvalidArgument",
        "whitelist,                    accept-encoding,           InvalidArgument",
        "whitelist,                    Connection,                InvalidArgument",
        "whitelist,                    ,                          InvalidArgument",
        "whitelist,                    #11,                       TooManyHeadersInOriginRequestPolicy",
        "allViewerAndWhitelistCloudFront, CloudFront-Viewer-City, ok",
        "allViewerAndWhitelistCloudFront, X-A,                    InvalidArgument",
        "allExcept,                    Host,                      ok",
        "allExcept,                    ,                          InvalidArgument",
    })
    void checksHeadersToTheOrigin(String behavior, @Nullable String headers, String expected) {
        var config = OriginRequestPolicyConfig.builder()
                .name("p")
                .headersConfig(h -> h.headerBehavior(behavior).headers(names -> names.items(split(headers))))
                .cookiesConfig(c -> c.cookieBehavior("none"))
                .queryStringsConfig(q -> q.queryStringBehavior("none"))
                .build();
        assertEquals(expected, verdict(() -> OriginRequestPolicyRules.checked(config)));
    }

    @ParameterizedTest(name = "origins={0} credentials={1} headers={2} -> {3}")
    @CsvSource({
        "https://a.example,               true,  X-A,   ok",
        "https://a.example+http://b:8080, false, *,     ok",
        "https://*.a.example,             true,  X-A,   ok",
        "https://a.example,               true,  *,     InvalidArgument",
        "https://a.example,               true,  x-amz-*, InvalidArgument",
        "*,                               true,  X-A,   InvalidArgument",
        "https://*.a.example,             false, *,     ok",
        "http://a.example:*,              false, *,     ok",
        "http://a.example:1*3,            false, *,     ok",
        "*.a.example:1*,                  false, *,     ok",
        "https://a.example,               false, x-amz-*, ok",
        "a.*,                             false, *,     InvalidArgument",
        "https://*a.example,              false, *,     InvalidArgument",
        "https://a*b.example,             false, *,     InvalidArgument",
        "*,                               false, *,     ok",
        ",                                false, *,     InvalidArgument",
        "ftp://a.example,                 false, *,     InvalidArgument",
        "https://a.example/path,          false, *,     InvalidArgument",
        "https://a.*.example,             false, *,     InvalidArgument",
        "https://a.example,               false, 'a b', InvalidArgument",
        "https://a.example,               false, ,      InvalidArgument",
        "https://a.example,               false, x-*-*, InvalidArgument",
    })
    void checksCrossOriginSettings(
            @Nullable String origins, boolean credentials, @Nullable String headers, String expected) {
        var config = ResponseHeadersPolicyConfig.builder()
                .name("p")
                .corsConfig(cors -> cors.accessControlAllowOrigins(o -> o.items(split(origins)))
                        .accessControlAllowHeaders(h -> h.items(split(headers)))
                        .accessControlAllowMethods(m -> m.itemsWithStrings("GET"))
                        .accessControlAllowCredentials(credentials)
                        .originOverride(true))
                .build();
        assertEquals(expected, verdict(() -> ResponseHeadersPolicyRules.checked(config)));
    }

    @ParameterizedTest(name = "methods={0} -> {1}")
    @CsvSource({"GET+PUT, ok", "ALL, ok", "ALL+GET, InvalidArgument"})
    void checksMethodsOfOtherOrigins(String methods, String expected) {
        var config = ResponseHeadersPolicyConfig.builder()
                .name("p")
                .corsConfig(cors -> cors.accessControlAllowOrigins(o -> o.items("https://a.example"))
                        .accessControlAllowHeaders(h -> h.items("X-A"))
                        .accessControlAllowMethods(m -> m.itemsWithStrings(split(methods)))
                        .accessControlAllowCredentials(false)
                        .originOverride(true))
                .build();
        assertEquals(expected, verdict(() -> ResponseHeadersPolicyRules.checked(config)));
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource({
        "X-A,                       v,     ok",
        "X-A,                       '',    ok",
        "Cache-Control,             no-store, ok",
        "X-A,                       LONG,  InvalidArgument",
        "X-A,                       é,     InvalidArgument",
        "X A,                       v,     InvalidArgument",
        "strict-transport-security, v,     InvalidArgument",
        "Access-Control-Max-Age,    1,     InvalidArgument",
        "Content-Length,            1,     InvalidArgument",
        "X-Amz-Cf-Id,               1,     InvalidArgument",
        "X-Cache,                   1,     InvalidArgument",
        "X-Cache-Status,            1,     ok",
        "X-Accel-Redirect,          1,     InvalidArgument",
        "X-Accel-Expires,           1,     ok",
        "X-Amzn-Trace-Id,           1,     ok",
        "X-Amzn-ErrorType,          1,     InvalidArgument",
        "X-Edge-Location,           1,     InvalidArgument",
        "Via,                       1,     InvalidArgument",
    })
    void checksCustomHeaders(String name, String value, String expected) {
        var config = ResponseHeadersPolicyConfig.builder()
                .name("p")
                .customHeadersConfig(c -> c.items(
                        h -> h.header(name).value(value.replace("LONG", LONG)).override(true)))
                .build();
        assertEquals(expected, verdict(() -> ResponseHeadersPolicyRules.checked(config)));
    }

    @Test
    void aHeaderValueCannotBeginAnotherHeader() {
        var config = ResponseHeadersPolicyConfig.builder()
                .name("p")
                .customHeadersConfig(c ->
                        c.items(h -> h.header("X-A").value("a\r\nSet-Cookie: b").override(true)))
                .build();
        assertEquals("InvalidArgument", verdict(() -> ResponseHeadersPolicyRules.checked(config)));
    }

    @ParameterizedTest(name = "custom={0} removed={1} csp={2} rate={3} -> {4}")
    @CsvSource({
        "10, 10, 1783, 100,     ok",
        "11, 0,  1,    0,       TooManyCustomHeadersInResponseHeadersPolicy",
        "0,  11, 1,    0,       TooManyRemoveHeadersInResponseHeadersPolicy",
        "0,  0,  1784, 0,       TooLongCSPInResponseHeadersPolicy",
        "0,  0,  1,    0.0001,  ok",
        "0,  0,  1,    0.00001, InvalidArgument",
        "0,  0,  1,    100.1,   InvalidArgument",
        "0,  0,  1,    -1,      InvalidArgument",
    })
    void checksQuotas(int custom, int removed, int csp, double rate, String expected) {
        var config = ResponseHeadersPolicyConfig.builder()
                .name("p")
                .securityHeadersConfig(
                        s -> s.contentSecurityPolicy(c -> c.override(true).contentSecurityPolicy("c".repeat(csp))))
                .serverTimingHeadersConfig(t -> t.enabled(true).samplingRate(rate))
                .customHeadersConfig(c -> c.items(IntStream.range(0, custom)
                        .mapToObj(i ->
                                software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader
                                        .builder()
                                        .header("X-" + i)
                                        .value("v")
                                        .override(true)
                                        .build())
                        .toList()))
                .removeHeadersConfig(r -> r.items(IntStream.range(0, removed)
                        .mapToObj(i ->
                                software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader
                                        .builder()
                                        .header("Y-" + i)
                                        .build())
                        .toList()))
                .build();
        assertEquals(expected, verdict(() -> ResponseHeadersPolicyRules.checked(config)));
    }
}
