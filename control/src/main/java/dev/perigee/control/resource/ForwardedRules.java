package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.model.CookieNames;
import software.amazon.awssdk.services.cloudfront.model.CookiePreference;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.ItemSelection;

/** What CloudFront refuses in the legacy cache settings of a behavior. */
final class ForwardedRules {
    private static final int COOKIES_MAX = 10;
    private static final int HEADERS_MAX = 10;
    private static final int QUERY_STRINGS_MAX = 10;
    private static final int QUERY_STRING_LENGTH_MAX = 128;
    private static final int QUERY_STRINGS_LENGTH_MAX = 512;
    /** CloudFront takes off one for each name. */
    private static final int COOKIES_LENGTH_MAX = 512;

    /** Headers that an S3 origin cannot be given. */
    private static final Set<String> NOT_FOR_S3 = Set.of("*", "host", "authorization");

    private ForwardedRules() {}

    /** @param where what the behavior is called in messages */
    static void check(String where, ForwardedValues forwarded, boolean s3) throws Refused {
        checkCookies(where, forwarded.cookies());
        checkHeaders(where, forwarded.headers().items(), s3);
        checkQueryStrings(where, forwarded);
    }

    private static void checkHeaders(String where, List<String> headers, boolean s3) throws Refused {
        unless(
                headers.size() <= HEADERS_MAX,
                "TooManyHeadersInForwardedValues",
                "In " + where + " " + headers.size() + " headers are forwarded, more than " + HEADERS_MAX + ".");
        Set<String> seen = new HashSet<>();
        for (String header : headers) {
            String lower = header.toLowerCase(Locale.ROOT);
            unless(
                    !s3 || !NOT_FOR_S3.contains(lower),
                    "InvalidHeadersForS3Origin",
                    "The header '" + header + "' of " + where + " cannot be forwarded to an S3 origin.");
            unless(
                    PolicyTexts.isToken(header) && (!header.equals("*") || headers.size() == 1),
                    "InvalidArgument",
                    "The header '" + header + "' of " + where + " is not a header name, or '*' beside others.");
            // What is listed here is in the key, as in a cache policy.
            unless(
                    header.equals("*") || CachePolicyRules.mayBeKeyed(lower),
                    "InvalidArgument",
                    "The parameter Headers of " + where + " contains " + header + " that is not allowed.");
            unless(
                    seen.add(lower),
                    "InvalidArgument",
                    "The parameter Headers of " + where + " contains '" + header + "' twice.");
        }
    }

    private static void checkQueryStrings(String where, ForwardedValues forwarded) throws Refused {
        List<String> keys = forwarded.queryStringCacheKeys().items();
        unless(
                keys.isEmpty() || forwarded.queryString(),
                "InvalidQueryStringParameters",
                "In " + where + " QueryStringCacheKeys are " + keys + ", but QueryString is false.");
        unless(
                keys.size() <= QUERY_STRINGS_MAX,
                "TooManyQueryStringParameters",
                "In " + where + " there are " + keys.size() + " QueryStringCacheKeys, more than " + QUERY_STRINGS_MAX
                        + ".");
        Set<String> seen = new HashSet<>();
        for (String key : keys) {
            unless(
                    PolicyTexts.isParameterName(key) && seen.add(key),
                    "InvalidQueryStringParameters",
                    "The QueryStringCacheKeys of " + where + " contain '" + key
                            + "', which is no name of a parameter or is there twice.");
            unless(
                    key.length() <= QUERY_STRING_LENGTH_MAX,
                    "InvalidQueryStringParameters",
                    "The QueryStringCacheKeys of " + where + " contain '" + key + "', longer than "
                            + QUERY_STRING_LENGTH_MAX + ".");
        }
        unless(
                length(keys) <= QUERY_STRINGS_LENGTH_MAX,
                "InvalidQueryStringParameters",
                "The QueryStringCacheKeys of " + where + " have " + length(keys) + " characters, more than "
                        + QUERY_STRINGS_LENGTH_MAX + ".");
    }

    private static void checkCookies(String where, CookiePreference cookies) throws Refused {
        CookieNames listed = cookies.whitelistedNames();
        List<String> names = listed == null ? List.of() : listed.items();
        boolean whitelist = cookies.forward() == ItemSelection.WHITELIST;
        unless(
                whitelist == !names.isEmpty(),
                "InvalidForwardCookies",
                "In " + where + " Forward is '" + cookies.forwardAsString() + "', but there are " + names.size()
                        + " WhitelistedNames.");
        unless(
                names.size() <= COOKIES_MAX,
                "TooManyCookieNamesInWhiteList",
                "In " + where + " " + names.size() + " cookies are listed, more than " + COOKIES_MAX + ".");
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            // Legacy settings have the wildcards '*' and '?', of which the second is no character of a name.
            unless(
                    PolicyTexts.isToken(name.replace('?', '*')) && seen.add(name),
                    "InvalidForwardCookies",
                    "The WhitelistedNames of " + where + " contain '" + name
                            + "', which is no name of a cookie or is there twice.");
        }
        int most = COOKIES_LENGTH_MAX - names.size();
        unless(
                length(names) <= most,
                "InvalidForwardCookies",
                "The WhitelistedNames of " + where + " have " + length(names) + " characters, more than " + most + ".");
    }

    private static int length(List<String> names) {
        return names.stream().mapToInt(String::length).sum();
    }
}
