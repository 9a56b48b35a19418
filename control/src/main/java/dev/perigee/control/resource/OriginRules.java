package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;

/** What CloudFront refuses in an origin. */
final class OriginRules {
    private static final int PATH_MAX = 255;
    private static final int HEADERS_MAX = 30;
    private static final int HEADER_NAME_MAX = 256;
    private static final int HEADER_VALUE_MAX = 1783;
    private static final int HEADERS_LENGTH_MAX = 10_240;
    private static final int TIMEOUT_MAX = 120;
    private static final int ATTEMPTS_MAX = 3;
    private static final int CONNECT_MAX = 10;
    private static final int DOMAIN_MAX = 253;
    private static final Pattern DOMAIN = Pattern.compile(
            "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}" + "[A-Za-z0-9_])?)*");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");

    /** A bucket with one of the endpoints of S3: global, regional, dual-stack, in the dash form, in China. */
    private static final Pattern S3 = Pattern.compile(
            "[a-z0-9][a-z0-9.\\-_]{1,61}[a-z0-9]\\.s3([.-](dualstack\\.)?[a-z]{2}(-[a-z]+)+-[0-9])?\\.amazonaws\\.com(\\.cn)?");

    /** Headers that CloudFront lets nobody add: they are hop-by-hop or its own. */
    private static final Set<String> FORBIDDEN = Set.of(
            "cache-control",
            "connection",
            "content-length",
            "cookie",
            "host",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "max-forwards",
            "pragma",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "range",
            "request-range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            "x-real-ip");

    private OriginRules() {}

    static void check(Origin origin) throws Refused {
        checkDomain(origin);
        checkPath(origin);
        checkKind(origin);
        checkAccess(origin);
        checkHeaders(origin);
        checkConnection(origin);
        if (origin.customOriginConfig() != null) checkCustom(origin, origin.customOriginConfig());
    }

    private static void checkDomain(Origin origin) throws Refused {
        String domain = origin.domainName();
        unless(
                domain.length() <= DOMAIN_MAX && DOMAIN.matcher(domain).matches(),
                "InvalidOrigin",
                "The DomainName '" + domain + "' of origin '" + origin.id() + "' is not a host name.");
    }

    private static void checkPath(Origin origin) throws Refused {
        String path = origin.originPath();
        if (path.isEmpty()) return;
        unless(
                path.startsWith("/") && !path.endsWith("/"),
                "InvalidArgument",
                "The OriginPath '" + path + "' does not begin with a slash, or ends with one.");
        boolean encoded = path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '?' && c != '#');
        unless(
                encoded && path.length() <= PATH_MAX,
                "InvalidRelativePath",
                "The OriginPath '" + path + "' is longer than " + PATH_MAX + " or not URL-encoded.");
    }

    private static void checkKind(Origin origin) throws Refused {
        boolean s3 = origin.s3OriginConfig() != null;
        boolean custom = origin.customOriginConfig() != null;
        unless(
                s3 != custom,
                "InvalidOrigin",
                "The origin '" + origin.id() + "' needs one of S3OriginConfig and CustomOriginConfig.");
        unless(
                !s3 || isS3(origin.domainName()),
                "InvalidOrigin",
                "The parameter Origin DomainName does not refer to a valid S3 bucket: '" + origin.domainName() + "'.");
    }

    static boolean isS3(String domain) {
        return S3.matcher(domain.toLowerCase(Locale.ROOT)).matches();
    }

    private static void checkAccess(Origin origin) throws Refused {
        String control = origin.originAccessControlId();
        String identity = OriginAccessIdentities.identityOf(origin);
        unless(
                control.isEmpty() || identity.isEmpty(),
                "IllegalOriginAccessConfiguration",
                "The origin '" + origin.id() + "' has both the origin access control '" + control
                        + "' and the origin access identity '" + identity + "'.");
    }

