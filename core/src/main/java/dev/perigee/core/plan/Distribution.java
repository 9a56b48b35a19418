package dev.perigee.core.plan;

import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.TlsSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One distribution, resolved: no name or id in it needs another look-up.
 *
 * @param id such as {@code EDFDVBD6EXAMPLE}
 * @param domainName the canonical name, such as {@code d111111abcdef8.cloudfront.net}
 * @param hosts every lower-case name that reaches it: the domain name under each suffix, and the aliases, of which a
 *     leading {@code *.} stands for one or more labels
 * @param enabled a disabled distribution answers 403 like an unknown host
 * @param behaviors in matching order; the last one is the default and matches every path
 * @param defaultRootObject served for {@code /}, without a leading slash
 * @param errors rules for error responses, at most one per status
 * @param cacheTagHeader lower-case name of the response header that lists an object's cache tags (CacheTagConfig)
 * @param versions what is offered in the TLS handshake, and by Alt-Svc (HttpVersion)
 * @param tls how its viewers are met (ViewerCertificate, ViewerMtlsConfig)
 * @param geo the countries that it is served to; null for all
 * @param guards limits of our own; null for none
 * @param webAcl id of the web ACL that decides who is served at all (WebACLId); null for none
 * @param logging where its access log is delivered to (Logging); null for nowhere
 * @param origins that its functions may choose from: all it has, or none where no function can
 * @param deliveries of its standard log of version 2
 */
