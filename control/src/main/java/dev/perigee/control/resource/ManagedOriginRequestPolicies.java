package dev.perigee.control.resource;

import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyCookieBehavior;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyHeaderBehavior;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyQueryStringBehavior;

/** The managed origin request policies. */
final class ManagedOriginRequestPolicies {
    private static final List<String> CLOUDFRONT_2022_06 = List.of(
            "CloudFront-Forwarded-Proto",
            "CloudFront-Is-Android-Viewer",
            "CloudFront-Is-Desktop-Viewer",
            "CloudFront-Is-IOS-Viewer",
            "CloudFront-Is-Mobile-Viewer",
            "CloudFront-Is-SmartTV-Viewer",
            "CloudFront-Is-Tablet-Viewer",
            "CloudFront-Viewer-Address",
            "CloudFront-Viewer-ASN",
            "CloudFront-Viewer-City",
            "CloudFront-Viewer-Country",
            "CloudFront-Viewer-Country-Name",
            "CloudFront-Viewer-Country-Region",
            "CloudFront-Viewer-Country-Region-Name",
            "CloudFront-Viewer-Http-Version",
            "CloudFront-Viewer-Latitude",
            "CloudFront-Viewer-Longitude",
            "CloudFront-Viewer-Metro-Code",
            "CloudFront-Viewer-Postal-Code",
            "CloudFront-Viewer-Time-Zone",
            "CloudFront-Viewer-TLS");

    private ManagedOriginRequestPolicies() {}

    static List<OriginRequestPolicy> all() {
        return List.of(
                policy(
                        "216adef6-5c7f-47e4-b989-5492eafa07d3",
                        "AllViewer",
                        "Everything of the viewer's request",
                        headers(OriginRequestPolicyHeaderBehavior.ALL_VIEWER, List.of()),
                        true,
                        true),
                policy(
                        "b689b0a8-53d0-40ab-baf2-68738e2966ac",
                        "AllViewerExceptHostHeader",
                        "Everything of the viewer's request but the Host header",
                        headers(OriginRequestPolicyHeaderBehavior.ALL_EXCEPT, List.of("Host")),
                        true,
                        true),
                policy(
                        "33f36d7e-f396-46d9-90e0-52428a34d9dc",
                        "AllViewerAndCloudFrontHeaders-2022-06",
                        "Everything of the viewer's request, and the CloudFront headers of June 2022",
                        headers(
                                OriginRequestPolicyHeaderBehavior.ALL_VIEWER_AND_WHITELIST_CLOUD_FRONT,
                                CLOUDFRONT_2022_06),
                        true,
                        true),
                policy(
                        "59781a5b-3903-41f3-afcb-af62929ccde1",
                        "CORS-CustomOrigin",
                        "For CORS with a custom origin",
                        only("Origin"),
                        false,
                        false),
                policy(
                        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
                        "CORS-S3Origin",
                        "For CORS with an S3 bucket",
                        only("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"),
                        false,
                        false),
                policy(
                        "acba4595-bd28-49b8-b9fe-13317c0390fa",
                        "UserAgentRefererHeaders",
                        "The User-Agent and Referer headers",
                        only("User-Agent", "Referer"),
                        false,
                        false),
                policy(
                        "bf0718e1-ba1e-49d1-88b1-f726733018ae",
                        "HostHeaderOnly",
                        "The Host header",
                        only("Host"),
                        false,
                        false),
                policy(
                        "775133bc-15f2-49f9-abea-afb2e0bf67d2",
                        "Elemental-MediaTailor-PersonalizedManifests",
                        "For origins that are MediaTailor endpoints",
                        only(
                                "Origin",
                                "Access-Control-Request-Headers",
                                "Access-Control-Request-Method",
                                "User-Agent",
                                "X-Forwarded-For"),
                        false,
                        true));
    }

    private static OriginRequestPolicy policy(
            String id,
            String name,
            String comment,
            OriginRequestPolicyHeadersConfig headers,
            boolean cookies,
            boolean queryStrings) {
        return OriginRequestPolicy.builder()
                .id(id)
                .lastModifiedTime(ManagedPolicies.LAST_MODIFIED)
                .originRequestPolicyConfig(config -> config.name("Managed-" + name)
                        .comment(comment)
                        .headersConfig(headers)
                        .cookiesConfig(c -> c.cookieBehavior(
                                cookies
                                        ? OriginRequestPolicyCookieBehavior.ALL
                                        : OriginRequestPolicyCookieBehavior.NONE))
                        .queryStringsConfig(q -> q.queryStringBehavior(
                                queryStrings
                                        ? OriginRequestPolicyQueryStringBehavior.ALL
                                        : OriginRequestPolicyQueryStringBehavior.NONE)))
                .build();
    }

    private static OriginRequestPolicyHeadersConfig only(String... names) {
        return headers(OriginRequestPolicyHeaderBehavior.WHITELIST, List.of(names));
    }

    private static OriginRequestPolicyHeadersConfig headers(
            OriginRequestPolicyHeaderBehavior behavior, List<String> names) {
        var config = OriginRequestPolicyHeadersConfig.builder().headerBehavior(behavior);
        if (!names.isEmpty()) {
            config.headers(Headers.builder().quantity(names.size()).items(names).build());
        }
        return config.build();
    }
}
