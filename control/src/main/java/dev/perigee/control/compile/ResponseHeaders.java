package dev.perigee.control.compile;

import dev.perigee.core.http.Field;
import dev.perigee.core.plan.Cors;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.plan.ResponseHeadersPolicy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyServerTimingHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyStrictTransportSecurity;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyXSSProtection;

/**
 * A response headers policy of the plan: rules for the security headers, then for the custom ones; CORS, which depends
 * on the request, and Server-Timing, whose values are measured, have parts of their own.
 */
final class ResponseHeaders {
    private static final List<String> ALL_METHODS = List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

    private ResponseHeaders() {}

    private static @Nullable Double serverTimingRate(ResponseHeadersPolicyConfig config) {
        ResponseHeadersPolicyServerTimingHeadersConfig timing = config.serverTimingHeadersConfig();
        if (timing == null || !Boolean.TRUE.equals(timing.enabled())) return null;
        return timing.samplingRate() == null ? 0 : timing.samplingRate();
    }

    static ResponseHeadersPolicy of(software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy policy) {
        ResponseHeadersPolicyConfig config = policy.responseHeadersPolicyConfig();
        var rules = new ArrayList<Rule>();
        if (config.securityHeadersConfig() != null) addSecurity(config.securityHeadersConfig(), rules);
        if (config.customHeadersConfig() != null) {
            for (ResponseHeadersPolicyCustomHeader header :
                    config.customHeadersConfig().items()) {
                String value = header.value() == null ? "" : header.value();
                rules.add(new Rule(header.header(), value, overrides(header.override())));
            }
        }
        ResponseHeadersPolicyCorsConfig cors = config.corsConfig();
        return new ResponseHeadersPolicy(
                policy.id(), rules, removed(config), cors == null ? null : cors(cors), serverTimingRate(config));
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

    /** Which of the headers answer preflight requests only is said in CloudFront's "Understand response headers policies". */
    private static @Nullable Cors cors(ResponseHeadersPolicyCorsConfig cors) {
        if (cors.accessControlAllowOrigins() == null) return null;
        List<String> origins = cors.accessControlAllowOrigins().items().stream()
                .map(origin -> origin.toLowerCase(Locale.ROOT))
                .toList();
        if (origins.isEmpty()) return null;
        var always = new ArrayList<Field>();
        if (Boolean.TRUE.equals(cors.accessControlAllowCredentials())) {
            always.add(new Field("Access-Control-Allow-Credentials", "true"));
        }
        if (cors.accessControlExposeHeaders() != null) {
            add(
                    always,
                    "Access-Control-Expose-Headers",
                    cors.accessControlExposeHeaders().items());
        }
        return new Cors(origins, overrides(cors.originOverride()), always, preflight(cors));
    }

    private static List<Field> preflight(ResponseHeadersPolicyCorsConfig cors) {
        var fields = new ArrayList<Field>();
        if (cors.accessControlAllowMethods() != null) {
            add(
                    fields,
                    "Access-Control-Allow-Methods",
                    methods(cors.accessControlAllowMethods().itemsAsStrings()));
        }
        if (cors.accessControlAllowHeaders() != null) {
            add(
                    fields,
                    "Access-Control-Allow-Headers",
                    cors.accessControlAllowHeaders().items());
        }
        if (cors.accessControlMaxAgeSec() != null) {
            add(
                    fields,
                    "Access-Control-Max-Age",
                    List.of(cors.accessControlMaxAgeSec().toString()));
        }
        return fields;
    }

    private static void add(List<Field> fields, String name, List<String> values) {
        if (!values.isEmpty()) fields.add(new Field(name, String.join(", ", values)));
    }

    private static List<String> methods(List<String> names) {
        return names.contains("ALL") ? ALL_METHODS : names;
    }

    private static Rule rule(String name, @Nullable String value, @Nullable Boolean override) {
        if (value == null) throw new Uncompilable("refers to a response headers policy without a value for " + name);
        return new Rule(name, value, overrides(override));
    }

    private static boolean overrides(@Nullable Boolean override) {
        return Boolean.TRUE.equals(override);
    }
}
