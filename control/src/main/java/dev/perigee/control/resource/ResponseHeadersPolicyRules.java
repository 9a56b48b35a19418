package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.core.http.KeptFields;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyServerTimingHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyXSSProtection;

/** What CloudFront refuses in a response headers policy. */
final class ResponseHeadersPolicyRules {
    /** CloudFront's quotas of headers that one policy adds, and removes. */
    private static final int HEADERS_MAX = 10;

    private static final int NAME_MAX = 256;
    private static final int VALUE_MAX = 1783;
    private static final int CSP_MAX = 1783;
    private static final double RATE_MAX = 100;

    /** Have settings of their own, which a custom header would contradict. */
    private static final Set<String> SECURITY = Set.of(
            "content-security-policy",
            "referrer-policy",
            "strict-transport-security",
            "x-content-type-options",
            "x-frame-options",
            "x-xss-protection");

    /** Belong to the message, as those that CloudFront keeps do to the connection and to itself. */
    private static final Set<String> OF_THE_MESSAGE =
            Set.of("content-encoding", "content-length", "host", "transfer-encoding", "via", "warning");

    private static final Pattern ORIGIN =
            Pattern.compile("\\*|(https?://)?(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(:[0-9*]{1,5})?");

    private ResponseHeadersPolicyRules() {}

    static ResponseHeadersPolicyConfig checked(ResponseHeadersPolicyConfig config) throws Refused {
        String comment = PolicyTexts.checked(config.name(), config.comment());
        if (config.corsConfig() != null) checkCors(config.corsConfig());
        if (config.securityHeadersConfig() != null) checkSecurity(config.securityHeadersConfig());
        if (config.serverTimingHeadersConfig() != null) checkTiming(config.serverTimingHeadersConfig());
        if (config.customHeadersConfig() != null) {
            checkCustom(config.customHeadersConfig().items());
        }
        if (config.removeHeadersConfig() != null) {
            checkRemoved(config.removeHeadersConfig().items());
        }
        return config.toBuilder().comment(comment).build();
    }

    private static void checkCors(ResponseHeadersPolicyCorsConfig cors) throws Refused {
        List<String> origins = cors.accessControlAllowOrigins().items();
        unless(!origins.isEmpty(), "InvalidArgument", "The parameter AccessControlAllowOrigins lists no origins.");
        for (String origin : origins) {
            unless(
                    ORIGIN.matcher(origin).matches(),
                    "InvalidArgument",
                    "The parameter AccessControlAllowOrigins contains '" + origin + "', which is not an origin.");
        }
        List<String> asked = cors.accessControlAllowHeaders().items();
        unless(!asked.isEmpty(), "InvalidArgument", "The parameter AccessControlAllowHeaders lists no headers.");
        checkTokens("AccessControlAllowHeaders", asked);
        for (String name : asked) {
            unless(
                    name.indexOf('*') == name.lastIndexOf('*'),
                    "InvalidArgument",
                    "The parameter AccessControlAllowHeaders contains '" + name + "', which has more than one *.");
        }
        checkMethods(cors.accessControlAllowMethods().itemsAsStrings());
        if (cors.accessControlExposeHeaders() != null) {
            checkTokens(
                    "AccessControlExposeHeaders",
                    cors.accessControlExposeHeaders().items());
        }
        if (cors.accessControlAllowCredentials()) {
            // Of origins in a pattern the policy knows which one asks; a pattern of headers is refused as well.
            checkNoAsterisk("Access-Control-Allow-Origin", origins.contains("*"));
            checkNoAsterisk("Access-Control-Allow-Headers", asked.stream().anyMatch(name -> name.contains("*")));
        }
        Integer age = cors.accessControlMaxAgeSec();
        unless(age == null || age >= 0, "InvalidArgument", "The AccessControlMaxAgeSec " + age + " is negative.");
    }

    private static void checkMethods(List<String> methods) throws Refused {
        unless(
                methods.size() == 1 || !methods.contains("ALL"),
                "InvalidArgument",
                "The parameter AccessControlAllowMethods contains ALL beside other methods.");
    }

    /** To a browser the asterisk means nothing beside credentials (Fetch, CORS protocol and credentials). */
    private static void checkNoAsterisk(String name, boolean has) throws Refused {
        unless(
                !has,
                "InvalidArgument",
                "The parameter " + name + " cannot contain * when AccessControlAllowCredentials is true.");
    }

    private static void checkTokens(String what, List<String> names) throws Refused {
        for (String name : names) {
            unless(
                    PolicyTexts.isToken(name),
                    "InvalidArgument",
                    "The parameter " + what + " contains '" + name + "', which is not a header name.");
        }
    }

