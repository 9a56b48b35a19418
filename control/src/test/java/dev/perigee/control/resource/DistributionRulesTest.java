package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.perigee.control.api.Refused;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CacheBehaviors;
import software.amazon.awssdk.services.cloudfront.model.CacheTagConfig;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponses;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;
import software.amazon.awssdk.services.cloudfront.model.Origins;

/** Rules of a distribution as a whole: its names, lists, error pages and log. */
class DistributionRulesTest extends DistributionRulesCases {
    static Stream<Arguments> wrong() {
        return Stream.of(
                row("empty reference", "InvalidArgument", "CallerReference", with(c -> c.callerReference(" "))),
                row("long comment", "InvalidArgument", "129", with(c -> c.comment("x".repeat(129)))),
                row("rooted object", "InvalidDefaultRootObject", "/i", with(c -> c.defaultRootObject("/i"))),
                row("odd object", "InvalidDefaultRootObject", "a?b", with(c -> c.defaultRootObject("a?b"))),
                row("alias", "InvalidViewerCertificate", "a.example", with(c -> c.aliases(aliases("A.example")))),
                row("alias of one label", "InvalidArgument", "'a'", with(c -> c.aliases(aliases("a")))),
                row("inner wildcard", "InvalidArgument", "a.*.b", with(c -> c.aliases(aliases("a.*.b")))),
                row(
                        "cloudfront alias",
                        "InvalidArgument",
                        "x.cloud",
                        with(c -> c.aliases(aliases("x.cloudfront.net")))),
                row("101 aliases", "TooManyDistributionCNAMEs", "101", with(c -> c.aliases(aliases(numbered(101))))),
                row(
                        "no origins",
                        "InvalidArgument",
                        "origins",
                        with(c -> c.origins(Origins.builder().quantity(0).build()))),
                row("101 origins", "TooManyOrigins", "101", with(c -> c.origins(origins(101)))),
                row("origin twice", "InvalidArgument", "'o'", with(c -> c.origins(twice()))),
                row("76 behaviors", "TooManyCacheBehaviors", "76", with(c -> c.cacheBehaviors(patterns(numbered(76))))),
                row("empty pattern", "InvalidArgument", "''", with(c -> c.cacheBehaviors(patterns("")))),
                row("long pattern", "InvalidArgument", "255", with(c -> c.cacheBehaviors(patterns("x".repeat(256))))),
                row("pattern twice", "InvalidArgument", "/a*", with(c -> c.cacheBehaviors(patterns("a*", "/a*")))),
                row("error code", "InvalidErrorCode", "401", with(c -> c.customErrorResponses(error(401, null, null)))),
                row("page alone", "InvalidArgument", "/p", with(c -> c.customErrorResponses(error(404, "/p", null)))),
                row("code alone", "InvalidArgument", "200", with(c -> c.customErrorResponses(error(404, null, "200")))),
                row(
                        "rootless page",
                        "InvalidArgument",
                        "'p'",
                        with(c -> c.customErrorResponses(error(404, "p", "200")))),
                row(
                        "response code",
                        "InvalidResponseCode",
                        "201",
                        with(c -> c.customErrorResponses(error(404, "/p", "201")))),
                row(
                        "page with a blank",
                        "InvalidArgument",
                        "/a b",
                        with(c -> c.customErrorResponses(error(404, "/a b", "200")))),
                row(
                        "tag header",
                        "InvalidArgument",
                        "'x tag'",
                        with(c -> c.cacheTagConfig(
                                CacheTagConfig.builder().headerName("x tag").build()))),
                row("web ACL", "InvalidWebACLId", "acl", with(c -> c.webACLId("acl"))),
                row(
                        "CD policy",
                        "NoSuchContinuousDeploymentPolicy",
                        "cd",
                        with(c -> c.continuousDeploymentPolicyId("cd"))),
                row("staging", "InvalidArgument", "Staging", with(c -> c.staging(true))),
                row("logging", "InvalidArgument", "Logging", with(c -> c.logging(logging("", "")))),
                row("log bucket", "InvalidArgument", "'logs'", with(c -> c.logging(logging("logs", "")))),
                row(
                        "log bucket elsewhere",
                        "InvalidArgument",
                        "logs.example.com",
                        with(c -> c.logging(logging("logs.example.com", "")))),
                row(
                        "log prefix",
                        "InvalidArgument",
                        "Prefix",
                        with(c -> c.logging(logging("logs.s3.amazonaws.com", "a".repeat(257))))),
                row("tenants", "InvalidArgument", "tenant-only", with(c -> c.connectionMode("tenant-only"))),
                row("anycast", "EntityNotFound", "aip", with(c -> c.anycastIpListId("aip"))));
    }

    static Stream<Arguments> good() {
        return Stream.of(
                arguments("smallest", Configs.of("r")),
                arguments("error page", with(c -> c.customErrorResponses(error(404, "/p?x=1", "200")))),
                arguments("error page of its own status", with(c -> c.customErrorResponses(error(503, "/p", "503")))),
                arguments(
                        "cache tags",
                        with(c -> c.cacheTagConfig(CacheTagConfig.builder()
                                .headerName("x-amz-meta-cache-tag")
                                .build()))),
                arguments("error TTL", with(c -> c.customErrorResponses(error(404, null, null)))),
                arguments("75 behaviors", with(c -> c.cacheBehaviors(patterns(numbered(75))))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void accepts(String what, DistributionConfig config) throws Refused {
        assertTrue(check(config), what);
    }

    private static LoggingConfig logging(String bucket, String prefix) {
        return LoggingConfig.builder()
                .enabled(true)
                .bucket(bucket)
                .prefix(prefix)
                .build();
    }

    private static Aliases aliases(String... names) {
        return Aliases.builder().quantity(names.length).items(names).build();
    }

    private static Origins origins(int count) {
        return Origins.builder()
                .quantity(count)
                .items(Collections.nCopies(count, Configs.custom().build()))
                .build();
    }

    private static Origins twice() {
        return origins(2);
    }

    private static CacheBehaviors patterns(String... patterns) {
        List<CacheBehavior> items = Stream.of(patterns)
                .map(pattern -> CacheBehavior.builder()
                        .pathPattern(pattern)
                        .targetOriginId("o")
                        .viewerProtocolPolicy("allow-all")
                        .cachePolicyId(Configs.OPTIMIZED)
                        .build())
                .toList();
        return CacheBehaviors.builder().quantity(items.size()).items(items).build();
    }

    private static CustomErrorResponses error(int code, @Nullable String page, @Nullable String response) {
        return CustomErrorResponses.builder()
                .quantity(1)
                .items(CustomErrorResponse.builder()
                        .errorCode(code)
                        .responsePagePath(page)
                        .responseCode(response)
                        .errorCachingMinTTL(5L)
                        .build())
                .build();
    }
}
