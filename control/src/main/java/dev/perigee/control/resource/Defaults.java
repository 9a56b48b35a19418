package dev.perigee.control.resource;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CacheBehaviors;
import software.amazon.awssdk.services.cloudfront.model.CertificateSource;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponses;
import software.amazon.awssdk.services.cloudfront.model.CustomHeaders;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GeoRestriction;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.IpAddressType;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginGroups;
import software.amazon.awssdk.services.cloudfront.model.OriginShield;
import software.amazon.awssdk.services.cloudfront.model.OriginSslProtocols;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.PriceClass;
import software.amazon.awssdk.services.cloudfront.model.Restrictions;
import software.amazon.awssdk.services.cloudfront.model.S3OriginConfig;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.SslProtocol;
import software.amazon.awssdk.services.cloudfront.model.TrustStoreConfig;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;
import software.amazon.awssdk.services.cloudfront.model.ViewerMtlsConfig;
import software.amazon.awssdk.services.cloudfront.model.ViewerMtlsMode;

/** The values that CloudFront fills in where a distribution config says nothing. */
final class Defaults {
    private static final int CONNECTION_ATTEMPTS = 3;
    private static final int CONNECTION_TIMEOUT = 10;
    private static final int READ_TIMEOUT = 30;
    private static final int KEEPALIVE_TIMEOUT = 5;

    private Defaults() {}

    static DistributionConfig fill(DistributionConfig given) {
        return given.toBuilder()
                .aliases(aliases(given.aliases()))
                .defaultRootObject(or(given.defaultRootObject(), ""))
                .origins(origins(given.origins()))
                .originGroups(or(
                        given.originGroups(), OriginGroups.builder().quantity(0).build()))
                .defaultCacheBehavior(defaultBehavior(given.defaultCacheBehavior()))
                .cacheBehaviors(behaviors(given.cacheBehaviors()))
                .customErrorResponses(or(
                        given.customErrorResponses(),
                        CustomErrorResponses.builder().quantity(0).build()))
                .logging(logging(given.logging()))
                .priceClass(or(given.priceClassAsString(), PriceClass.PRICE_CLASS_ALL.toString()))
                .viewerCertificate(certificate(given.viewerCertificate()))
                .restrictions(or(given.restrictions(), noRestrictions()))
                .webACLId(or(given.webACLId(), ""))
                .httpVersion(or(given.httpVersionAsString(), HttpVersion.HTTP2.toString()))
                // What CloudFront does when the flag is missing is not documented; its CLI's example answers true.
                .isIPV6Enabled(or(given.isIPV6Enabled(), true))
                .continuousDeploymentPolicyId(or(given.continuousDeploymentPolicyId(), ""))
                .staging(or(given.staging(), false))
                .viewerMtlsConfig(mutualTls(given.viewerMtlsConfig()))
                .build();
    }

    private static @Nullable ViewerMtlsConfig mutualTls(@Nullable ViewerMtlsConfig given) {
        if (given == null) return null;
        TrustStoreConfig trust = given.trustStoreConfig();
        return given.toBuilder()
                .mode(or(given.modeAsString(), ViewerMtlsMode.REQUIRED.toString()))
                .trustStoreConfig(
                        trust == null
                                ? null
                                : trust.toBuilder()
                                        .advertiseTrustStoreCaNames(or(trust.advertiseTrustStoreCaNames(), false))
                                        .ignoreCertificateExpiry(or(trust.ignoreCertificateExpiry(), false))
                                        .build())
                .build();
    }

    private static Aliases aliases(@Nullable Aliases given) {
        if (given == null || given.items().isEmpty())
            return Aliases.builder().quantity(0).build();
        List<String> lower = given.items().stream()
                .map(alias -> alias.toLowerCase(Locale.ROOT))
                .toList();
        return given.toBuilder().items(lower).build();
    }

    private static Origins origins(Origins given) {
        return given.toBuilder()
                .items(given.items().stream().map(Defaults::origin).toList())
                .build();
    }

