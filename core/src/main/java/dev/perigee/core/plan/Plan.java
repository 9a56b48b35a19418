package dev.perigee.core.plan;

import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything an edge needs to serve: compiled from the control plane's resources, complete and immutable.
 *
 * @param version the store revision this plan was compiled from; a newer plan has a higher version
 * @param distributions every enabled or disabled distribution, each fully resolved
 * @param purges invalidations that not every edge had acknowledged before this version, in ascending order of sequence
 * @param purgeFloor sequence of the newest purge that is no longer listed (0: none was ever dropped); an edge that has
 *     applied less than this has missed a purge and empties its cache
 * @param defaultDistribution id of the distribution that answers for unknown hosts, if one was chosen
 * @param certificates that distributions refer to, each once
 * @param trustStores that distributions refer to, each once
 * @param challenges of certificate authorities; null while no order is in progress, so that such a plan is what it always was
 * @param webAcls that distributions refer to, each once
 * @param functions that behaviors refer to, each once
 * @param stores that functions refer to, each once
 */
public record Plan(
        long version,
        List<Distribution> distributions,
        List<Purge> purges,
        long purgeFloor,
        @Nullable String defaultDistribution,
        List<ServerCertificate> certificates,
        List<TrustStore> trustStores,
        @Nullable Challenges challenges,
        List<WebAcl> webAcls,
        List<EdgeFunction> functions,
        List<KeyValueStore> stores) {
    public static final Plan EMPTY = new Plan(0, List.of(), List.of(), 0, null);

    public Plan {
        if (version < 0) throw new IllegalArgumentException("plan version " + version + " is negative");
        distributions = List.copyOf(distributions);
        purges = List.copyOf(purges);
        certificates = List.copyOf(certificates);
        trustStores = List.copyOf(trustStores);
        webAcls = List.copyOf(webAcls);
        functions = List.copyOf(functions);
        stores = List.copyOf(stores);
    }

    /** A plan without web ACLs, functions and key value stores. */
    public Plan(
            long version,
            List<Distribution> distributions,
            List<Purge> purges,
            long purgeFloor,
            @Nullable String defaultDistribution,
            List<ServerCertificate> certificates,
            List<TrustStore> trustStores,
            @Nullable Challenges challenges) {
        this(
                version,
                distributions,
                purges,
                purgeFloor,
                defaultDistribution,
                certificates,
                trustStores,
                challenges,
                List.of(),
                List.of(),
                List.of());
    }

    /** A plan while no certificate is ordered. */
    public Plan(
            long version,
            List<Distribution> distributions,
            List<Purge> purges,
            long purgeFloor,
            @Nullable String defaultDistribution,
            List<ServerCertificate> certificates,
            List<TrustStore> trustStores) {
        this(version, distributions, purges, purgeFloor, defaultDistribution, certificates, trustStores, null);
    }

    /** A plan without certificates and trust stores. */
    public Plan(
            long version,
            List<Distribution> distributions,
            List<Purge> purges,
            long purgeFloor,
            @Nullable String defaultDistribution) {
        this(version, distributions, purges, purgeFloor, defaultDistribution, List.of(), List.of());
    }

    /** Whether requests are served by both in the same way, but for what is still stored. */
    public boolean differsInPurgesOnly(Plan other) {
        return distributions.equals(other.distributions)
                && certificates.equals(other.certificates)
                && trustStores.equals(other.trustStores)
                && webAcls.equals(other.webAcls)
                && Objects.equals(challenges, other.challenges)
                && functions.equals(other.functions)
                && stores.equals(other.stores)
                && Objects.equals(defaultDistribution, other.defaultDistribution);
    }
}
