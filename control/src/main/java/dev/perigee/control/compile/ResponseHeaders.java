package dev.perigee.control.compile;

import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.plan.ResponseHeadersPolicy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyStrictTransportSecurity;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyXSSProtection;

/**
 * Rules of a response headers policy: security headers, then custom ones, then CORS.
 *
 * <p>A rule has a fixed value, which leaves some of a policy out. CORS headers are made where one value is right for
 * every request: all origins, or one named in full. A list of origins, or one with a wildcard, would have to be compared
 * with the request, and makes no CORS headers at all. Preflight and simple requests get the same ones. Server-Timing
 * headers, whose values are measured, are left out.
 */
final class ResponseHeaders {
    private static final List<String> ALL_METHODS = List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

    private ResponseHeaders() {}

    static ResponseHeadersPolicy of(software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy policy) {
        ResponseHeadersPolicyConfig config = policy.responseHeadersPolicyConfig();
        var rules = new ArrayList<Rule>();
        if (config.securityHeadersConfig() != null) addSecurity(config.securityHeadersConfig(), rules);
        if (config.customHeadersConfig() != null) {
            for (ResponseHeadersPolicyCustomHeader header :
                    config.customHeadersConfig().items()) {
                String value = header.value() == null ? "" : header.value();
                rules.add(new Rule(header.header(), value, overrides(header.override()), false));
            }
        }
        if (config.corsConfig() != null) addCors(config.corsConfig(), rules);
        return new ResponseHeadersPolicy(policy.id(), rules, removed(config));
    }

    private static List<String> removed(ResponseHeadersPolicyConfig config) {
        if (config.removeHeadersConfig() == null) return List.of();
        return Names.headers(config.removeHeadersConfig().items().stream()
                .map(ResponseHeadersPolicyRemoveHeader::header)
                .toList());
    }

    private static void addSecurity(ResponseHeadersPolicySecurityHeadersConfig security, List<Rule> rules) {
        var hsts = security.strictTransportSecurity();
        if (hsts != null) rules.add(rule("Strict-Transport-Security", hsts(hsts), hsts.override()));
        if (security.contentTypeOptions() != null) {
            rules.add(rule(
                    "X-Content-Type-Options",
                    "nosniff",
                    security.contentTypeOptions().override()));
        }
        var frame = security.frameOptions();
        if (frame != null) rules.add(rule("X-Frame-Options", frame.frameOptionAsString(), frame.override()));
        var xss = security.xssProtection();
        if (xss != null) rules.add(rule("X-XSS-Protection", xss(xss), xss.override()));
        var referrer = security.referrerPolicy();
        if (referrer != null) {
            rules.add(rule("Referrer-Policy", referrer.referrerPolicyAsString(), referrer.override()));
        }
        var csp = security.contentSecurityPolicy();
        if (csp != null) rules.add(rule("Content-Security-Policy", csp.contentSecurityPolicy(), csp.override()));
    }

    private static String hsts(ResponseHeadersPolicyStrictTransportSecurity hsts) {
        return "max-age=" + Objects.requireNonNullElse(hsts.accessControlMaxAgeSec(), 0)
                + (Boolean.TRUE.equals(hsts.includeSubdomains()) ? "; includeSubDomains" : "")
                + (Boolean.TRUE.equals(hsts.preload()) ? "; preload" : "");
    }

    private static String xss(ResponseHeadersPolicyXSSProtection xss) {
        if (!Boolean.TRUE.equals(xss.protection())) return "0";
        if (Boolean.TRUE.equals(xss.modeBlock())) return "1; mode=block";
        String report = xss.reportUri();
        return report == null || report.isBlank() ? "1" : "1; report=" + report;
    }

    private static void addCors(ResponseHeadersPolicyCorsConfig cors, List<Rule> rules) {
        String origin = onlyOrigin(cors);
        if (origin == null) return;
        boolean override = overrides(cors.originOverride());
        BiConsumer<String, List<String>> add = (name, values) -> {
            if (!values.isEmpty()) rules.add(new Rule(name, String.join(", ", values), override, true));
        };
        add.accept("Access-Control-Allow-Origin", List.of(origin));
        if (Boolean.TRUE.equals(cors.accessControlAllowCredentials())) {
            add.accept("Access-Control-Allow-Credentials", List.of("true"));
        }
        if (cors.accessControlAllowMethods() != null) {
            add.accept(
                    "Access-Control-Allow-Methods",
                    methods(cors.accessControlAllowMethods().itemsAsStrings()));
        }
        if (cors.accessControlAllowHeaders() != null) {
            add.accept(
                    "Access-Control-Allow-Headers",
                    cors.accessControlAllowHeaders().items());
        }
        if (cors.accessControlExposeHeaders() != null) {
            add.accept(
                    "Access-Control-Expose-Headers",
                    cors.accessControlExposeHeaders().items());
        }
        if (cors.accessControlMaxAgeSec() != null) {
            add.accept(
                    "Access-Control-Max-Age",
                    List.of(cors.accessControlMaxAgeSec().toString()));
        }
    }

    private static List<String> methods(List<String> names) {
        return names.contains("ALL") ? ALL_METHODS : names;
    }

    private static @Nullable String onlyOrigin(ResponseHeadersPolicyCorsConfig cors) {
        if (cors.accessControlAllowOrigins() == null) return null;
        List<String> origins = cors.accessControlAllowOrigins().items();
        if (origins.contains("*")) return "*";
        return origins.size() == 1
                        && origins.getFirst().contains("://")
                        && !origins.getFirst().contains("*")
                ? origins.getFirst()
                : null;
    }

    private static Rule rule(String name, @Nullable String value, @Nullable Boolean override) {
        if (value == null) throw new Uncompilable("refers to a response headers policy without a value for " + name);
        return new Rule(name, value, overrides(override), false);
    }

    private static boolean overrides(@Nullable Boolean override) {
        return Boolean.TRUE.equals(override);
    }
}
