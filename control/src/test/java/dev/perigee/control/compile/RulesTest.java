package dev.perigee.control.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.http.Field;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Cors;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.plan.Wildcards;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.FrameOptionsList;
import software.amazon.awssdk.services.cloudfront.model.ItemSelection;
import software.amazon.awssdk.services.cloudfront.model.ReferrerPolicyList;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;

/** The tricky rules, as tables. */
@SuppressWarnings("unchecked") // the SDK's builders take arrays of lambdas
final class RulesTest {
    @ParameterizedTest(name = "min={0} default={1} max={2} -> {3}/{4}/{5}")
    @CsvSource({
        ",          ,          ,          0,        86400,     31536000",
        "0,         ,          ,          0,        86400,     31536000",
        "100000,    ,          ,          100000,   100000,    31536000",
        "40000000,  ,          ,          40000000, 40000000,  40000000",
        "0,         40000000,  ,          0,        40000000,  40000000",
        "0,         ,          60,        0,        60,        60",
        "0,         ,          0,         0,        0,         0",
        "1,         86400,     31536000,  1,        86400,     31536000",
        "0,         0,         0,         0,        0,         0",
        "0,         99999999999, 99999999999, 0,    3153600000, 3153600000",
    })
    void timesToLiveFillInForOneAnother(
            @Nullable Long min, @Nullable Long normal, @Nullable Long max, long lowest, long usual, long highest) {
        assertEquals(new Ttls(lowest, usual, highest), Ttls.of(min, normal, max));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "pettracker-images.s3.amazonaws.com, us-east-1",
        "pettracker-images.s3.eu-west-1.amazonaws.com, eu-west-1",
        "pettracker-images.s3-ap-southeast-2.amazonaws.com, ap-southeast-2",
        "pettracker-images.s3.dualstack.us-west-2.amazonaws.com, us-west-2",
        "pettracker-images.s3-fips.us-gov-west-1.amazonaws.com, us-gov-west-1",
        "pettracker-images.s3.cn-north-1.amazonaws.com.cn, cn-north-1",
        "photos.s3.eu-west-1.old.s3.amazonaws.com, us-east-1",
        "eu-west-1.s3.amazonaws.com, us-east-1",
        "s3.pettracker.com.s3.ap-south-1.amazonaws.com, ap-south-1",
        "BUCKET.S3.EU-CENTRAL-1.AMAZONAWS.COM, eu-central-1",
        "bucket.s3-external-1.amazonaws.com, us-east-1",
        "abcd.lambda-url.eu-north-1.on.aws, eu-north-1",
        "abcd.data.mediastore.us-west-2.amazonaws.com, us-west-2",
        "x.egress.y.mediapackagev2.ca-central-1.amazonaws.com, ca-central-1",
        "storage.example.com, us-east-1",
        "localhost, us-east-1",
    })
    void regionStandsInTheHostName(String host, String region) {
        assertEquals(region, AwsRegions.of(host));
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource({
        "images/*.jpg,  /images/a.jpg,     true",
        "/images/*.jpg, /images/a.jpg,     true",
        "images/*.jpg,  /images/a/b.jpg,   true",
        "images/*.jpg,  /old/images/a.jpg, false",
        "*.jpg,         /a/b.jpg,          true",
        "*.jpg,         /a/b.JPG,          false",
        "*/a,           /a,                true",
        "a*.jpg,        /a/b/c.jpg,        true",
        "?.jpg,         /a.jpg,            true",
        "?.jpg,         /ab.jpg,           false",
        "*,             /,                 true",
    })
    void leadingSlashOfAPatternIsOptional(String pattern, String path, boolean matches) {
        assertEquals(matches, Wildcards.matches(Behaviors.rooted(pattern), path));
    }

    @Test
    void legacyKeyHasGzipUnlessTheHeaderIsListed() {
        assertEquals(true, legacy(null).gzip());
        assertEquals(false, legacy(null).brotli());
        assertEquals(false, legacy("Accept-Encoding").gzip());
        assertEquals(List.of("accept-encoding"), legacy("Accept-Encoding").headers());
    }

    @Test
    void everyLegacyHeaderMeansNoCaching() {
        CachePolicy policy = legacy("*");
        assertEquals(true, policy.cachingDisabled());
        assertEquals(true, policy.pathOnly());
    }

    @ParameterizedTest(name = "query={0} keys={1} headers={2} cookies={3} -> key {4} and {5}, forwarding {6} {7} {8}")
    @CsvSource({
        "false, ,    ,       none, NONE, NONE, LEGACY, NONE, NONE",
        "true,  ,    ,       none, ALL,  NONE, LEGACY, ALL,  NONE",
        "true,  size, ,      none, LIST, NONE, LEGACY, ALL,  NONE",
        "false, size, ,      none, NONE, NONE, LEGACY, NONE, NONE",
        "false, ,    Origin, all,  NONE, ALL,  LEGACY, NONE, NONE",
        "true,  ,    *,      all,  NONE, NONE, ALL,    ALL,  ALL",
        "false, ,    *,      none, NONE, NONE, ALL,    NONE, NONE",
    })
    void legacyQueryStringsAndCookies(
            boolean query,
            @Nullable String key,
            @Nullable String header,
            String cookies,
            Selection.Mode keyedQuery,
            Selection.Mode keyedCookies,
            Forwarding.Headers forwardedHeaders,
            Selection.Mode forwardedQuery,
            Selection.Mode forwardedCookies) {
        var behavior = Samples.legacyBehavior(values -> {
            values.queryString(query).cookies(c -> c.forward(ItemSelection.fromValue(cookies)));
            if (key != null) values.queryStringCacheKeys(k -> k.items(key));
            if (header != null) values.headers(h -> h.items(header));
        });
        var compiled = compiled(behavior);
        assertEquals(keyedQuery, compiled.cachePolicy().queryStrings().mode());
        assertEquals(keyedCookies, compiled.cachePolicy().cookies().mode());
        assertEquals(forwardedHeaders, compiled.forwarding().mode());
        assertEquals(forwardedQuery, compiled.forwarding().queryStrings().mode());
        assertEquals(forwardedCookies, compiled.forwarding().cookies().mode());
    }

    @Test
    void namesOfAKeyAreInOneOrder() {
        var names = List.of("b", "a", "b");
        assertEquals(Selection.of(List.of("a", "b")), Names.only(names));
        assertEquals(List.of("a", "x-b"), Names.headers(List.of("X-B", "a", "x-b")));
        assertEquals(Selection.ALL, Names.allExcept(List.of()));
        assertEquals(Selection.NONE, Names.only(null));
    }

    @ParameterizedTest(name = "protection={0} block={1} report={2} -> {3}")
    @CsvSource({
        "false, false, ,                  0",
        "false, true,  ,                  0",
        "true,  false, ,                  1",
        "true,  true,  ,                  1; mode=block",
        "true,  false, https://x.example, 1; report=https://x.example",
    })
    void crossSiteScriptingHeader(boolean protection, boolean block, @Nullable String report, String value) {
        var policy = responseHeaders(ResponseHeadersPolicyConfig.builder()
                .securityHeadersConfig(security -> security.xssProtection(xss -> xss.override(true)
                        .protection(protection)
                        .modeBlock(block)
                        .reportUri(report)))
                .build());
        assertEquals(List.of(new ResponseHeadersPolicy.Rule("X-XSS-Protection", value, true)), policy.rules());
    }

    @Test
    void securityThenCustomThenCrossOrigin() {
        var policy = responseHeaders(ResponseHeadersPolicyConfig.builder()
                .securityHeadersConfig(security -> security.strictTransportSecurity(hsts -> hsts.override(true)
                                .accessControlMaxAgeSec(60)
                                .includeSubdomains(true)
                                .preload(true))
                        .contentTypeOptions(options -> options.override(true))
                        .frameOptions(frame -> frame.override(false).frameOption(FrameOptionsList.DENY))
                        .referrerPolicy(referrer -> referrer.override(true).referrerPolicy(ReferrerPolicyList.ORIGIN))
                        .contentSecurityPolicy(csp -> csp.override(true).contentSecurityPolicy("default-src 'self'")))
                .customHeadersConfig(custom -> custom.items(
                        header -> header.header("X-Empty").value("").override(false)))
                .removeHeadersConfig(remove -> remove.items(r -> r.header("X-Powered-By"), r -> r.header("Server")))
                .corsConfig(cors -> cors.accessControlAllowOrigins(o -> o.items("https://PetTracker.com"))
                        .accessControlAllowMethods(m -> m.itemsWithStrings("ALL"))
                        .accessControlAllowHeaders(h -> h.items("X-A", "X-B"))
                        .accessControlAllowCredentials(true)
                        .accessControlExposeHeaders(h -> h.items("X-C"))
                        .accessControlMaxAgeSec(600)
                        .originOverride(true))
                .serverTimingHeadersConfig(timing -> timing.enabled(true).samplingRate(12.5))
                .build());
        assertEquals("""
                Strict-Transport-Security: max-age=60; includeSubDomains; preload (override)
                X-Content-Type-Options: nosniff (override)
                X-Frame-Options: DENY
                Referrer-Policy: origin (override)
                Content-Security-Policy: default-src 'self' (override)
                X-Empty:\s
                """, lines(policy));
        assertEquals(List.of("server", "x-powered-by"), policy.remove());
        assertEquals(
                new Cors(
                        List.of("https://pettracker.com"),
                        true,
                        List.of(
                                new Field("Access-Control-Allow-Credentials", "true"),
                                new Field("Access-Control-Expose-Headers", "X-C")),
                        List.of(
                                new Field(
                                        "Access-Control-Allow-Methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
                                new Field("Access-Control-Allow-Headers", "X-A, X-B"),
                                new Field("Access-Control-Max-Age", "600"))),
                policy.cors());
        assertEquals(12.5, policy.serverTimingRate());
    }

    @Test
    void serverTimingIsOffUnlessEnabled() {
        var policy = responseHeaders(ResponseHeadersPolicyConfig.builder()
                .serverTimingHeadersConfig(timing -> timing.enabled(false).samplingRate(50.0))
                .build());
        assertNull(policy.serverTimingRate());
    }

    private static CachePolicy legacy(@Nullable String header) {
        return compiled(Samples.legacyBehavior(values -> {
                    if (header != null) values.headers(h -> h.items(header));
                }))
                .cachePolicy();
    }

    private static dev.perigee.core.plan.Behavior compiled(
            software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior behavior) {
        Compilation compilation = new PlanCompiler(Samples.OPTIONS)
                .compile(Samples.snapshot(
                        Samples.distribution("EONE", "d1", config -> config.defaultCacheBehavior(behavior))));
        assertEquals(List.of(), compilation.problems());
        return compilation.plan().distributions().getFirst().behaviors().getFirst();
    }

    private static ResponseHeadersPolicy responseHeaders(ResponseHeadersPolicyConfig config) {
        return ResponseHeaders.of(software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy.builder()
                .id("policy")
                .responseHeadersPolicyConfig(config)
                .build());
    }

    private static String lines(ResponseHeadersPolicy policy) {
        return policy.rules().stream()
                .map(rule -> rule.name() + ": " + rule.value() + (rule.override() ? " (override)" : "") + "\n")
                .collect(Collectors.joining());
    }
}