public record Distribution(
        String id,
        String domainName,
        List<String> hosts,
        boolean enabled,
        List<Behavior> behaviors,
        @Nullable String defaultRootObject,
        List<ErrorRule> errors,
        @Nullable String cacheTagHeader,
        OfferedVersions versions,
        TlsSettings tls,
        @Nullable GeoRestriction geo,
        @Nullable Guards guards,
        @Nullable String webAcl,
        @Nullable AccessLogging logging,
        List<Origin> origins,
        List<RecordDelivery> deliveries) {
    public Distribution {
        origins = List.copyOf(origins);
        deliveries = List.copyOf(deliveries);
        hosts = List.copyOf(hosts);
        behaviors = List.copyOf(behaviors);
        errors = List.copyOf(errors);
        if (behaviors.isEmpty()) throw new IllegalArgumentException("distribution " + id + " has no default behavior");
        if (!behaviors.getLast().pathPattern().equals("*")) {
            throw new IllegalArgumentException("the last behavior of distribution " + id + " is not the default");
        }
        MutualTls mutual = tls.mutual();
        if (mutual != null) requireSecure(id, behaviors, versions, mutual.mode() == MutualTls.Mode.PASSTHROUGH);
    }

    /** An enabled one that has no other name than its own, and is served everywhere, to everybody. */
    public static Builder builder(String id, String domainName, List<Behavior> behaviors) {
        return new Builder(id, domainName, behaviors);
    }

    /** The same, to change something of it. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** With mutual TLS nothing is answered in clear or over QUIC; what the origin judges for itself is not stored. */
    private static void requireSecure(String id, List<Behavior> behaviors, OfferedVersions versions, boolean judged) {
        if (versions.http3()) throw new IllegalArgumentException("distribution " + id + " has mutual TLS and HTTP/3");
        for (Behavior behavior : behaviors) {
            if (behavior.viewerProtocolPolicy() == Behavior.ViewerProtocolPolicy.ALLOW_ALL) {
                throw new IllegalArgumentException("distribution " + id + " has mutual TLS and allows HTTP");
            }
            if (judged && !behavior.cachePolicy().cachingDisabled()) {
                throw new IllegalArgumentException("distribution " + id + " passes certificates on and caches");
            }
        }
    }

    /** Ids of the certificates that are shown to origins of its behaviors. */
    public Set<String> originCertificates() {
        Set<String> ids = new TreeSet<>();
        for (Behavior behavior : behaviors) {
            addCertificate(behavior.origin(), ids);
            if (behavior.failover() != null) addCertificate(behavior.failover().secondary(), ids);
        }
        for (Origin origin : origins) addCertificate(origin, ids);
        return ids;
    }

    /** Names of the functions that run for its requests. */
    public Set<String> functions() {
        Set<String> names = new TreeSet<>();
        for (Behavior behavior : behaviors) {
            ViewerFunctions functions = behavior.functions();
            if (functions == null) continue;
            if (functions.request() != null) names.add(functions.request());
            if (functions.response() != null) names.add(functions.response());
        }
        return names;
    }

    /** The Lambda functions that run for its requests. */
    public Set<EdgeLambda> lambdas() {
        Set<EdgeLambda> all = new HashSet<>();
        for (Behavior behavior : behaviors) {
            if (behavior.lambdas() != null) all.addAll(behavior.lambdas().functions());
        }
        return all;
    }

    /** Ids of all certificates that it presents, to viewers and to origins. */
    public Set<String> certificates() {
        Set<String> ids = originCertificates();
        if (tls.certificate() != null) ids.add(tls.certificate());
        return ids;
    }

    private static void addCertificate(Origin origin, Set<String> ids) {
        if (origin.access() instanceof OriginAccess.Certificate(String arn)) ids.add(arn);
    }

    /** The same for these hosts. */
    public Distribution withHosts(List<String> others) {
        return toBuilder().hosts(others).build();
    }

    /** The same, answering nobody. */
    public Distribution disabled() {
        return toBuilder().enabled(false).build();
    }

    /** The same behind this web ACL. */
    public Distribution withWebAcl(@Nullable String acl) {
        return toBuilder().webAcl(acl).build();
    }

    /** The origin with this id, of those that functions may choose from. */
    public @Nullable Origin origin(String originId) {
        for (Origin origin : origins) {
            if (origin.id().equals(originId)) return origin;
        }
        return null;
    }

    /** Minimum seconds that an error response of this status is cached (CustomErrorResponses; 10 when not configured). */
    public long errorCachingMinTtl(int status) {
        for (ErrorRule rule : errors) {
            if (rule.status() == status) return rule.cachingMinTtl();
        }
        return ErrorRule.DEFAULT_CACHING_MIN_TTL;
    }

    /** Makes distributions; what is not said is as {@link #builder} has it. */
    public static final class Builder {
        private final String id;
        private final String domainName;
        private List<String> hosts;
        private boolean enabled = true;
        private List<Behavior> behaviors;
        private @Nullable String defaultRootObject;
        private List<ErrorRule> errors = List.of();
        private @Nullable String cacheTagHeader;
        private OfferedVersions versions = OfferedVersions.HTTP_2;
        private TlsSettings tls = TlsSettings.DEFAULT;
        private @Nullable GeoRestriction geo;
        private @Nullable Guards guards;
        private @Nullable String webAcl;
        private @Nullable AccessLogging logging;
        private List<Origin> origins = List.of();
        private List<RecordDelivery> deliveries = List.of();

        private Builder(String id, String domainName, List<Behavior> behaviors) {
            this.id = id;
            this.domainName = domainName;
            this.behaviors = behaviors;
            hosts = List.of(domainName);
        }

        private Builder(Distribution of) {
            id = of.id;
            domainName = of.domainName;
            behaviors = of.behaviors;
            hosts = of.hosts;
            enabled = of.enabled;
            defaultRootObject = of.defaultRootObject;
            errors = of.errors;
            cacheTagHeader = of.cacheTagHeader;
            versions = of.versions;
            tls = of.tls;
            geo = of.geo;
            guards = of.guards;
            webAcl = of.webAcl;
            logging = of.logging;
            origins = of.origins;
            deliveries = of.deliveries;
        }

        public Builder hosts(List<String> chosen) {
            hosts = chosen;
            return this;
        }

        public Builder enabled(boolean chosen) {
            enabled = chosen;
            return this;
        }

        public Builder behaviors(List<Behavior> chosen) {
            behaviors = chosen;
            return this;
        }

        public Builder errors(List<ErrorRule> chosen) {
            errors = chosen;
            return this;
        }

        public Builder webAcl(@Nullable String chosen) {
            webAcl = chosen;
            return this;
        }

        public Builder logging(@Nullable AccessLogging chosen) {
            logging = chosen;
            return this;
        }

        public Builder origins(List<Origin> chosen) {
            origins = chosen;
            return this;
        }

        public Distribution build() {
            return new Distribution(
                    id,
                    domainName,
                    hosts,
                    enabled,
                    behaviors,
                    defaultRootObject,
                    errors,
                    cacheTagHeader,
                    versions,
                    tls,
                    geo,
                    guards,
                    webAcl,
                    logging,
                    origins,
                    deliveries);
        }
    }
}
