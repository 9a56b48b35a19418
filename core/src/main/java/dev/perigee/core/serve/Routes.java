package dev.perigee.core.serve;

import dev.perigee.core.cache.CloudFrontHeaders;
import dev.perigee.core.firewall.Firewall;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Wildcards;
import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plan's names, arranged for look-up by host. */
public final class Routes {
    private final Plan plan;
    private final Map<String, Distribution> exact = new HashMap<>();
    /** By the part after {@code *.}. */
    private final Map<String, Distribution> wildcards = new HashMap<>();

    private final Map<String, ServerCertificate> certificates = new HashMap<>();
    private final Map<String, TrustStore> trustStores = new HashMap<>();

    private final Map<String, EdgeFunction> functions = new HashMap<>();

    /** By path. */
    private final Map<String, Challenges.Http> httpChallenges = new HashMap<>();
    /** By the name that is to be proved. */
    private final Map<String, ServerCertificate> tlsChallenges = new HashMap<>();

    private final boolean fingerprints;
    /** By the web ACL's id. */
    private final Map<String, Firewall> firewalls;

    private final @Nullable Distribution fallback;

    /** Of a plan without web ACLs. */
    public Routes(Plan plan) {
        this(plan, Map.of());
    }

    /** @param firewalls the plan's web ACLs by their ids, ready to decide */
    public Routes(Plan plan, Map<String, Firewall> firewalls) {
        this.plan = plan;
        this.firewalls = Map.copyOf(firewalls);
        for (WebAcl acl : plan.webAcls()) {
            if (!firewalls.containsKey(acl.id())) throw new IllegalArgumentException(acl.id() + " is not ready");
        }
        Distribution chosen = null;
        for (Distribution distribution : plan.distributions()) {
            for (String host : distribution.hosts()) {
                if (host.startsWith("*.")) wildcards.put(host.substring(2), distribution);
                else exact.put(host, distribution);
            }
            if (distribution.id().equals(plan.defaultDistribution())) chosen = distribution;
        }
        for (ServerCertificate certificate : plan.certificates()) certificates.put(certificate.id(), certificate);
        for (TrustStore store : plan.trustStores()) trustStores.put(store.id(), store);
        for (EdgeFunction function : plan.functions()) functions.put(function.name(), function);
        this.fallback = chosen;
        this.fingerprints = plan.distributions().stream()
                .flatMap(distribution -> distribution.behaviors().stream())
                .anyMatch(CloudFrontHeaders::wantsFingerprints);
        Challenges challenges = plan.challenges();
        if (challenges == null) return;
        for (Challenges.Http each : challenges.http()) httpChallenges.put(Challenges.PATH + each.token(), each);
        for (ServerCertificate proof : challenges.tls()) {
            for (String name : proof.names()) tlsChallenges.put(name, proof);
        }
    }

    public Plan plan() {
        return plan;
    }

    /**
     * The distribution of a lower-case host without port, or null. An exact name beats a wildcard, and a longer wildcard
     * beats a shorter one; a wildcard stands for one or more labels, never for none.
     */
    public @Nullable Distribution distribution(String host) {
        Distribution owner = owner(host);
        return owner == null ? fallback : owner;
    }

    /**
     * The distribution that the request is for, if its web ACL decides whether it is served; null when none does. What proves
     * a name to a certificate authority is beyond all rules.
     */
    public @Nullable Distribution guarded(RequestHead request, boolean hasContent) {
        if (firewalls.isEmpty()) return null;
        Distribution distribution = distribution(request.host());
        if (distribution == null || distribution.webAcl() == null || !distribution.enabled()) return null;
        return !hasContent && challengeAnswer(request) != null ? null : distribution;
    }

    /** What decides for this distribution, which is {@linkplain #guarded guarded}. */
    public Firewall firewall(Distribution guarded) {
        Firewall firewall = guarded.webAcl() == null ? null : firewalls.get(guarded.webAcl());
        if (firewall == null) throw new IllegalStateException(guarded.id() + " has no web ACL that is ready");
        return firewall;
    }

    /** The certificate with this id, if the plan has it. */
    public @Nullable ServerCertificate certificate(String id) {
        return certificates.get(id);
    }

    /** The function with this name, if the plan has it. */
    public @Nullable EdgeFunction function(String name) {
        return functions.get(name);
    }

    /** The trust store with this id, if the plan has it. */
    public @Nullable TrustStore trustStore(String id) {
        return trustStores.get(id);
    }

    /**
     * What a certificate authority wants to read here: exactly its token's path, on one of the names that were ordered, whether
     * they are some distribution's or not yet. Null when the request is anything else.
     */
    @Nullable
    String challengeAnswer(RequestHead request) {
        if (httpChallenges.isEmpty()) return null;
        Challenges.Http challenge = httpChallenges.get(request.path());
        if (challenge == null || request.query() != null) return null;
        boolean reading = request.method().equals("GET") || request.method().equals("HEAD");
        return reading && challenge.hosts().contains(request.host()) ? challenge.answer() : null;
    }

    /** Whether some behavior tells its origin how viewers begin their handshakes. */
    public boolean wantsFingerprints() {
        return fingerprints;
    }

    /** Whether some certificate authority may ask in a handshake. */
    public boolean hasTlsChallenges() {
        return !tlsChallenges.isEmpty();
    }

    /** The certificate that proves this lower-case name to a certificate authority, if one is to ask for it. */
    public @Nullable ServerCertificate challengeCertificate(String name) {
        return tlsChallenges.get(name);
    }

    /** As {@link #distribution}, but nobody stands in for a host that no distribution has. */
    public @Nullable Distribution owner(String host) {
        Distribution found = exact.get(host);
        if (found != null) return found;
        if (!wildcards.isEmpty()) {
            for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
                found = wildcards.get(host.substring(dot + 1));
                if (found != null) return found;
            }
        }
        return null;
    }

    /** The first behavior whose pattern matches the normalised path. */
    public static Behavior behavior(Distribution distribution, String normalisedPath) {
        int last = distribution.behaviors().size() - 1;
        for (int i = 0; i < last; i++) {
            Behavior behavior = distribution.behaviors().get(i);
            if (Wildcards.matches(behavior.pathPattern(), normalisedPath)) return behavior;
        }
        return distribution.behaviors().get(last);
    }
}
