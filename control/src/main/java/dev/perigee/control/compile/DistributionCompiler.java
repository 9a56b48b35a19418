package dev.perigee.control.compile;

import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.http.Method;
import dev.perigee.core.plan.AccessLogging;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Behavior.ViewerProtocolPolicy;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.ErrorRule;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.ViewerFunctions;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TlsSettings;
import dev.perigee.core.tls.TrustStore;
import dev.perigee.wire.PlanDocument;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponses;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;
import software.amazon.awssdk.services.cloudfront.model.TrustStoreConfig;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;
import software.amazon.awssdk.services.cloudfront.model.ViewerMtlsConfig;

/** Compiles one distribution with everything it refers to. */
final class DistributionCompiler {
    private static final List<String> READING = List.of("GET", "HEAD");

    private final Catalog catalog;
    private final List<String> suffixes;

    DistributionCompiler(Catalog catalog, List<String> suffixes) {
        this.catalog = catalog;
        this.suffixes = suffixes;
    }

    /** Throws {@link Uncompilable}, or what the values throw that it would be made of. */
    Distribution compile(DistributionResource resource) {
        DistributionConfig config = resource.config();
        if (config.connectionMode() == ConnectionMode.TENANT_ONLY) {
            throw new Uncompilable("is a template for tenants, which edges do not serve yet");
        }
        if (config.defaultCacheBehavior() == null) throw new Uncompilable("has no default cache behavior");
        var origins = new Origins(catalog, config);
        var behaviors = new ArrayList<Behavior>();
        for (CacheBehavior behavior : Behaviors.inOrder(config)) behaviors.add(behavior(behavior, origins));
        var distribution = new Distribution(
                resource.id(),
                resource.domainName().toLowerCase(Locale.ROOT),
                hosts(resource),
                Boolean.TRUE.equals(config.enabled()),
                behaviors,
                rootObject(config.defaultRootObject()),
                errors(config.customErrorResponses()),
                config.cacheTagConfig() == null
                        ? null
                        : config.cacheTagConfig().headerName().toLowerCase(Locale.ROOT),
                versions(config.httpVersion()),
                tls(config.viewerCertificate()).with(mutualTls(config.viewerMtlsConfig())),
                GeoRestrictions.of(config),
                resource.guards(),
                isSet(config.webACLId()) ? catalog.webAcl(config.webACLId()).id() : null,
                logging(config.logging()),
                behaviors.stream().anyMatch(this::chooses) ? origins.all() : List.of(),
                resource.deliveries());
        requireTransportable(distribution);
        return distribution;
    }

    private static @Nullable AccessLogging logging(@Nullable LoggingConfig config) {
        if (config == null || !Boolean.TRUE.equals(config.enabled()) || !isSet(config.bucket())) return null;
        String prefix = config.prefix() == null ? "" : config.prefix();
        return new AccessLogging(
                config.bucket(),
                AwsRegions.of(config.bucket()),
                prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + '/',
                Boolean.TRUE.equals(config.includeCookies()));
    }

    /** Whether a function may choose among the origins: the older runtime has nothing to do it with. */
    private boolean chooses(Behavior behavior) {
        ViewerFunctions functions = behavior.functions();
        return functions != null
                && functions.request() != null
                && catalog.function(functions.request()).runtime() == EdgeFunction.JsRuntime.JS_2_0;
    }

    private static OfferedVersions versions(@Nullable HttpVersion chosen) {
        if (chosen == null) return OfferedVersions.HTTP_2;
        return switch (chosen) {
            case HTTP1_1 -> OfferedVersions.HTTP_1_1;
            case HTTP2 -> OfferedVersions.HTTP_2;
            case HTTP3 -> OfferedVersions.HTTP_3;
            case HTTP2_AND3 -> OfferedVersions.HTTP_2_AND_3;
            case UNKNOWN_TO_SDK_VERSION -> throw new Uncompilable("has an HttpVersion that is not known here");
        };
    }

