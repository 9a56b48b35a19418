package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.perigee.control.api.Refused;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.CachedMethods;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.GrpcConfig;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;

/** Rules of cache behaviors: targets, methods, policies, and what is associated with them. */
class BehaviorRulesTest extends DistributionRulesCases {
    static Stream<Arguments> wrong() {
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

    static Stream<Arguments> good() {
        return Stream.of(
                arguments("gRPC", grpc("http2and3", "match-viewer")),
                arguments(
                        "all methods",
                        methods(
                                List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
                                List.of("HEAD", "GET"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void accepts(String what, DistributionConfig config) throws Refused {
        assertTrue(check(config), what);
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

    @SuppressWarnings("deprecation") // what the CLI still sends
    private static DistributionConfig ttl() {
        return Configs.behavior(b -> b.minTTL(0L));
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
}
