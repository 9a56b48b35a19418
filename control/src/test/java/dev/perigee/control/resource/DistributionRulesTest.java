package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.perigee.control.api.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CacheBehaviors;
import software.amazon.awssdk.services.cloudfront.model.CacheTagConfig;
import software.amazon.awssdk.services.cloudfront.model.CachedMethods;
import software.amazon.awssdk.services.cloudfront.model.CookieNames;
import software.amazon.awssdk.services.cloudfront.model.CookiePreference;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponses;
import software.amazon.awssdk.services.cloudfront.model.CustomHeaders;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.GeoRestriction;
import software.amazon.awssdk.services.cloudfront.model.GrpcConfig;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMember;
import software.amazon.awssdk.services.cloudfront.model.OriginGroups;
import software.amazon.awssdk.services.cloudfront.model.OriginShield;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.QueryStringCacheKeys;
import software.amazon.awssdk.services.cloudfront.model.Restrictions;
import software.amazon.awssdk.services.cloudfront.model.S3OriginConfig;
import software.amazon.awssdk.services.cloudfront.model.TrustedKeyGroups;
import software.amazon.awssdk.services.cloudfront.model.TrustedSigners;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

/** One row per rule: what is wrong, the code, and the value that the message must name. */
class DistributionRulesTest {
    private final Path folder;

    DistributionRulesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Store store;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(folder.resolve("store.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static LoggingConfig logging(String bucket, String prefix) {
        return LoggingConfig.builder()
                .enabled(true)
                .bucket(bucket)
                .prefix(prefix)
                .build();
    }

    private static Arguments row(String what, String code, String named, DistributionConfig config) {
        return arguments(what, code, named, config);
    }

    private static DistributionConfig with(UnaryOperator<DistributionConfig.Builder> change) {
        return change.apply(Configs.of("r").toBuilder()).build();
    }

    /** With mutual TLS, over HTTPS only. */
    private static DistributionConfig mutual(
            String mode, @Nullable String trustStore, UnaryOperator<DistributionConfig.Builder> change) {
        DistributionConfig.Builder secure = Configs.behavior(b -> b.viewerProtocolPolicy("https-only")).toBuilder();
        secure.viewerMtlsConfig(m -> {
            m.mode(mode);
            if (trustStore != null) m.trustStoreConfig(t -> t.trustStoreId(trustStore));
        });
        return change.apply(secure).build();
    }

    private static DistributionConfig signers(boolean enabled, String... accounts) {
        return Configs.behavior(b -> b.trustedSigners(TrustedSigners.builder()
                .enabled(enabled)
                .quantity(accounts.length)
                .items(accounts)
                .build()));
    }

    private static DistributionConfig groups(boolean enabled, String... ids) {
        return Configs.behavior(b -> b.trustedKeyGroups(TrustedKeyGroups.builder()
                .enabled(enabled)
                .quantity(ids.length)
                .items(ids)
                .build()));
    }

    static Stream<Arguments> top() {
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
                row("one member", "InvalidArgument", "[o]", groups(group("g", "o"))),
                row("same member", "InvalidArgument", "[o, o]", groups(group("g", "o", "o"))),
                row("three members", "InvalidArgument", "'g'", groups(group("g", "o", "p", "q"))),
                row("unknown member", "NoSuchOrigin", "'x'", groups(group("g", "o", "x"))),
                row("group like origin", "InvalidArgument", "'o'", groups(group("o", "o", "p"))),
                row("group twice", "InvalidArgument", "'g'", groups(group("g", "o", "p"), group("g", "o", "p"))),
                row("no status", "InvalidArgument", "[]", groups(group("g", List.of(), "o", "p"))),
                row("status 401", "InvalidArgument", "401", groups(group("g", List.of(500, 401), "o", "p"))),
                row("status twice", "InvalidArgument", "[500, 500]", groups(group("g", List.of(500, 500), "o", "p"))),
                row("11 groups", "TooManyOriginGroupsPerDistribution", "11", groups(manyGroups(11))),
                row(
                        "POST to a group",
                        "InvalidArgument",
                        "AllowedMethods",
                        toGroup(b -> b.allowedMethods(m -> m.quantity(7)
                                .itemsWithStrings("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")
                                .cachedMethods(c -> c.quantity(2).itemsWithStrings("GET", "HEAD"))))));
    }

