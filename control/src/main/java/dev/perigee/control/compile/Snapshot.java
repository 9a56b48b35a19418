package dev.perigee.control.compile;

import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.plan.RealtimeLog;
import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControl;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;

/**
 * Everything a plan is made from, as it stood at one revision of the store.
 *
 * @param version the store revision
 * @param configVersion the newest revision that changed more than the purges: snapshots with the same one differ in nothing
 *     else
 * @param cachePolicies custom and managed, likewise the other policies
 * @param certificates that are issued
 * @param trustStores all
 * @param challenges of certificate authorities, null while no order is in progress
 * @param purges invalidations that not every edge has acknowledged yet
 * @param purgeFloor sequence of the newest purge that is no longer listed, 0 when none was ever dropped
 * @param keyGroups all, with their keys
 * @param fieldEncryptions all field-level encryption configs, with their profiles and keys
 * @param webAcls that distributions use
 * @param functions in their stage LIVE
 * @param stores that these functions read
 * @param realtimeLogs all
 * @param lambdas published versions of Lambda functions
 */
public record Snapshot(
        long version,
        long configVersion,
        List<DistributionResource> distributions,
        List<OriginAccessControl> originAccessControls,
        List<CachePolicy> cachePolicies,
        List<OriginRequestPolicy> originRequestPolicies,
        List<ResponseHeadersPolicy> responseHeadersPolicies,
        List<ServerCertificate> certificates,
        List<TrustStore> trustStores,
        @Nullable Challenges challenges,
        List<Purge> purges,
        long purgeFloor,
        List<KeyGroupResource> keyGroups,
        List<FieldEncryptionResource> fieldEncryptions,
        List<WebAcl> webAcls,
        List<EdgeFunction> functions,
        List<KeyValueStore> stores,
        List<RealtimeLog> realtimeLogs,
        List<EdgeLambda> lambdas) {
    public Snapshot {
        lambdas = List.copyOf(lambdas);
        realtimeLogs = List.copyOf(realtimeLogs);
        fieldEncryptions = List.copyOf(fieldEncryptions);
        distributions = List.copyOf(distributions);
        originAccessControls = List.copyOf(originAccessControls);
        cachePolicies = List.copyOf(cachePolicies);
        originRequestPolicies = List.copyOf(originRequestPolicies);
        responseHeadersPolicies = List.copyOf(responseHeadersPolicies);
        certificates = List.copyOf(certificates);
        trustStores = List.copyOf(trustStores);
        functions = List.copyOf(functions);
        stores = List.copyOf(stores);
        purges = List.copyOf(purges);
        keyGroups = List.copyOf(keyGroups);
        webAcls = List.copyOf(webAcls);
    }

    /** A snapshot of distributions with nothing but what came first. */
    public Snapshot(
            long version,
            long configVersion,
            List<DistributionResource> distributions,
            List<OriginAccessControl> originAccessControls,
            List<CachePolicy> cachePolicies,
            List<OriginRequestPolicy> originRequestPolicies,
            List<ResponseHeadersPolicy> responseHeadersPolicies,
            List<ServerCertificate> certificates,
            List<TrustStore> trustStores,
            @Nullable Challenges challenges,
            List<Purge> purges,
            long purgeFloor) {
        this(
                version,
                configVersion,
                distributions,
                originAccessControls,
                cachePolicies,
                originRequestPolicies,
                responseHeadersPolicies,
                certificates,
                trustStores,
                challenges,
                purges,
                purgeFloor,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** The same resources at a later version, with other purges and other values in the key value stores. */
    public Snapshot withPurges(long later, List<Purge> others, long floor, List<KeyValueStore> values) {
        return new Snapshot(
                later,
                configVersion,
                distributions,
                originAccessControls,
                cachePolicies,
                originRequestPolicies,
                responseHeadersPolicies,
                certificates,
                trustStores,
                challenges,
                others,
                floor,
                keyGroups,
                fieldEncryptions,
                webAcls,
                functions,
                values,
                realtimeLogs,
                lambdas);
    }
}