    private static Origin origin(Origin given) {
        Origin.Builder origin = given.toBuilder()
                .originPath(or(given.originPath(), ""))
                .customHeaders(or(
                        given.customHeaders(),
                        CustomHeaders.builder().quantity(0).build()))
                .connectionAttempts(or(given.connectionAttempts(), CONNECTION_ATTEMPTS))
                .connectionTimeout(or(given.connectionTimeout(), CONNECTION_TIMEOUT))
                .originShield(or(
                        given.originShield(),
                        OriginShield.builder().enabled(false).build()))
                .originAccessControlId(or(given.originAccessControlId(), ""));
        if (given.customOriginConfig() != null) origin.customOriginConfig(custom(given.customOriginConfig()));
        if (given.s3OriginConfig() != null) origin.s3OriginConfig(s3(given.s3OriginConfig()));
        return origin.build();
    }

    private static S3OriginConfig s3(S3OriginConfig given) {
        return given.toBuilder()
                .originReadTimeout(or(given.originReadTimeout(), READ_TIMEOUT))
                .build();
    }

    private static CustomOriginConfig custom(CustomOriginConfig given) {
        // The service's own default set is not documented; its documentation recommends TLSv1.2.
        OriginSslProtocols protocols = OriginSslProtocols.builder()
                .quantity(1)
                .items(SslProtocol.TLS_V1_2)
                .build();
        return given.toBuilder()
                .originReadTimeout(or(given.originReadTimeout(), READ_TIMEOUT))
                .originKeepaliveTimeout(or(given.originKeepaliveTimeout(), KEEPALIVE_TIMEOUT))
                .originSslProtocols(or(given.originSslProtocols(), protocols))
                .ipAddressType(or(given.ipAddressTypeAsString(), IpAddressType.IPV4.toString()))
                .build();
    }

    private static CacheBehaviors behaviors(@Nullable CacheBehaviors given) {
        if (given == null || given.items().isEmpty()) {
            return CacheBehaviors.builder().quantity(0).build();
        }
        List<CacheBehavior> items = given.items().stream()
                .map(item -> BehaviorView.of(item).filled().toBehavior(item.pathPattern()))
                .toList();
        return given.toBuilder().items(items).build();
    }

    private static DefaultCacheBehavior defaultBehavior(DefaultCacheBehavior given) {
        return BehaviorView.of(given).filled().toDefault();
    }

    /** Where nothing is logged to, CloudFront forgets (API reference, LoggingConfig). */
    private static LoggingConfig logging(@Nullable LoggingConfig given) {
        LoggingConfig logging = given == null ? LoggingConfig.builder().build() : given;
        boolean enabled = or(logging.enabled(), false);
        return logging.toBuilder()
                .enabled(enabled)
                .includeCookies(or(logging.includeCookies(), false))
                .bucket(enabled ? or(logging.bucket(), "") : "")
                .prefix(enabled ? or(logging.prefix(), "") : "")
                .build();
    }

    /** Older clients name it by Certificate and CertificateSource. */
    @SuppressWarnings("deprecation")
    private static @Nullable String acmArn(ViewerCertificate given) {
        String arn = given.acmCertificateArn();
        if (arn != null && !arn.isEmpty()) return arn;
        return given.certificateSource() == CertificateSource.ACM ? given.certificate() : null;
    }

    @SuppressWarnings("deprecation") // shown in answers all the same
    private static ViewerCertificate certificate(@Nullable ViewerCertificate given) {
        String arn = given == null ? null : acmArn(given);
        if (given != null && arn != null) {
            return given.toBuilder()
                    .acmCertificateArn(arn)
                    .cloudFrontDefaultCertificate(or(given.cloudFrontDefaultCertificate(), false))
                    .minimumProtocolVersion(
                            or(given.minimumProtocolVersionAsString(), MinimumProtocolVersion.TLS_V1.toString()))
                    .certificate(arn)
                    .certificateSource(CertificateSource.ACM)
                    .build();
        }
        if (given != null && given.iamCertificateId() != null) return given;
        if (given != null && !or(given.cloudFrontDefaultCertificate(), false)) return given;
        return ViewerCertificate.builder()
                .cloudFrontDefaultCertificate(true)
                .sslSupportMethod(SSLSupportMethod.VIP)
                .minimumProtocolVersion(MinimumProtocolVersion.TLS_V1)
                .certificateSource(CertificateSource.CLOUDFRONT)
                .build();
    }

    private static Restrictions noRestrictions() {
        GeoRestriction none = GeoRestriction.builder()
                .restrictionType(GeoRestrictionType.NONE)
                .quantity(0)
                .build();
        return Restrictions.builder().geoRestriction(none).build();
    }

    static <T> T or(@Nullable T given, T fallback) {
        return Objects.requireNonNullElse(given, fallback);
    }
}