    private static void checkHeaders(Origin origin) throws Refused {
        var headers = origin.customHeaders().items();
        unless(
                headers.size() <= HEADERS_MAX,
                "TooManyOriginCustomHeaders",
                "The origin '" + origin.id() + "' has " + headers.size() + " custom headers, more than " + HEADERS_MAX
                        + ".");
        Set<String> names = new HashSet<>();
        int length = 0;
        for (OriginCustomHeader header : headers) {
            String name = header.headerName();
            String lower = name.toLowerCase(Locale.ROOT);
            unless(
                    name.length() <= HEADER_NAME_MAX && TOKEN.matcher(name).matches(),
                    "InvalidArgument",
                    "The custom header name '" + name + "' is not a header name.");
            boolean own = lower.startsWith("x-amz-") || lower.startsWith("x-edge-") || lower.startsWith("cloudfront-");
            unless(
                    !own && !FORBIDDEN.contains(lower),
                    "InvalidArgument",
                    "The custom header '" + name + "' cannot be added to origin requests.");
            unless(names.add(lower), "InvalidArgument", "The custom header '" + name + "' is given twice.");
            checkHeaderValue(name, header.headerValue());
            length += name.length() + header.headerValue().length();
        }
        unless(
                length <= HEADERS_LENGTH_MAX,
                "InvalidArgument",
                "The custom headers of origin '" + origin.id() + "' have " + length + " characters, more than "
                        + HEADERS_LENGTH_MAX + ".");
    }

    /** A line end in a value would make a second header, or a second request. */
    private static void checkHeaderValue(String name, String value) throws Refused {
        boolean legal = value.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t');
        unless(
                legal && value.length() <= HEADER_VALUE_MAX,
                "InvalidArgument",
                "The value of the custom header '" + name + "' is longer than " + HEADER_VALUE_MAX
                        + " or has characters that are not allowed.");
    }

    private static void checkConnection(Origin origin) throws Refused {
        between("ConnectionAttempts", origin.connectionAttempts(), ATTEMPTS_MAX, "InvalidArgument", origin);
        between("ConnectionTimeout", origin.connectionTimeout(), CONNECT_MAX, "InvalidArgument", origin);
        Integer completion = origin.responseCompletionTimeout();
        if (origin.s3OriginConfig() != null) {
            int read = origin.s3OriginConfig().originReadTimeout();
            between("OriginReadTimeout", read, TIMEOUT_MAX, "InvalidOriginReadTimeout", origin);
            checkCompletion(completion == null ? 0 : completion, read, origin);
        } else if (origin.customOriginConfig() != null) {
            checkCompletion(
                    completion == null ? 0 : completion,
                    origin.customOriginConfig().originReadTimeout(),
                    origin);
        }
    }

    private static void checkCompletion(int completion, int read, Origin origin) throws Refused {
        unless(
                completion == 0 || completion >= read,
                "InvalidArgument",
                "The ResponseCompletionTimeout " + completion + " of origin '" + origin.id()
                        + "' is less than its OriginReadTimeout " + read + ".");
    }

    private static void checkCustom(Origin origin, CustomOriginConfig custom) throws Refused {
        checkPort("HTTPPort", custom.httpPort(), origin);
        checkPort("HTTPSPort", custom.httpsPort(), origin);
        between("OriginReadTimeout", custom.originReadTimeout(), TIMEOUT_MAX, "InvalidOriginReadTimeout", origin);
        between(
                "OriginKeepaliveTimeout",
                custom.originKeepaliveTimeout(),
                TIMEOUT_MAX,
                "InvalidOriginKeepaliveTimeout",
                origin);
        unless(
                !custom.originSslProtocols().items().isEmpty(),
                "InvalidArgument",
                "The OriginSslProtocols of origin '" + origin.id() + "' are empty.");
    }

    /** CloudFront's documentation: 80, 443, or 1024 to 65535. */
    private static void checkPort(String name, int port, Origin origin) throws Refused {
        unless(
                port == 80 || port == 443 || (port >= 1024 && port <= 65_535),
                "InvalidArgument",
                "The " + name + " " + port + " of origin '" + origin.id() + "' is not 80, 443 or 1024 to 65535.");
    }

    private static void between(String name, int value, int max, String code, Origin origin) throws Refused {
        unless(
                value >= 1 && value <= max,
                code,
                "The " + name + " " + value + " of origin '" + origin.id() + "' is not 1 to " + max + ".");
    }
}