    private static void checkSecurity(ResponseHeadersPolicySecurityHeadersConfig security) throws Refused {
        if (security.contentSecurityPolicy() != null) {
            String csp = security.contentSecurityPolicy().contentSecurityPolicy();
            unless(
                    csp.length() <= CSP_MAX,
                    "TooLongCSPInResponseHeadersPolicy",
                    "The ContentSecurityPolicy has " + csp.length() + " characters, more than " + CSP_MAX + ".");
            checkValue("ContentSecurityPolicy", csp);
            unless(!csp.isBlank(), "InvalidArgument", "The parameter ContentSecurityPolicy is empty.");
        }
        if (security.strictTransportSecurity() != null) {
            int age = security.strictTransportSecurity().accessControlMaxAgeSec();
            unless(age >= 0, "InvalidArgument", "The AccessControlMaxAgeSec " + age + " is negative.");
        }
        if (security.xssProtection() != null) checkXss(security.xssProtection());
    }

    private static void checkXss(ResponseHeadersPolicyXSSProtection xss) throws Refused {
        boolean report = !Defaults.or(xss.reportUri(), "").isEmpty();
        boolean block = Defaults.or(xss.modeBlock(), false);
        unless(
                xss.protection() || (!block && !report),
                "InvalidArgument",
                "ModeBlock and ReportUri of XSSProtection need Protection true.");
        unless(!block || !report, "InvalidArgument", "XSSProtection has one of ModeBlock and ReportUri, not both.");
        checkValue("ReportUri", Defaults.or(xss.reportUri(), ""));
    }

    private static void checkTiming(ResponseHeadersPolicyServerTimingHeadersConfig timing) throws Refused {
        Double rate = timing.samplingRate();
        unless(
                rate == null || (rate >= 0 && rate <= RATE_MAX),
                "InvalidArgument",
                "The SamplingRate " + rate + " is not 0 to 100.");
        // Four decimal places, as the API reference says.
        unless(
                rate == null || Math.abs(rate * 10_000 - Math.rint(rate * 10_000)) < 1e-6,
                "InvalidArgument",
                "The SamplingRate " + rate + " has more than four decimal places.");
    }

    private static void checkCustom(List<ResponseHeadersPolicyCustomHeader> headers) throws Refused {
        unless(
                headers.size() <= HEADERS_MAX,
                "TooManyCustomHeadersInResponseHeadersPolicy",
                "The policy adds " + headers.size() + " custom headers, more than " + HEADERS_MAX + ".");
        Set<String> seen = new HashSet<>();
        for (ResponseHeadersPolicyCustomHeader header : headers) {
            String lower = checkedName("CustomHeaders", header.header(), seen);
            unless(
                    !SECURITY.contains(lower),
                    "InvalidArgument",
                    "The parameter CustomHeaders contains " + header.header()
                            + " that is a security header and cannot be set as custom header.");
            unless(
                    !lower.startsWith("access-control-"),
                    "InvalidArgument",
                    "The parameter CustomHeaders contains " + header.header()
                            + " that is a CORS header and cannot be set as custom header.");
            unless(
                    header.value().length() <= VALUE_MAX,
                    "InvalidArgument",
                    "The value of " + header.header() + " is longer than " + VALUE_MAX + ".");
            checkValue(header.header(), header.value());
        }
    }

    private static void checkRemoved(List<ResponseHeadersPolicyRemoveHeader> headers) throws Refused {
        unless(
                headers.size() <= HEADERS_MAX,
                "TooManyRemoveHeadersInResponseHeadersPolicy",
                "The policy removes " + headers.size() + " headers, more than " + HEADERS_MAX + ".");
        Set<String> seen = new HashSet<>();
        for (ResponseHeadersPolicyRemoveHeader header : headers) {
            checkedName("RemoveHeaders", header.header(), seen);
        }
    }

    private static String checkedName(String what, String name, Set<String> seen) throws Refused {
        String lower = name.toLowerCase(Locale.ROOT);
        unless(
                name.length() <= NAME_MAX && PolicyTexts.isToken(name),
                "InvalidArgument",
                "The parameter " + what + " contains '" + name + "', which is not a header name.");
        boolean readOnly = KeptFields.has(lower) || OF_THE_MESSAGE.contains(lower);
        unless(!readOnly, "InvalidArgument", "The parameter " + what + " contains " + name + " that is not allowed.");
        unless(seen.add(lower), "InvalidArgument", "The parameter " + what + " contains " + name + " twice.");
        return lower;
    }

    /** A line break in a value would let it begin another header. */
    private static void checkValue(String what, @Nullable String value) throws Refused {
        unless(
                value == null || value.chars().allMatch(c -> c >= ' ' && c < 0x7f),
                "InvalidArgument",
                "The value of " + what + " has a character that a header cannot have.");
    }
}
