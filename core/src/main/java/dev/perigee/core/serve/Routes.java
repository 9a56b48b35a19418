package dev.perigee.core.serve;

import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Wildcards;
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

    private final @Nullable Distribution fallback;

    public Routes(Plan plan) {
        this.plan = plan;
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
        this.fallback = chosen;
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

    /** The certificate with this id, if the plan has it. */
    public @Nullable ServerCertificate certificate(String id) {
        return certificates.get(id);
    }

    /** The trust store with this id, if the plan has it. */
    public @Nullable TrustStore trustStore(String id) {
        return trustStores.get(id);
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
