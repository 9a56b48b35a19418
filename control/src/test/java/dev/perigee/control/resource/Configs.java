package dev.perigee.control.resource;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CookiePreference;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.S3OriginConfig;

/** Distribution configs to begin with. */
public final class Configs {
    public static final String OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    private Configs() {}

    /** The smallest config: one custom origin, one cache policy. */
    public static DistributionConfig of(String reference) {
        return DistributionConfig.builder()
                .callerReference(reference)
                .comment("")
                .enabled(true)
                .origins(Origins.builder().quantity(1).items(custom().build()).build())
                .defaultCacheBehavior(behavior().cachePolicyId(OPTIMIZED).build())
                .build();
    }

    static DefaultCacheBehavior.Builder behavior() {
        return DefaultCacheBehavior.builder().targetOriginId("o").viewerProtocolPolicy("allow-all");
    }

    static Origin.Builder custom() {
        return Origin.builder()
                .id("o")
                .domainName("example.com")
                .customOriginConfig(CustomOriginConfig.builder()
                        .httpPort(80)
                        .httpsPort(443)
                        .originProtocolPolicy("http-only")
                        .build());
    }

    static Origin.Builder s3() {
        return Origin.builder()
                .id("o")
                .domainName("bucket.s3.amazonaws.com")
                .s3OriginConfig(
                        S3OriginConfig.builder().originAccessIdentity("").build());
    }

    static DistributionConfig origin(Origin.Builder origin) {
        return of("r").toBuilder()
                .origins(Origins.builder().quantity(1).items(origin.build()).build())
                .build();
    }

    static DistributionConfig custom(UnaryOperator<CustomOriginConfig.Builder> change) {
        CustomOriginConfig config = custom().build().customOriginConfig();
        return origin(
                custom().customOriginConfig(change.apply(config.toBuilder()).build()));
    }

    static DistributionConfig behavior(UnaryOperator<DefaultCacheBehavior.Builder> change) {
        return of("r").toBuilder()
                .defaultCacheBehavior(
                        change.apply(behavior().cachePolicyId(OPTIMIZED)).build())
                .build();
    }

    @SuppressWarnings("deprecation") // what the CLI still sends
    static DistributionConfig legacy(
            UnaryOperator<ForwardedValues.Builder> values,
            @Nullable Long min,
            @Nullable Long fallback,
            @Nullable Long max) {
        var forwarded = ForwardedValues.builder()
                .queryString(false)
                .cookies(CookiePreference.builder().forward("none").build());
        return of("r").toBuilder()
                .defaultCacheBehavior(behavior()
                        .forwardedValues(values.apply(forwarded).build())
                        .minTTL(min)
                        .defaultTTL(fallback)
                        .maxTTL(max)
                        .build())
                .build();
    }
}
