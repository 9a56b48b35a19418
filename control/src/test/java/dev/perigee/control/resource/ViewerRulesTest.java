package dev.perigee.control.resource;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GeoRestriction;
import software.amazon.awssdk.services.cloudfront.model.Restrictions;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

/** Rules of what viewers meet: certificates, countries, mutual TLS. */
class ViewerRulesTest extends DistributionRulesCases {
    static Stream<Arguments> wrong() {
        return Stream.of(
                row(
                        "ACM",
                        "InvalidViewerCertificate",
                        "arn:c",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .sslSupportMethod("sni-only")
                                .build()))),
                row(
                        "no method",
                        "InvalidViewerCertificate",
                        "SSLSupportMethod",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .build()))),
                row(
                        "unknown policy",
                        "InvalidMinimumProtocolVersion",
                        "TLSv9",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .sslSupportMethod("sni-only")
                                .minimumProtocolVersion("TLSv9")
                                .build()))),
                row(
                        "dedicated address",
                        "InvalidMinimumProtocolVersion",
                        "TLSv1.2_2021",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .sslSupportMethod("vip")
                                .minimumProtocolVersion("TLSv1.2_2021")
                                .build()))),
                row(
                        "SSLv3 by name",
                        "InvalidProtocolSettings",
                        "SSLv3",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .acmCertificateArn("arn:c")
                                .sslSupportMethod("sni-only")
                                .minimumProtocolVersion("SSLv3")
                                .build()))),
                row(
                        "IAM",
                        "InvalidViewerCertificate",
                        "ASCA",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .iamCertificateId("ASCA")
                                .build()))),
                row(
                        "no certificate",
                        "InvalidViewerCertificate",
                        "neither",
                        with(c -> c.viewerCertificate(ViewerCertificate.builder()
                                .cloudFrontDefaultCertificate(false)
                                .build()))),
                row(
                        "geo without countries",
                        "InvalidGeoRestrictionParameter",
                        "no locations",
                        with(c -> c.restrictions(geo("blacklist")))),
                row(
                        "geo twice",
                        "InvalidGeoRestrictionParameter",
                        "twice",
                        with(c -> c.restrictions(geo("whitelist", "DE", "DE")))),
                row(
                        "geo type",
                        "InvalidGeoRestrictionParameter",
                        "greylist",
                        with(c -> c.restrictions(geo("greylist", "DE")))),
                row("geo small", "InvalidLocationCode", "de", with(c -> c.restrictions(geo("whitelist", "de")))),
                row(
                        "geo nowhere",
                        "InvalidLocationCode",
                        "XX",
                        with(c -> c.restrictions(geo("blacklist", "DE", "XX")))),
                row(
                        "geo code",
                        "InvalidLocationCode",
                        "Germany",
                        with(c -> c.restrictions(geo("whitelist", "Germany")))),
                row("geo none", "InvalidGeoRestrictionParameter", "DE", with(c -> c.restrictions(geo("none", "DE")))),
                row(
                        "mTLS without a trust store",
                        "InvalidArgument",
                        "TrustStoreConfig",
                        mutual("required", null, c -> c)),
                row(
                        "mTLS, in clear",
                        "InvalidArgument",
                        "allow-all",
                        with(c -> c.viewerMtlsConfig(
                                m -> m.mode("required").trustStoreConfig(t -> t.trustStoreId("ts_none"))))),
                row("mTLS, trust store", "EntityNotFound", "ts_none", mutual("optional", "ts_none", c -> c)),
                row(
                        "mTLS, HTTP/3",
                        "InvalidArgument",
                        "http2and3",
                        mutual("required", "ts_none", c -> c.httpVersion("http2and3"))),
                row(
                        "passthrough, trust store",
                        "InvalidArgument",
                        "TrustStoreConfig",
                        mutual(
                                "passthrough",
                                "ts_none",
                                c -> c.defaultCacheBehavior(Configs.behavior()
                                        .viewerProtocolPolicy("https-only")
                                        .cachePolicyId(ManagedCachePolicies.CACHING_DISABLED)
                                        .build()))),
                row("passthrough, caching", "InvalidArgument", "CachingDisabled", mutual("passthrough", null, c -> c)),
                row(
                        "connection function",
                        "EntityNotFound",
                        "cf_1",
                        with(c -> c.connectionFunctionAssociation(f -> f.id("cf_1")))));
    }

    /** With mutual TLS, over HTTPS only. */
    private static DistributionConfig mutual(
            String mode, @Nullable String trustStore, UnaryOperator<DistributionConfig.Builder> change) {
        DistributionConfig.Builder secure = Configs.behavior(b -> b.viewerProtocolPolicy("https-only")).toBuilder();
        secure.viewerMtlsConfig(m -> {
            m.mode(mode);
            if (trustStore != null) m.trustStoreConfig(t -> t.trustStoreId(trustStore));
        });
        return change.apply(secure).build();
    }

    private static Restrictions geo(String type, String... countries) {
        return Restrictions.builder()
                .geoRestriction(GeoRestriction.builder()
                        .restrictionType(type)
                        .quantity(countries.length)
                        .items(countries)
                        .build())
                .build();
    }
}
