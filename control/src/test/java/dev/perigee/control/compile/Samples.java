package dev.perigee.control.compile;

import dev.perigee.control.resource.ManagedPolicies;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.tls.TrustStore;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.ItemSelection;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControl;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlOriginTypes;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningBehaviors;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

/** Resources as the API would hand them over. */
final class Samples {
    static final CompileOptions OPTIONS = new CompileOptions(List.of("cloudfront.localhost", "cloudfront.net"), null);
    static final String CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    private Samples() {}

    static Snapshot snapshot(DistributionResource... distributions) {
        return new Builder().distributions(distributions).snapshot();
    }

    static DistributionResource distribution(String id, String label, Consumer<DistributionConfig.Builder> changes) {
        var config = DistributionConfig.builder()
                .callerReference("reference")
                .comment("")
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(bucket("bucket", "pettracker-images.s3.amazonaws.com")))
                .defaultCacheBehavior(legacyBehavior(_ -> {}));
        changes.accept(config);
        return new DistributionResource(id, label + ".cloudfront.net", config.build());
    }

    /** What the AWS CLI sends for {@code --origin-domain-name ... --default-root-object index.html}. */
    static DistributionResource commandLine() {
        return distribution("ECLI", "d111111abcdef8", config -> config.defaultRootObject("index.html"));
    }

    static Origin bucket(String id, String domainName) {
        return Origin.builder()
                .id(id)
                .domainName(domainName)
                .originPath("")
                .s3OriginConfig(s3 -> s3.originAccessIdentity(""))
                .build();
    }

    static Origin server(String id, String domainName) {
        return Origin.builder()
                .id(id)
                .domainName(domainName)
                .customOriginConfig(custom ->
                        custom.httpPort(80).httpsPort(443).originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                .build();
    }

    @SuppressWarnings("deprecation")
    static DefaultCacheBehavior legacyBehavior(Consumer<ForwardedValues.Builder> changes) {
        var values =
                ForwardedValues.builder().queryString(false).cookies(cookies -> cookies.forward(ItemSelection.NONE));
        changes.accept(values);
        return DefaultCacheBehavior.builder()
                .targetOriginId("bucket")
                .trustedSigners(signers -> signers.enabled(false).quantity(0))
                .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                .forwardedValues(values.build())
                .minTTL(0L)
                .build();
    }

    static DefaultCacheBehavior behavior(UnaryOperator<DefaultCacheBehavior.Builder> changes) {
        return changes.apply(DefaultCacheBehavior.builder()
                        .targetOriginId("bucket")
                        .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
                        .cachePolicyId(CACHING_OPTIMIZED))
                .build();
    }

    static CacheBehavior behavior(String pathPattern, UnaryOperator<CacheBehavior.Builder> changes) {
        return changes.apply(CacheBehavior.builder()
                        .pathPattern(pathPattern)
                        .targetOriginId("bucket")
                        .viewerProtocolPolicy(ViewerProtocolPolicy.HTTPS_ONLY)
                        .cachePolicyId(CACHING_OPTIMIZED))
                .build();
    }

    static OriginAccessControl accessControl(String id, OriginAccessControlSigningBehaviors signing) {
        return OriginAccessControl.builder()
                .id(id)
                .originAccessControlConfig(config -> config.name(id)
                        .originAccessControlOriginType(OriginAccessControlOriginTypes.S3)
                        .signingProtocol("sigv4")
                        .signingBehavior(signing))
                .build();
    }

    /** A snapshot of version 7 with the managed policies and nothing else, to be added to. */
    static final class Builder {
        private List<DistributionResource> distributions = List.of();
        private List<OriginAccessControl> accessControls = List.of();
        private List<CachePolicy> cachePolicies = ManagedPolicies.cachePolicies();
        private List<OriginRequestPolicy> originRequestPolicies = ManagedPolicies.originRequestPolicies();
        private List<ResponseHeadersPolicy> responseHeadersPolicies = ManagedPolicies.responseHeadersPolicies();
        private List<TrustStore> trustStores = List.of();
        private List<Purge> purges = List.of();
        private List<KeyGroupResource> keyGroups = List.of();
        private long version = 7;
        private long purgeFloor;

        Builder version(long number) {
            version = number;
            return this;
        }

        Builder distributions(DistributionResource... resources) {
            distributions = List.of(resources);
            return this;
        }

        Builder accessControls(OriginAccessControl... controls) {
            accessControls = List.of(controls);
            return this;
        }

        Builder cachePolicies(CachePolicy... policies) {
            cachePolicies = List.of(policies);
            return this;
        }

        Builder originRequestPolicies(OriginRequestPolicy... policies) {
            originRequestPolicies = List.of(policies);
            return this;
        }

        Builder responseHeadersPolicies(ResponseHeadersPolicy... policies) {
            responseHeadersPolicies = List.of(policies);
            return this;
        }

        Builder trustStores(TrustStore... listed) {
            trustStores = List.of(listed);
            return this;
        }

        Builder keyGroups(KeyGroupResource... listed) {
            keyGroups = List.of(listed);
            return this;
        }

        Builder purges(long floor, Purge... listed) {
            purges = List.of(listed);
            purgeFloor = floor;
            return this;
        }

        Snapshot snapshot() {
            return new Snapshot(
                    version,
                    version,
                    distributions,
                    accessControls,
                    cachePolicies,
                    originRequestPolicies,
                    responseHeadersPolicies,
                    List.of(),
                    trustStores,
                    null,
                    purges,
                    purgeFloor,
                    keyGroups,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of());
        }
    }
}
