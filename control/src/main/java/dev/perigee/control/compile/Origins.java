package dev.perigee.control.compile;

import dev.perigee.core.http.Field;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Origin.ProtocolPolicy;
import dev.perigee.core.plan.OriginAccess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CustomHeaders;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMember;
import software.amazon.awssdk.services.cloudfront.model.OriginMtlsConfig;
import software.amazon.awssdk.services.cloudfront.model.S3OriginConfig;

/** The origins and origin groups of one distribution, compiled on first use. */
final class Origins {
    private static final int CONNECTION_ATTEMPTS = 3;
    private static final int CONNECTION_TIMEOUT = 10;
    private static final int READ_TIMEOUT = 30;
    private static final int KEEPALIVE_TIMEOUT = 5;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    /** What CloudFront recommends; it is also the least that S3 accepts. */
    private static final List<String> TLS = List.of("TLSv1.2");

    private final Catalog catalog;
    private final Map<String, software.amazon.awssdk.services.cloudfront.model.Origin> configured = new HashMap<>();
    private final Map<String, OriginGroup> groups = new HashMap<>();
    private final Map<String, Origin> compiled = new HashMap<>();

    Origins(Catalog catalog, DistributionConfig config) {
        this.catalog = catalog;
        if (config.origins() != null) {
            config.origins().items().forEach(origin -> configured.putIfAbsent(origin.id(), origin));
        }
        if (config.originGroups() == null) return;
        config.originGroups().items().forEach(group -> groups.putIfAbsent(group.id(), group));
    }

    /** The origin, or the primary member of the origin group, with this id. */
    Origin target(@Nullable String id) {
        if (id == null) throw new Uncompilable("has a behavior without TargetOriginId");
        OriginGroup group = groupWith(id);
        return origin(group == null ? id : members(group).getFirst().originId());
    }

    /** All of them, but for those that edges cannot reach. */
    List<Origin> all() {
        List<Origin> all = new ArrayList<>();
        for (var each : new TreeMap<>(configured).entrySet()) {
            if (each.getValue().vpcOriginConfig() == null) all.add(origin(each.getKey()));
        }
        return all;
    }

    /** The other member of the origin group with this id; null when it is the id of an origin. */
    @Nullable
    Failover failover(String id) {
        OriginGroup group = groupWith(id);
        if (group == null) return null;
        List<Integer> statuses =
                group.failoverCriteria() == null || group.failoverCriteria().statusCodes() == null
                        ? List.of()
                        : group.failoverCriteria().statusCodes().items();
        return new Failover(origin(members(group).getLast().originId()), Set.copyOf(statuses));
    }

    private @Nullable OriginGroup groupWith(String id) {
        return configured.containsKey(id) ? null : groups.get(id);
    }

    private static List<OriginGroupMember> members(OriginGroup group) {
        List<OriginGroupMember> members =
                group.members() == null ? List.of() : group.members().items();
        if (members.size() != 2) {
            throw new Uncompilable("has origin group " + group.id() + " of " + members.size() + " members, not 2");
        }
        return members;
    }

    private Origin origin(String id) {
        var origin = configured.get(id);
        if (origin == null) throw new Uncompilable("has a behavior for origin " + id + ", which does not exist");
        return compiled.computeIfAbsent(id, _ -> compile(origin));
    }

    private Origin compile(software.amazon.awssdk.services.cloudfront.model.Origin origin) {
        S3OriginConfig s3 = origin.s3OriginConfig();
        CustomOriginConfig custom = origin.customOriginConfig();
        if (origin.vpcOriginConfig() != null) {
            throw new Uncompilable("has origin " + origin.id() + " in a VPC, which edges cannot reach");
        }
        if (s3 != null && custom == null) return bucket(origin, s3);
        if (custom != null && s3 == null) return server(origin, custom);
        throw new Uncompilable("has origin " + origin.id() + " that is not either S3 or custom");
    }

    /** CloudFront asks S3 over the protocol of the viewer's request. */
    private Origin bucket(software.amazon.awssdk.services.cloudfront.model.Origin origin, S3OriginConfig s3) {
        return new Origin(
                origin.id(),
                domainName(origin),
                path(origin.originPath()),
                customHeaders(origin.customHeaders()),
                Origin.Kind.S3,
                HTTP,
                HTTPS,
                ProtocolPolicy.MATCH_VIEWER,
                TLS,
                given(origin.connectionAttempts(), CONNECTION_ATTEMPTS),
                given(origin.connectionTimeout(), CONNECTION_TIMEOUT),
                given(s3.originReadTimeout(), READ_TIMEOUT),
                KEEPALIVE_TIMEOUT,
                given(origin.responseCompletionTimeout(), 0),
                access(origin, s3),
                null);
    }

