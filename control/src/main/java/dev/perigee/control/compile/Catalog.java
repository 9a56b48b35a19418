package dev.perigee.control.compile;

import dev.perigee.core.encrypt.FieldEncryption;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.RealtimeLog;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControl;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;

/**
 * What distributions refer to by id, compiled on first use: a policy that cannot be compiled fails those that use it.
 * For one compilation on one thread.
 */
final class Catalog {
    private final Map<String, software.amazon.awssdk.services.cloudfront.model.CachePolicy> cachePolicies;
    private final Map<String, OriginRequestPolicy> originRequestPolicies;
    private final Map<String, software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy>
            responseHeadersPolicies;
    private final Map<String, OriginAccessControl> accessControls;
    private final Map<String, ServerCertificate> certificates;
    private final Map<String, TrustStore> trustStores;
    private final Map<String, KeyGroupResource> keyGroups;
    private final Map<String, FieldEncryptionResource> fieldEncryptions;
    private final Map<String, WebAcl> webAcls;
    private final Map<String, EdgeFunction> functions;
    private final Map<String, RealtimeLog> realtimeLogs;
    private final Map<String, EdgeLambda> lambdas;
    private final Map<String, CachePolicy> compiledCachePolicies = new HashMap<>();
    private final Map<String, Forwarding> compiledForwardings = new HashMap<>();
    private final Map<String, ResponseHeadersPolicy> compiledResponseHeaders = new HashMap<>();

    Catalog(Snapshot snapshot) {
        cachePolicies = byId(snapshot.cachePolicies(), policy -> policy.id());
        originRequestPolicies = byId(snapshot.originRequestPolicies(), policy -> policy.id());
        responseHeadersPolicies = byId(snapshot.responseHeadersPolicies(), policy -> policy.id());
        accessControls = byId(snapshot.originAccessControls(), control -> control.id());
        certificates = byId(snapshot.certificates(), certificate -> certificate.id());
        trustStores = byId(snapshot.trustStores(), TrustStore::id);
        keyGroups = byId(snapshot.keyGroups(), KeyGroupResource::id);
        fieldEncryptions = byId(snapshot.fieldEncryptions(), FieldEncryptionResource::id);
        webAcls = byId(snapshot.webAcls(), WebAcl::id);
        functions = byId(snapshot.functions(), EdgeFunction::name);
        lambdas = byId(snapshot.lambdas(), EdgeLambda::arn);
        realtimeLogs = byId(snapshot.realtimeLogs(), RealtimeLog::name);
    }

    ServerCertificate certificate(String id) {
        return found(certificates.get(id), "certificate", id);
    }

    TrustStore trustStore(String id) {
        return found(trustStores.get(id), "trust store", id);
    }

    KeyGroupResource keyGroup(String id) {
        return found(keyGroups.get(id), "key group", id);
    }

    FieldEncryption fieldEncryption(String id) {
        return found(fieldEncryptions.get(id), "field-level encryption config", id)
                .encryption();
    }

    WebAcl webAcl(String id) {
        return found(webAcls.get(id), "web ACL", id);
    }

    EdgeFunction function(String name) {
        return found(functions.get(name), "function", name);
    }

    /** By its ARN, which ends in the name. */
    RealtimeLog realtimeLog(String arn) {
        return found(realtimeLogs.get(arn.substring(arn.lastIndexOf('/') + 1)), "real-time log config", arn);
    }

    EdgeLambda lambda(String arn) {
        return found(lambdas.get(arn), "Lambda function", arn);
    }

    CachePolicy cachePolicy(String id) {
        return compiledCachePolicies.computeIfAbsent(
                id, _ -> CachePolicies.of(found(cachePolicies.get(id), "cache policy", id)));
    }

    Forwarding originRequestPolicy(String id) {
        return compiledForwardings.computeIfAbsent(
                id, _ -> Forwardings.of(found(originRequestPolicies.get(id), "origin request policy", id)));
    }

    ResponseHeadersPolicy responseHeadersPolicy(String id) {
        return compiledResponseHeaders.computeIfAbsent(
                id, _ -> ResponseHeaders.of(found(responseHeadersPolicies.get(id), "response headers policy", id)));
    }

    OriginAccessControl accessControl(String id) {
        return found(accessControls.get(id), "origin access control", id);
    }

    private static <T> T found(@Nullable T resource, String kind, String id) {
        if (resource == null) throw new Uncompilable("refers to " + kind + " " + id + ", which does not exist");
        return resource;
    }

    private static <T> Map<String, T> byId(List<T> resources, Function<T, String> id) {
        var byId = new HashMap<String, T>();
        resources.forEach(resource -> byId.put(id.apply(resource), resource));
        return byId;
    }
}
