package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.perigee.control.api.Refused;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.CustomHeaders;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.OriginShield;
import software.amazon.awssdk.services.cloudfront.model.S3OriginConfig;

/** Rules of origins. */
class OriginRulesTest extends DistributionRulesCases {
    static Stream<Arguments> wrong() {
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
                row("TLS port", "InvalidArgument", "65536", Configs.custom(o -> o.httpsPort(65536))),
                row(
                        "shield",
                        "InvalidArgument",
                        "OriginShield",
                        Configs.origin(Configs.custom()
                                .originShield(
                                        OriginShield.builder().enabled(true).build()))));
    }

    static Stream<Arguments> good() {
        return Stream.of(
                arguments("S3", Configs.origin(Configs.s3())),
                arguments(
                        "regional S3", Configs.origin(Configs.s3().domainName("my.b-1.s3.eu-central-1.amazonaws.com"))),
                arguments(
                        "dual-stack S3",
                        Configs.origin(Configs.s3().domainName("bb1.s3.dualstack.us-west-2.amazonaws.com"))),
                arguments("old S3", Configs.origin(Configs.s3().domainName("bb1.s3-us-west-2.amazonaws.com"))),
                arguments("localhost", Configs.origin(Configs.custom().domainName("localhost"))),
                arguments("address", Configs.origin(Configs.custom().domainName("127.0.0.1"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void accepts(String what, DistributionConfig config) throws Refused {
        assertTrue(check(config), what);
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
}