    private Origin server(software.amazon.awssdk.services.cloudfront.model.Origin origin, CustomOriginConfig custom) {
        return new Origin(
                origin.id(),
                domainName(origin),
                path(origin.originPath()),
                customHeaders(origin.customHeaders()),
                Origin.Kind.CUSTOM,
                given(custom.httpPort(), HTTP),
                given(custom.httpsPort(), HTTPS),
                protocolPolicy(custom),
                sslProtocols(custom),
                given(origin.connectionAttempts(), CONNECTION_ATTEMPTS),
                given(origin.connectionTimeout(), CONNECTION_TIMEOUT),
                given(custom.originReadTimeout(), READ_TIMEOUT),
                given(custom.originKeepaliveTimeout(), KEEPALIVE_TIMEOUT),
                given(origin.responseCompletionTimeout(), 0),
                custom.originMtlsConfig() == null ? access(origin, null) : certificate(custom.originMtlsConfig()),
                null);
    }

    private OriginAccess certificate(OriginMtlsConfig mutualTls) {
        return new OriginAccess.Certificate(
                catalog.certificate(mutualTls.clientCertificateArn()).id());
    }

    /** An origin access identity is the older way to the same end: requests to the bucket are signed. */
    private OriginAccess access(
            software.amazon.awssdk.services.cloudfront.model.Origin origin, @Nullable S3OriginConfig s3) {
        String controlId = origin.originAccessControlId();
        if (controlId != null && !controlId.isBlank()) {
            return access(catalog.accessControl(controlId).originAccessControlConfig(), origin.domainName());
        }
        String identity = s3 == null ? null : s3.originAccessIdentity();
        return identity == null || identity.isBlank()
                ? new OriginAccess.Anonymous()
                : new OriginAccess.Signed("s3", AwsRegions.of(origin.domainName()), false);
    }

    private static OriginAccess access(OriginAccessControlConfig control, String domainName) {
        String service = switch (Objects.requireNonNull(
                control.originAccessControlOriginType(), "OriginAccessControlOriginType")) {
            case S3 -> "s3";
            case MEDIASTORE -> "mediastore";
            case MEDIAPACKAGEV2 -> "mediapackagev2";
            case LAMBDA -> "lambda";
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable(
                        "has an origin access control for " + control.originAccessControlOriginTypeAsString());
        };
        String region = AwsRegions.of(domainName);
        return switch (Objects.requireNonNull(control.signingBehavior(), "SigningBehavior")) {
            case NEVER -> new OriginAccess.Anonymous();
            case ALWAYS -> new OriginAccess.Signed(service, region, false);
            case NO_OVERRIDE -> new OriginAccess.Signed(service, region, true);
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable(
                        "has an origin access control with signing behavior " + control.signingBehaviorAsString());
        };
    }

    private static ProtocolPolicy protocolPolicy(CustomOriginConfig custom) {
        return switch (Objects.requireNonNull(custom.originProtocolPolicy(), "OriginProtocolPolicy")) {
            case HTTP_ONLY -> ProtocolPolicy.HTTP_ONLY;
            case HTTPS_ONLY -> ProtocolPolicy.HTTPS_ONLY;
            case MATCH_VIEWER -> ProtocolPolicy.MATCH_VIEWER;
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Uncompilable("has an origin with protocol policy " + custom.originProtocolPolicyAsString());
        };
    }

    private static List<String> sslProtocols(CustomOriginConfig custom) {
        if (custom.originSslProtocols() == null) return TLS;
        List<String> chosen = custom.originSslProtocols().itemsAsStrings();
        return chosen.isEmpty() ? TLS : chosen.stream().distinct().sorted().toList();
    }

    private static String domainName(software.amazon.awssdk.services.cloudfront.model.Origin origin) {
        String name = origin.domainName();
        if (name == null || name.isBlank()) throw new Uncompilable("has origin " + origin.id() + " without a name");
        return name.strip().toLowerCase(Locale.ROOT);
    }

    private static String path(@Nullable String originPath) {
        String path = originPath == null ? "" : originPath.strip();
        while (path.endsWith("/")) path = path.substring(0, path.length() - 1);
        return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
    }

    private static List<Field> customHeaders(@Nullable CustomHeaders headers) {
        if (headers == null) return List.of();
        return headers.items().stream()
                .map(header -> new Field(header.headerName(), header.headerValue()))
                .toList();
    }

    private static int given(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
