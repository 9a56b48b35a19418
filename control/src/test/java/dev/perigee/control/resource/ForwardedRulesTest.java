package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.api.Refused;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.CookiePreference;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;

class ForwardedRulesTest {
    private static final String WHERE = "the default cache behavior";

    private static List<String> words(@Nullable String text) {
        return text == null ? List.of() : Arrays.asList(text.split(" ", -1));
    }

    private static ForwardedValues values(
            @Nullable String headers, String forward, @Nullable String cookies, boolean query, @Nullable String keys) {
        var preference = CookiePreference.builder().forward(forward);
        if (cookies != null) preference.whitelistedNames(n -> n.items(words(cookies)));
        return ForwardedValues.builder()
                .headers(h -> h.items(words(headers)))
                .cookies(preference.build())
                .queryString(query)
                .queryStringCacheKeys(k -> k.items(words(keys)))
                .build();
    }

    private static void expect(@Nullable String code, ForwardedValues values, boolean s3) {
        if (code == null) {
            assertDoesNotThrow(() -> ForwardedRules.check(WHERE, values, s3));
            return;
        }
        Refused refused = assertThrows(Refused.class, () -> ForwardedRules.check(WHERE, values, s3));
        assertEquals(code, refused.code());
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(WHERE), message);
    }

    @ParameterizedTest(name = "headers {0}, S3 {1} -> {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "-, false, -",
                "*, false, -",
                "*, true, InvalidHeadersForS3Origin",
                "Host, false, -",
                "host, true, InvalidHeadersForS3Origin",
                "Authorization, true, InvalidHeadersForS3Origin",
                "Authorization, false, -",
                "Origin Access-Control-Request-Method Access-Control-Request-Headers, true, -",
                "Accept-Encoding CloudFront-Viewer-Country CloudFront-Is-Mobile-Viewer, false, -",
                "If-Match If-None-Match If-Modified-Since Via Warning X-Forwarded-For User-Agent, false, -",
                "* A, false, InvalidArgument",
                "A a, false, InvalidArgument",
                "a:b, false, InvalidArgument",
                "'A ', false, InvalidArgument",
                "Cookie, false, InvalidArgument",
                "Cache-Control, false, InvalidArgument",
                "Connection, false, InvalidArgument",
                "Content-Length, false, InvalidArgument",
                "Max-Forwards, false, InvalidArgument",
                "Pragma, false, InvalidArgument",
                "Proxy-Authenticate, false, InvalidArgument",
                "Proxy-Authorization, false, InvalidArgument",
                "Proxy-Connection, false, InvalidArgument",
                "Range, false, InvalidArgument",
                "Request-Range, false, InvalidArgument",
                "TE, false, InvalidArgument",
                "Trailer, false, InvalidArgument",
                "Transfer-Encoding, false, InvalidArgument",
                "Upgrade, false, InvalidArgument",
                "X-Amz-Cf-Id, false, InvalidArgument",
                "X-Edge-A, false, InvalidArgument",
                "X-Forwarded-Proto, false, InvalidArgument",
                "X-Real-IP, false, InvalidArgument",
                "CloudFront-Viewer-Address, false, InvalidArgument",
                "a b c d e f g h i j k, false, TooManyHeadersInForwardedValues",
                "a b c d e f g h i j, false, -",
            })
    void headers(@Nullable String headers, boolean s3, @Nullable String code) {
        expect(code, values(headers, "none", null, false, null), s3);
    }

    @ParameterizedTest(name = "Forward {0}, WhitelistedNames {1} -> {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "none, -, -",
                "all, -, -",
                "whitelist, session, -",
                "whitelist, wp_* a?c, -",
                "whitelist, *, -",
                "whitelist, -, InvalidForwardCookies",
                "none, a, InvalidForwardCookies",
                "all, a, InvalidForwardCookies",
                "whitelist, a a, InvalidForwardCookies",
                "whitelist, a;b, InvalidForwardCookies",
                "whitelist, a=b, InvalidForwardCookies",
                "whitelist, 'a ', InvalidForwardCookies",
                "whitelist, a b c d e f g h i j, -",
                "whitelist, a b c d e f g h i j k, TooManyCookieNamesInWhiteList",
            })
    void cookies(String forward, @Nullable String names, @Nullable String code) {
        expect(code, values(null, forward, names, false, null), false);
        expect(code, values(null, forward, names, false, null), true);
    }

    @ParameterizedTest(name = "QueryString {0}, QueryStringCacheKeys {1} -> {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "false, -, -",
                "true, -, -",
                "true, q page, -",
                "true, q Q, -",
                "false, q, InvalidQueryStringParameters",
                "true, q q, InvalidQueryStringParameters",
                "true, a&b, InvalidQueryStringParameters",
                "true, a=b, InvalidQueryStringParameters",
                "true, 'a ', InvalidQueryStringParameters",
                "true, a b c d e f g h i j, -",
                "true, a b c d e f g h i j k, TooManyQueryStringParameters",
            })
    void queryStrings(boolean query, @Nullable String keys, @Nullable String code) {
        expect(code, values(null, "none", null, query, keys), false);
    }

    /** "Quotas on query strings" and "Quotas on cookies (legacy cache settings)". */
    @Test
    void lengths() {
        expect(null, values(null, "none", null, true, "q".repeat(128)), false);
        expect("InvalidQueryStringParameters", values(null, "none", null, true, "q".repeat(129)), false);
        String four = "a%1$s b%1$s c%1$s d%1$s".formatted("x".repeat(127));
        expect(null, values(null, "none", null, true, four), false);
        expect("InvalidQueryStringParameters", values(null, "none", null, true, four + " e"), false);
        expect(null, values(null, "whitelist", "c".repeat(511), false, null), false);
        expect("InvalidForwardCookies", values(null, "whitelist", "c".repeat(512), false, null), false);
        expect(null, values(null, "whitelist", "c".repeat(509) + " d", false, null), false);
        expect("InvalidForwardCookies", values(null, "whitelist", "c".repeat(510) + " d", false, null), false);
    }
}