    /** What cannot be written would hold back the plan of all distributions, so each is tried alone. */
    private void requireTransportable(Distribution distribution) {
        List<ServerCertificate> used =
                distribution.certificates().stream().map(catalog::certificate).toList();
        MutualTls mutual = distribution.tls().mutual();
        String trusted = mutual == null ? null : mutual.trustStore();
        List<TrustStore> trust = trusted == null ? List.of() : List.of(catalog.trustStore(trusted));
        List<WebAcl> acls = distribution.webAcl() == null ? List.of() : List.of(catalog.webAcl(distribution.webAcl()));
        List<EdgeFunction> functions =
                distribution.functions().stream().map(catalog::function).toList();
        // Whatever the values are, they can be written.
        List<KeyValueStore> stores = functions.stream()
                .flatMap(function -> function.stores().stream())
                .distinct()
                .map(id -> new KeyValueStore(id, 0, 0, List.of()))
                .toList();
        PlanDocument.encode(
                new Plan(0, List.of(distribution), List.of(), 0, null, used, trust, null, acls, functions, stores));
    }

    private List<String> hosts(DistributionResource resource) {
        var hosts = new LinkedHashSet<>(assignedHosts(resource.domainName(), suffixes));
        if (resource.config().aliases() != null) {
            for (String alias : resource.config().aliases().items())
                hosts.add(alias.strip().toLowerCase(Locale.ROOT));
        }
        return List.copyOf(hosts);
    }

    /** The first label of the domain name under each suffix. */
    static List<String> assignedHosts(String domainName, List<String> suffixes) {
        int dot = domainName.indexOf('.');
        String label = (dot < 0 ? domainName : domainName.substring(0, dot)).toLowerCase(Locale.ROOT);
        return suffixes.stream().map(suffix -> label + "." + suffix).toList();
    }

    private Behavior behavior(CacheBehavior behavior, Origins origins) {
        AllowedMethods allowed = behavior.allowedMethods();
        String responseHeadersId = behavior.responseHeadersPolicyId();
        return new Behavior(
                Behaviors.rooted(behavior.pathPattern()),
                origins.target(behavior.targetOriginId()),
                origins.failover(behavior.targetOriginId()),
                viewerProtocolPolicy(behavior),
                methods(allowed == null ? null : allowed.itemsAsStrings()),
                methods(
                        allowed == null || allowed.cachedMethods() == null
                                ? null
                                : allowed.cachedMethods().itemsAsStrings()),
                Boolean.TRUE.equals(behavior.compress()),
                cachePolicy(behavior),
                forwarding(behavior),
                isSet(responseHeadersId) ? catalog.responseHeadersPolicy(responseHeadersId) : null,
                behavior.grpcConfig() != null
                        && Boolean.TRUE.equals(behavior.grpcConfig().enabled()),
                Trust.keys(behavior, catalog),
                isSet(behavior.fieldLevelEncryptionId())
                        ? catalog.fieldEncryption(behavior.fieldLevelEncryptionId())
                        : null,
                Associations.of(behavior, catalog),
                isSet(behavior.realtimeLogConfigArn()) ? catalog.realtimeLog(behavior.realtimeLogConfigArn()) : null,
                Associations.lambdas(behavior, catalog));
    }

    /** Whether a version that is served already sends on in clear what this config closes. */
    static boolean uncovers(Distribution before, DistributionConfig config) {
        for (CacheBehavior behavior : Behaviors.inOrder(config)) {
            if (!isSet(behavior.fieldLevelEncryptionId())) continue;
            String pattern = Behaviors.rooted(behavior.pathPattern());
            boolean closed = before.behaviors().stream()
                    .anyMatch(old -> old.pathPattern().equals(pattern) && old.encryption() != null);
            if (!closed) return true;
        }
        return false;
    }

    private CachePolicy cachePolicy(CacheBehavior behavior) {
        return isSet(behavior.cachePolicyId())
                ? catalog.cachePolicy(behavior.cachePolicyId())
                : CachePolicies.legacy(LegacySettings.required(behavior));
    }

    private Forwarding forwarding(CacheBehavior behavior) {
        boolean legacy = !isSet(behavior.cachePolicyId());
        String policyId = behavior.originRequestPolicyId();
        if (!isSet(policyId)) {
            return legacy ? Forwardings.legacy(LegacySettings.required(behavior).values()) : Forwarding.NOTHING;
        }
        if (legacy) {
            throw new Uncompilable("has an origin request policy without a cache policy for " + behavior.pathPattern());
        }
        return catalog.originRequestPolicy(policyId);
    }

