package dev.perigee.control.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.FrameOptionsList;
import software.amazon.awssdk.services.cloudfront.model.ReferrerPolicyList;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;

/** The managed response headers policies. */
final class ManagedResponseHeadersPolicies {
    private static final int YEAR = 31_536_000;
    private static final List<String> ALL_METHODS = List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

    private ManagedResponseHeadersPolicies() {}

    static List<ResponseHeadersPolicy> all() {
        return List.of(
                policy(
                        "60669652-455b-4ae9-85a4-c4c02393f86c",
                        "SimpleCORS",
                        "Any origin may read the answers to simple requests",
                        simpleCors(),
                        null),
                policy(
                        "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
                        "CORS-With-Preflight",
                        "Any origin may read the answers, also after a preflight request",
                        corsWithPreflight(),
                        null),
                policy(
                        "67f7725c-6f97-4210-82d7-5512b31e9d03",
                        "SecurityHeadersPolicy",
                        "The usual security headers",
                        null,
                        security()),
                policy(
                        "e61eb60c-9c35-4d20-a928-2b84e02af89c",
                        "CORS-and-SecurityHeadersPolicy",
                        "Any origin may read the answers to simple requests, and the usual security headers",
                        simpleCors(),
                        security()),
                policy(
                        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
                        "CORS-with-preflight-and-SecurityHeadersPolicy",
                        "Any origin may read the answers, also after a preflight request, and the usual security headers",
                        corsWithPreflight(),
                        security()));
    }

    private static ResponseHeadersPolicy policy(
            String id,
            String name,
            String comment,
            @Nullable ResponseHeadersPolicyCorsConfig cors,
            @Nullable ResponseHeadersPolicySecurityHeadersConfig security) {
        return ResponseHeadersPolicy.builder()
                .id(id)
                .lastModifiedTime(ManagedPolicies.LAST_MODIFIED)
                .responseHeadersPolicyConfig(config -> {
                    config.name("Managed-" + name).comment(comment);
                    if (cors != null) config.corsConfig(cors);
                    if (security != null) config.securityHeadersConfig(security);
                })
                .build();
    }

    private static ResponseHeadersPolicyCorsConfig simpleCors() {
        return ResponseHeadersPolicyCorsConfig.builder()
                .accessControlAllowOrigins(origins -> origins.quantity(1).items("*"))
                .accessControlAllowHeaders(headers -> headers.quantity(0))
                .accessControlAllowMethods(methods -> methods.quantity(0))
                .accessControlAllowCredentials(false)
                .originOverride(false)
                .build();
    }

    private static ResponseHeadersPolicyCorsConfig corsWithPreflight() {
        return ResponseHeadersPolicyCorsConfig.builder()
                .accessControlAllowOrigins(origins -> origins.quantity(1).items("*"))
                .accessControlAllowHeaders(headers -> headers.quantity(0))
                .accessControlAllowMethods(
                        methods -> methods.quantity(ALL_METHODS.size()).itemsWithStrings(ALL_METHODS))
                .accessControlAllowCredentials(false)
                .accessControlExposeHeaders(headers -> headers.quantity(1).items("*"))
                .originOverride(false)
                .build();
    }

    private static ResponseHeadersPolicySecurityHeadersConfig security() {
        return ResponseHeadersPolicySecurityHeadersConfig.builder()
                .referrerPolicy(referrer ->
                        referrer.override(false).referrerPolicy(ReferrerPolicyList.STRICT_ORIGIN_WHEN_CROSS_ORIGIN))
                .strictTransportSecurity(hsts -> hsts.override(false)
                        .accessControlMaxAgeSec(YEAR)
                        .includeSubdomains(false)
                        .preload(false))
                .contentTypeOptions(options -> options.override(true))
                .frameOptions(frame -> frame.override(false).frameOption(FrameOptionsList.SAMEORIGIN))
                .xssProtection(xss -> xss.override(false).protection(true).modeBlock(true))
                .build();
    }
}
