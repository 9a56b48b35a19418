package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.perigee.control.api.Refused;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.CookieNames;
import software.amazon.awssdk.services.cloudfront.model.CookiePreference;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.QueryStringCacheKeys;

/** Rules of cache behaviors without a cache policy: TTLs and forwarded values. */
class LegacyBehaviorRulesTest extends DistributionRulesCases {
    static Stream<Arguments> wrong() {
        return Stream.of(
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

    static Stream<Arguments> good() {
        return Stream.of(
                arguments("what the CLI sends", Configs.legacy(f -> f, 0L, null, null)),
                arguments("a long MinTTL alone", Configs.legacy(f -> f, 40_000_000L, null, null)),
                arguments("all headers to a custom origin", forwarded("*")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void accepts(String what, DistributionConfig config) throws Refused {
        assertTrue(check(config), what);
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
}
