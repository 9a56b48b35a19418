package dev.perigee.wire;

import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold between the parts of a plan, beyond what each part checks of itself. */
final class PlanConsistency {
    private static final int PORT_MAX = 65_535;

    private PlanConsistency() {}

    /** The first thing wrong with it, or null. */
    static @Nullable String problem(Plan plan) {
        Set<String> certificates = new HashSet<>();
        for (ServerCertificate certificate : plan.certificates()) {
            if (!certificates.add(certificate.id())) return "certificate " + certificate.id() + " is listed twice";
        }
        Set<String> trustStores = new HashSet<>();
        for (TrustStore store : plan.trustStores()) {
            if (!trustStores.add(store.id())) return "trust store " + store.id() + " is listed twice";
        }
        Set<String> webAcls = new HashSet<>();
        for (WebAcl acl : plan.webAcls()) {
            if (!webAcls.add(acl.id())) return "web ACL " + acl.id() + " is listed twice";
        }
        Set<String> functions = new HashSet<>();
        for (EdgeFunction function : plan.functions()) {
            if (!functions.add(function.name())) return "function " + function.name() + " is listed twice";
        }
        String unread = storesProblem(plan);
        if (unread != null) return unread;
        Set<String> ids = new HashSet<>();
        Map<String, String> hosts = new HashMap<>();
        for (Distribution distribution : plan.distributions()) {
            if (!ids.add(distribution.id())) return "distribution " + distribution.id() + " is listed twice";
            String problem = hostsProblem(distribution, hosts);
            if (problem == null) problem = originsProblem(distribution);
            if (problem == null) problem = tlsProblem(distribution, certificates, trustStores);
            if (problem == null && distribution.webAcl() != null && !webAcls.contains(distribution.webAcl())) {
                problem =
                        "web ACL " + distribution.webAcl() + " of distribution " + distribution.id() + " is not listed";
            }
            if (problem == null) problem = functionsProblem(distribution, functions);
            if (problem == null) problem = choicesProblem(distribution);
            if (problem != null) return problem;
        }
        if (hasRepeatedToken(plan.challenges())) return "two challenges have one token";
        String chosen = plan.defaultDistribution();
        if (chosen != null && !ids.contains(chosen)) return "the default distribution " + chosen + " is not listed";
        return purgesProblem(plan);
    }

    private static @Nullable String tlsProblem(
            Distribution distribution, Set<String> certificates, Set<String> trustStores) {
        for (String certificate : distribution.certificates()) {
            if (!certificates.contains(certificate)) {
                return "certificate " + certificate + " of distribution " + distribution.id() + " is not listed";
            }
        }
        MutualTls mutual = distribution.tls().mutual();
        String trusted = mutual == null ? null : mutual.trustStore();
        return trusted == null || trustStores.contains(trusted)
                ? null
                : "trust store " + trusted + " of distribution " + distribution.id() + " is not listed";
    }

    private static @Nullable String functionsProblem(Distribution distribution, Set<String> functions) {
        for (String function : distribution.functions()) {
            if (!functions.contains(function)) {
                return "function " + function + " of distribution " + distribution.id() + " is not listed";
            }
        }
        return null;
    }

    private static @Nullable String storesProblem(Plan plan) {
        Set<String> stores = new HashSet<>();
        for (KeyValueStore store : plan.stores()) {
            if (!stores.add(store.id())) return "key value store " + store.id() + " is listed twice";
            String before = null;
            for (KeyValueStore.Pair pair : store.pairs()) {
                if (before != null && before.compareTo(pair.key()) >= 0) {
                    return "key " + pair.key() + " of key value store " + store.id() + " is out of order";
                }
                before = pair.key();
            }
        }
        for (EdgeFunction function : plan.functions()) {
            for (String store : function.stores()) {
                if (!stores.contains(store)) {
                    return "key value store " + store + " of function " + function.name() + " is not listed";
                }
            }
        }
        return null;
    }

    private static boolean hasRepeatedToken(@Nullable Challenges challenges) {
        Set<String> tokens = new HashSet<>();
        return challenges != null && !challenges.http().stream().allMatch(challenge -> tokens.add(challenge.token()));
    }

    private static @Nullable String hostsProblem(Distribution distribution, Map<String, String> hosts) {
        for (String host : distribution.hosts()) {
            String other = hosts.putIfAbsent(host, distribution.id());
            if (other != null) return "host " + host + " belongs to " + other + " and to " + distribution.id();
        }
        return null;
    }

    private static @Nullable String originsProblem(Distribution distribution) {
        for (Behavior behavior : distribution.behaviors()) {
            Origin bad = hasPorts(behavior.origin()) ? null : behavior.origin();
            Failover failover = behavior.failover();
            if (bad == null && failover != null && !hasPorts(failover.secondary())) bad = failover.secondary();
            if (bad != null) {
                return "origin " + bad.id() + " of distribution " + distribution.id() + " has no valid ports";
            }
        }
        return null;
    }

    private static @Nullable String choicesProblem(Distribution distribution) {
        Set<String> ids = new HashSet<>();
        for (Origin origin : distribution.origins()) {
            if (!ids.add(origin.id())) return "origin " + origin.id() + " of " + distribution.id() + " is listed twice";
            if (!hasPorts(origin)) {
                return "origin " + origin.id() + " of distribution " + distribution.id() + " has no valid ports";
            }
        }
        return null;
    }

    private static boolean hasPorts(Origin origin) {
        return isPort(origin.httpPort()) && isPort(origin.httpsPort());
    }

    private static boolean isPort(int port) {
        return port >= 1 && port <= PORT_MAX;
    }

    private static @Nullable String purgesProblem(Plan plan) {
        if (plan.purgeFloor() < 0) return "the purge floor " + plan.purgeFloor() + " is negative";
        long before = 0;
        for (Purge purge : plan.purges()) {
            if (purge.sequence() <= before) return "purge " + purge.sequence() + " follows purge " + before;
            before = purge.sequence();
        }
        return null;
    }
}