    static Stream<Arguments> unbuilt() {
        return Stream.of(
                row(
                        "ACM",
                        "InvalidViewerCertificate",
                        "arn:c",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .sslSupportMethod("sni-only")
                                .build()))),
                row(
                        "no method",
                        "InvalidViewerCertificate",
                        "SSLSupportMethod",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .build()))),
                row(
                        "unknown policy",
                        "InvalidMinimumProtocolVersion",
                        "TLSv9",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .sslSupportMethod("sni-only")
                                .minimumProtocolVersion("TLSv9")
                                .build()))),
                row(
                        "dedicated address",
                        "InvalidMinimumProtocolVersion",
                        "TLSv1.2_2021",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .sslSupportMethod("vip")
                                .minimumProtocolVersion("TLSv1.2_2021")
                                .build()))),
                row(
                        "SSLv3 by name",
                        "InvalidProtocolSettings",
                        "SSLv3",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .sslSupportMethod("sni-only")
                                .minimumProtocolVersion("SSLv3")
                                .build()))),
                row(
                        "IAM",
                        "InvalidViewerCertificate",
                        "ASCA",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .iamCertificateId("ASCA")
                                .build()))),
                row(
                        "no certificate",
                        "InvalidViewerCertificate",
                        "neither",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .cloudFrontDefaultCertificate(false)
                                .build()))),
                row(
                        "geo without countries",
                        "InvalidGeoRestrictionParameter",
                        "no locations",
                        with(c -> c.restrictions(geo("blacklist")))),
                row(
                        "geo twice",
                        "InvalidGeoRestrictionParameter",
                        "twice",
                        with(c -> c.restrictions(geo("whitelist", "DE", "DE")))),
                row(
                        "geo type",
                        "InvalidGeoRestrictionParameter",
                        "greylist",
                        with(c -> c.restrictions(geo("greylist", "DE")))),
                row("geo small", "InvalidLocationCode", "de", with(c -> c.restrictions(geo("whitelist", "de")))),
                row(
                        "geo nowhere",
                        "InvalidLocationCode",
                        "XX",
                        with(c -> c.restrictions(geo("blacklist", "DE", "XX")))),
                row(
                        "geo code",
                        "InvalidLocationCode",
                        "Germany",
                        with(c -> c.restrictions(geo("whitelist", "Germany")))),
                row("geo none", "InvalidGeoRestrictionParameter", "DE", with(c -> c.restrictions(geo("none", "DE")))),
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
                row(
                        "mTLS without a trust store",
                        "InvalidArgument",
                        "TrustStoreConfig",
                        mutual("required", null, c -> c)),
                row(
                        "mTLS, in clear",
                        "InvalidArgument",
                        "allow-all",
                        with(c -> c.viewerMtlsConfig(
                                m -> m.mode("required").trustStoreConfig(t -> t.trustStoreId("ts_none"))))),
                row("mTLS, trust store", "EntityNotFound", "ts_none", mutual("optional", "ts_none", c -> c)),
                row(
                        "mTLS, HTTP/3",
                        "InvalidArgument",
                        "http2and3",
                        mutual("required", "ts_none", c -> c.httpVersion("http2and3"))),
                row(
                        "passthrough, trust store",
                        "InvalidArgument",
                        "TrustStoreConfig",
                        mutual(
                                "passthrough",
                                "ts_none",
                                c -> c.defaultCacheBehavior(Configs.behavior()
                                        .viewerProtocolPolicy("https-only")
                                        .cachePolicyId(ManagedCachePolicies.CACHING_DISABLED)
                                        .build()))),
                row("passthrough, caching", "InvalidArgument", "CachingDisabled", mutual("passthrough", null, c -> c)),
                row(
                        "connection function",
                        "EntityNotFound",
                        "cf_1",
                        with(c -> c.connectionFunctionAssociation(f -> f.id("cf_1")))),
                row("tenants", "InvalidArgument", "tenant-only", with(c -> c.connectionMode("tenant-only"))),
                row("anycast", "EntityNotFound", "aip", with(c -> c.anycastIpListId("aip"))),
                row(
                        "shield",
                        "InvalidArgument",
                        "OriginShield",
                        Configs.origin(Configs.custom()
                                .originShield(
                                        OriginShield.builder().enabled(true).build()))),
                row(
                        "signers",
                        "InvalidArgument",
                        "TrustedSigners",
                        Configs.behavior(b -> b.trustedSigners(TrustedSigners.builder()
                                .enabled(true)
                                .quantity(0)
                                .build()))),
                row("signer off", "InvalidArgument", "not enabled", signers(false, "self")),
                row("odd signer", "InvalidArgument", "me", signers(true, "me")),
                row("foreign signer", "TrustedSignerDoesNotExist", "210987654321", signers(true, "210987654321")),
                row("signer twice", "InvalidArgument", "twice", signers(true, "self", "self")),
                row("6 signers", "TooManyTrustedSigners", "6", signers(true, "1", "2", "3", "4", "5", "6")),
                row("group off", "InvalidArgument", "not enabled", groups(false, "kg")),
                row("group twice", "InvalidArgument", "twice", groups(true, "kg", "kg")),
                row("5 groups", "TooManyKeyGroupsAssociatedToDistribution", "5", groups(true, "a", "b", "c", "d", "e")),
                row(
                        "key groups",
                        "TrustedKeyGroupDoesNotExist",
                        "kg",
                        Configs.behavior(b -> b.trustedKeyGroups(TrustedKeyGroups.builder()
                                .enabled(true)
                                .quantity(1)
                                .items("kg")
                                .build()))),
                row(
                        "key groups on",
                        "InvalidArgument",
                        "TrustedKeyGroups",
                        Configs.behavior(b -> b.trustedKeyGroups(TrustedKeyGroups.builder()
                                .enabled(true)
                                .quantity(0)
                                .build()))),
                row(
                        "Lambda",
                        "InvalidLambdaFunctionAssociation",
                        "f:1",
                        lambda("arn:aws:lambda:us-east-1:123456789012:function:f:1")),
                row(
                        "Lambda version",
                        "InvalidLambdaFunctionAssociation",
                        "version number",
                        lambda("arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST")),
                row(
                        "function",
                        "InvalidFunctionAssociation",
                        "arn:f",
                        Configs.behavior(b -> b.functionAssociations(FunctionAssociations.builder()
                                .quantity(1)
                                .items(FunctionAssociation.builder()
                                        .functionARN("arn:f")
                                        .eventType("viewer-request")
                                        .build())
                                .build()))),
                row(
                        "FLE",
                        "NoSuchFieldLevelEncryptionConfig",
                        "fle",
                        Configs.behavior(b -> b.fieldLevelEncryptionId("fle"))),
                row(
                        "real-time log",
                        "NoSuchRealtimeLogConfig",
                        "rtl",
                        Configs.behavior(b -> b.realtimeLogConfigArn("rtl"))),
                row(
                        "gRPC without POST",
                        "InvalidArgument",
                        "needs the method POST",
                        Configs.behavior(b ->
                                b.grpcConfig(GrpcConfig.builder().enabled(true).build()))),
                row("gRPC without HTTP/2", "InvalidArgument", "needs HTTP/2", grpc("http1.1", "https-only")),
                row("gRPC with HTTP/3 only", "InvalidArgument", "needs HTTP/2", grpc("http3", "https-only")),
                row("gRPC in clear", "InvalidArgument", "asked over HTTPS", grpc("http2", "http-only")),
                row("smooth", "InvalidArgument", "SmoothStreaming", Configs.behavior(b -> b.smoothStreaming(true))));
    }

    private static DistributionConfig grpc(String httpVersion, String originProtocol) {
        String[] all = {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"};
        return Configs.custom(o -> o.originProtocolPolicy(originProtocol)).toBuilder()
                .httpVersion(httpVersion)
                .defaultCacheBehavior(Configs.behavior()
                        .cachePolicyId(Configs.OPTIMIZED)
                        .allowedMethods(m -> m.quantity(all.length).itemsWithStrings(all))
                        .grpcConfig(g -> g.enabled(true))
                        .build())
                .build();
    }

    static Stream<Arguments> origins() {
        return Stream.of(
                row(
                        "neither kind",
                        "InvalidOrigin",
                        "'o'",
                        Configs.origin(Configs.custom()
                                .customOriginConfig(
                                        (software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig) null))),
                row(
                        "both kinds",
                        "InvalidOrigin",
                        "'o'",
                        Configs.origin(Configs.custom()
                                .s3OriginConfig(S3OriginConfig.builder().build()))),
                row(
                        "no bucket",
                        "InvalidOrigin",
                        "example.com",
                        Configs.origin(Configs.s3().domainName("example.com"))),
                row(
                        "no host",
                        "InvalidOrigin",
                        "a b",
                        Configs.origin(Configs.custom().domainName("a b"))),
                row(
                        "URL",
                        "InvalidOrigin",
                        "http://a",
                        Configs.origin(Configs.custom().domainName("http://a"))),
                row(
                        "path end",
                        "InvalidArgument",
                        "/p/",
                        Configs.origin(Configs.custom().originPath("/p/"))),
                row(
                        "path start",
                        "InvalidArgument",
                        "'p'",
                        Configs.origin(Configs.custom().originPath("p"))),
                row(
                        "long path",
                        "InvalidRelativePath",
                        "255",
                        Configs.origin(Configs.custom().originPath("/" + "x".repeat(255)))),
                row(
                        "raw path",
                        "InvalidRelativePath",
                        "/a b",
                        Configs.origin(Configs.custom().originPath("/a b"))),
                row(
                        "OAI",
                        "InvalidOriginAccessIdentity",
                        "oai/E1",
                        Configs.origin(Configs.s3()
                                .s3OriginConfig(S3OriginConfig.builder()
                                        .originAccessIdentity("oai/E1")
                                        .build()))),
                row(
                        "OAI, OAC",
                        "IllegalOriginAccessConfiguration",
                        "E1",
                        Configs.origin(Configs.s3()
                                .originAccessControlId("E1")
                                .s3OriginConfig(S3OriginConfig.builder()
                                        .originAccessIdentity("oai")
                                        .build()))),
                row(
                        "unknown OAC",
                        "InvalidOriginAccessControl",
                        "E1",
                        Configs.origin(Configs.s3().originAccessControlId("E1"))),
                row(
                        "OAC elsewhere",
                        "InvalidDomainNameForOriginAccessControl",
                        "example.com",
                        Configs.origin(Configs.custom().originAccessControlId("E1"))),
                row("31 headers", "TooManyOriginCustomHeaders", "31", headers(numbered(31))),
                row("header name", "InvalidArgument", "a:b", headers("a:b")),
                row("Host", "InvalidArgument", "Host", headers("Host")),
                row("edge header", "InvalidArgument", "X-Edge-A", headers("X-Edge-A")),
                row("header of AWS", "InvalidArgument", "X-Amz-Meta-A", headers("X-Amz-Meta-A")),
                row("header twice", "InvalidArgument", "A", headers("a", "A")),
                row(
                        "attempts",
                        "InvalidArgument",
                        "4",
                        Configs.origin(Configs.custom().connectionAttempts(4))),
                row(
                        "connect",
                        "InvalidArgument",
                        "11",
                        Configs.origin(Configs.custom().connectionTimeout(11))),
                row(
                        "completion",
                        "InvalidArgument",
                        "29",
                        Configs.origin(Configs.custom().responseCompletionTimeout(29))),
                row("read 0", "InvalidOriginReadTimeout", "0", Configs.custom(o -> o.originReadTimeout(0))),
                row("read 121", "InvalidOriginReadTimeout", "121", Configs.custom(o -> o.originReadTimeout(121))),
                row(
                        "keep-alive",
                        "InvalidOriginKeepaliveTimeout",
                        "121",
                        Configs.custom(o -> o.originKeepaliveTimeout(121))),
                row("IPv6", "InvalidArgument", "ipv6", Configs.custom(o -> o.ipAddressType("ipv6"))),
                row("port", "InvalidArgument", "1023", Configs.custom(o -> o.httpPort(1023))),
                row("TLS port", "InvalidArgument", "65536", Configs.custom(o -> o.httpsPort(65536))));
    }

    static Stream<Arguments> behaviors() {
        return Stream.of(
                row("target", "NoSuchOrigin", "'x'", Configs.behavior(b -> b.targetOriginId("x"))),
                row("methods", "InvalidArgument", "[GET]", methods(List.of("GET"), List.of("GET", "HEAD"))),
                row("cached", "InvalidArgument", "[GET]", methods(List.of("GET", "HEAD"), List.of("GET"))),
                row(
                        "cached OPTIONS",
                        "InvalidArgument",
                        "OPTIONS",
                        methods(List.of("GET", "HEAD"), List.of("GET", "HEAD", "OPTIONS"))),
                row("no policy", "InvalidArgument", "CachePolicyId", Configs.behavior(b -> b.cachePolicyId(null))),
                row("cache policy", "NoSuchCachePolicy", "cp", Configs.behavior(b -> b.cachePolicyId("cp"))),
                row(
                        "origin policy",
                        "NoSuchOriginRequestPolicy",
                        "op",
                        Configs.behavior(b -> b.originRequestPolicyId("op"))),
                row(
                        "headers policy",
                        "NoSuchResponseHeadersPolicy",
                        "rp",
                        Configs.behavior(b -> b.responseHeadersPolicyId("rp"))),
                row("policy and TTL", "InvalidArgument", Configs.OPTIMIZED, ttl()),
                row("TTL order", "InvalidTTLOrder", "10", Configs.legacy(f -> f, 10L, 5L, 20L)),
                row("TTL below 0", "InvalidTTLOrder", "-1", Configs.legacy(f -> f, -1L, 5L, 20L)),
                row("TTL above max", "InvalidTTLOrder", "30", Configs.legacy(f -> f, 1L, 30L, 20L)),
                row("no cookies", "InvalidForwardCookies", "whitelist", cookies("whitelist", 0)),
                row("cookies", "InvalidForwardCookies", "all", cookies("all", 1)),
                row("11 cookies", "TooManyCookieNamesInWhiteList", "11", cookies("whitelist", 11)),
                row("11 headers", "TooManyHeadersInForwardedValues", "11", forwarded(numbered(11))),
                row("star beside", "InvalidArgument", "*", forwarded("*", "A")),
                row(
                        "query keys",
                        "InvalidQueryStringParameters",
                        "[q]",
                        Configs.legacy(
                                f -> f.queryStringCacheKeys(QueryStringCacheKeys.builder()
                                        .quantity(1)
                                        .items("q")
                                        .build()),
                                0L,
                                0L,
                                0L)),
                row(
                        "all headers and MinTTL",
                        "InvalidArgument",
                        "MinTTL",
                        Configs.legacy(
                                f -> f.headers(
                                        Headers.builder().quantity(1).items("*").build()),
                                1L,
                                5L,
                                20L)),
                row("Host to S3", "InvalidHeadersForS3Origin", "Host", hostToS3()));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource({"top", "unbuilt", "origins", "behaviors"})
    void refuses(String what, String code, String named, DistributionConfig config) {
        Refused refused = assertThrows(Refused.class, () -> check(config), what);
        assertEquals(code, refused.code(), refused.text());
        assertTrue(refused.text().contains(named), () -> refused.text() + " does not name " + named);
    }

    static Stream<Arguments> good() {
        return Stream.of(
                arguments("smallest", Configs.of("r")),
                arguments("what the CLI sends", Configs.legacy(f -> f, 0L, null, null)),
                arguments("a long MinTTL alone", Configs.legacy(f -> f, 40_000_000L, null, null)),
                arguments("S3", Configs.origin(Configs.s3())),
                arguments(
                        "regional S3", Configs.origin(Configs.s3().domainName("my.b-1.s3.eu-central-1.amazonaws.com"))),
                arguments(
                        "dual-stack S3",
                        Configs.origin(Configs.s3().domainName("bb1.s3.dualstack.us-west-2.amazonaws.com"))),
                arguments("old S3", Configs.origin(Configs.s3().domainName("bb1.s3-us-west-2.amazonaws.com"))),
                arguments("localhost", Configs.origin(Configs.custom().domainName("localhost"))),
                arguments("address", Configs.origin(Configs.custom().domainName("127.0.0.1"))),
                arguments("gRPC", grpc("http2and3", "match-viewer")),
                arguments("all headers to a custom origin", forwarded("*")),
                arguments("error page", with(c -> c.customErrorResponses(error(404, "/p?x=1", "200")))),
                arguments("error page of its own status", with(c -> c.customErrorResponses(error(503, "/p", "503")))),
                arguments(
                        "cache tags",
                        with(c -> c.cacheTagConfig(CacheTagConfig.builder()
                                .headerName("x-amz-meta-cache-tag")
                                .build()))),
                arguments("origin group", toGroup(b -> b)),
                arguments("10 groups", groups(manyGroups(10))),
                arguments("error TTL", with(c -> c.customErrorResponses(error(404, null, null)))),
                arguments(
                        "all methods",
                        methods(
                                List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
                                List.of("HEAD", "GET"))),
                arguments("75 behaviors", with(c -> c.cacheBehaviors(patterns(numbered(75))))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void accepts(String what, DistributionConfig config) throws Refused {
        assertTrue(check(config), what);
    }

    private static OriginGroup group(String id, String... members) {
        return group(id, List.of(500, 502), members);
    }

    private static OriginGroup group(String id, List<Integer> statuses, String... members) {
        List<OriginGroupMember> items = Stream.of(members)
                .map(member -> OriginGroupMember.builder().originId(member).build())
                .toList();
        return OriginGroup.builder()
                .id(id)
                .members(m -> m.quantity(items.size()).items(items))
                .failoverCriteria(
                        c -> c.statusCodes(s -> s.quantity(statuses.size()).items(statuses)))
                .build();
    }

    private static OriginGroup[] manyGroups(int count) {
        return IntStream.range(0, count).mapToObj(i -> group("g" + i, "o", "p")).toArray(OriginGroup[]::new);
    }

    /** A distribution with the origins o, p and q. */
    private static DistributionConfig groups(OriginGroup... groups) {
        return with(c -> c.origins(Origins.builder()
                        .quantity(3)
                        .items(
                                Configs.custom().build(),
                                Configs.custom().id("p").build(),
                                Configs.custom().id("q").build())
                        .build())
                .originGroups(OriginGroups.builder()
                        .quantity(groups.length)
                        .items(groups)
                        .build()));
    }

    private static DistributionConfig toGroup(UnaryOperator<DefaultCacheBehavior.Builder> change) {
        return groups(group("g", "o", "p")).toBuilder()
                .defaultCacheBehavior(
                        change.apply(Configs.behavior().targetOriginId("g").cachePolicyId(Configs.OPTIMIZED))
                                .build())
                .build();
    }

    private boolean check(DistributionConfig config) throws Refused {
        return store.read(tables -> {
            DistributionRules.check(Defaults.fill(config), tables, TrialTest.SETTINGS, "");
            return true;
        });
    }

    private static String[] numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "n" + i + ".example").toArray(String[]::new);
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

    private static Restrictions geo(String type, String... countries) {
        return Restrictions.builder()
                .geoRestriction(GeoRestriction.builder()
                        .restrictionType(type)
                        .quantity(countries.length)
                        .items(countries)
                        .build())
                .build();
    }

    private static DistributionConfig lambda(String arn) {
        return Configs.behavior(b -> b.lambdaFunctionAssociations(LambdaFunctionAssociations.builder()
                .quantity(1)
                .items(LambdaFunctionAssociation.builder()
                        .lambdaFunctionARN(arn)
                        .eventType("viewer-request")
                        .build())
                .build()));
    }

    private static DistributionConfig headers(String... names) {
        List<OriginCustomHeader> items = Stream.of(names)
                .map(name -> OriginCustomHeader.builder()
                        .headerName(name)
                        .headerValue("v")
                        .build())
                .toList();
        return Configs.origin(Configs.custom()
                .customHeaders(CustomHeaders.builder()
                        .quantity(items.size())
                        .items(items)
                        .build()));
    }

    private static DistributionConfig methods(List<String> allowed, List<String> cached) {
        return Configs.behavior(b -> b.allowedMethods(AllowedMethods.builder()
                .quantity(allowed.size())
                .itemsWithStrings(allowed)
                .cachedMethods(CachedMethods.builder()
                        .quantity(cached.size())
                        .itemsWithStrings(cached)
                        .build())
                .build()));
    }

    private static DistributionConfig cookies(String forward, int count) {
        CookiePreference.Builder cookies = CookiePreference.builder().forward(forward);
        if (count > 0) {
            cookies.whitelistedNames(
                    CookieNames.builder().quantity(count).items(numbered(count)).build());
        }
        return Configs.legacy(f -> f.cookies(cookies.build()), 0L, 0L, 0L);
    }

    private static DistributionConfig forwarded(String... names) {
        Headers headers = Headers.builder().quantity(names.length).items(names).build();
        return Configs.legacy(f -> f.headers(headers), 0L, 0L, 0L);
    }

    private static DistributionConfig hostToS3() {
        return forwarded("Host").toBuilder()
                .origins(Origins.builder()
                        .quantity(1)
                        .items(Configs.s3().build())
                        .build())
                .build();
    }

    @SuppressWarnings("deprecation") // what the CLI still sends
    private static DistributionConfig ttl() {
        return Configs.behavior(b -> b.minTTL(0L));
    }
}