    private static ViewerProtocolPolicy viewerProtocolPolicy(CacheBehavior behavior) {
        if (behavior.viewerProtocolPolicy() == null) throw new Uncompilable("has no ViewerProtocolPolicy");
        return switch (behavior.viewerProtocolPolicy()) {
            case ALLOW_ALL -> ViewerProtocolPolicy.ALLOW_ALL;
            case HTTPS_ONLY -> ViewerProtocolPolicy.HTTPS_ONLY;
            case REDIRECT_TO_HTTPS -> ViewerProtocolPolicy.REDIRECT_TO_HTTPS;
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable("has viewer protocol policy " + behavior.viewerProtocolPolicyAsString());
        };
    }

    private TlsSettings tls(@Nullable ViewerCertificate given) {
        if (given == null || !isSet(given.acmCertificateArn())) return TlsSettings.DEFAULT;
        SecurityPolicy policy = SecurityPolicy.named(given.minimumProtocolVersionAsString());
        if (policy == null)
            throw new Uncompilable("has minimum protocol version " + given.minimumProtocolVersionAsString());
        return new TlsSettings(catalog.certificate(given.acmCertificateArn()).id(), policy);
    }

    private @Nullable MutualTls mutualTls(@Nullable ViewerMtlsConfig given) {
        if (given == null) return null;
        MutualTls.Mode mode = mode(given);
        TrustStoreConfig trust = given.trustStoreConfig();
        if (mode == MutualTls.Mode.PASSTHROUGH) return new MutualTls(mode, null, false, false);
        if (trust == null) throw new Uncompilable("has mutual TLS without a trust store");
        return new MutualTls(
                mode,
                catalog.trustStore(trust.trustStoreId()).id(),
                Boolean.TRUE.equals(trust.advertiseTrustStoreCaNames()),
                Boolean.TRUE.equals(trust.ignoreCertificateExpiry()));
    }

    /** CloudFront's default is the strict one. */
    private static MutualTls.Mode mode(ViewerMtlsConfig given) {
        String mode = given.modeAsString();
        if (mode == null) return MutualTls.Mode.REQUIRED;
        return switch (mode) {
            case "required" -> MutualTls.Mode.REQUIRED;
            case "optional" -> MutualTls.Mode.OPTIONAL;
            case "passthrough" -> MutualTls.Mode.PASSTHROUGH;
            default -> throw new Uncompilable("has mutual TLS of mode " + mode);
        };
    }

    private static Set<Method> methods(@Nullable List<String> names) {
        Set<Method> methods = EnumSet.noneOf(Method.class);
        for (String name : names == null || names.isEmpty() ? READING : names) {
            Method method = Method.of(name);
            if (method == null) throw new Uncompilable("allows method " + name);
            methods.add(method);
        }
        return methods;
    }

    private static List<ErrorRule> errors(@Nullable CustomErrorResponses responses) {
        if (responses == null) return List.of();
        var rules = new ArrayList<ErrorRule>();
        Set<Integer> statuses = new HashSet<>();
        for (CustomErrorResponse response : responses.items()) {
            if (response.errorCode() == null || !statuses.add(response.errorCode())) {
                throw new Uncompilable("has two error responses for status " + response.errorCode());
            }
            rules.add(error(response));
        }
        return rules;
    }

    private static ErrorRule error(CustomErrorResponse response) {
        String page = response.responsePagePath();
        Long ttl = response.errorCachingMinTTL();
        return new ErrorRule(
                response.errorCode(),
                ttl == null ? ErrorRule.DEFAULT_CACHING_MIN_TTL : Math.clamp(ttl, 0, Ttls.CENTURY),
                isSet(page) ? (page.startsWith("/") ? page : "/" + page) : null,
                isSet(response.responseCode()) ? Integer.parseInt(response.responseCode()) : 0);
    }

    private static @Nullable String rootObject(@Nullable String name) {
        if (name == null || name.isBlank()) return null;
        return name.startsWith("/") ? name.substring(1) : name;
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isBlank();
    }
}
