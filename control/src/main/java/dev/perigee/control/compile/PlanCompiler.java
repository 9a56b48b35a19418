package dev.perigee.control.compile;

import dev.perigee.control.compile.Compilation.Problem;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * Turns a snapshot of all resources into the plan that edges serve by. The plan depends on the content of the snapshot
 * only, not on the order of its lists: distributions stand in it by id.
 *
 * <p>Nothing that one distribution contains holds back another. A distribution that cannot be compiled stays as it was
 * last, or is left out when it was never in a plan. One that asks for a protection which edges do not enforce answers
 * nobody: see {@link Unenforced}.
 */
public final class PlanCompiler {
    private final CompileOptions options;

    public PlanCompiler(CompileOptions options) {
        this.options = options;
    }

    /** Compiles without an earlier plan: a distribution that cannot be compiled is left out. */
    public Compilation compile(Snapshot snapshot) {
        return compile(snapshot, Plan.EMPTY);
    }

    /** Compiles; a distribution that cannot be compiled stays as it was in the previous plan. */
    public Compilation compile(Snapshot snapshot, Plan previous) {
        var problems = new ArrayList<Problem>();
        Map<String, Distribution> last = byId(previous.distributions());
        var compiler = new DistributionCompiler(new Catalog(snapshot), options.domainSuffixes());
        var fresh = new ArrayList<Distribution>();
        var kept = new ArrayList<Distribution>();
        for (DistributionResource resource : inOrder(snapshot.distributions(), problems)) {
            String unenforced = Unenforced.by(resource.config());
            if (unenforced != null) problems.add(new Problem(resource.id(), unenforced));
            switch (outcome(compiler, resource)) {
                case Compiled(Distribution distribution) -> fresh.add(serving(distribution, unenforced == null));
                case Refused(String why) -> {
                    problems.add(new Problem(resource.id(), why));
                    Distribution before = last.get(resource.id());
                    boolean serves = unenforced == null && isEnabled(resource.config());
                    if (before != null) kept.add(serving(before, serves && !opens(before, resource.config())));
                }
            }
        }
        List<Distribution> settled = HostClaims.settle(fresh, kept, previous.distributions(), options, problems);
        Plan made = plan(
                snapshot,
                settled,
                certificates(settled, snapshot, previous),
                trustStores(settled, snapshot, previous),
                webAcls(settled, snapshot, previous),
                functions(settled, snapshot, previous),
                previous.stores());
        return new Compilation(made, problems);
    }

    /** The plan of a snapshot that differs from the one this plan was made from in its purges and in values of stores only. */
    public Plan repurged(Plan plan, Snapshot snapshot) {
        return plan(
                snapshot,
                plan.distributions(),
                plan.certificates(),
                plan.trustStores(),
                plan.webAcls(),
                plan.functions(),
                plan.stores());
    }

    /** What these distributions present, also those that are served in an earlier version. */
    private static List<ServerCertificate> certificates(
            List<Distribution> distributions, Snapshot snapshot, Plan previous) {
        var ids = new TreeSet<String>();
        for (Distribution distribution : distributions) ids.addAll(distribution.certificates());
        return found(ids, previous.certificates(), snapshot.certificates(), ServerCertificate::id);
    }

    /** Whom these distributions trust. */
    private static List<TrustStore> trustStores(List<Distribution> distributions, Snapshot snapshot, Plan previous) {
        var ids = new TreeSet<String>();
        for (Distribution distribution : distributions) {
            MutualTls mutual = distribution.tls().mutual();
            if (mutual != null && mutual.trustStore() != null) ids.add(mutual.trustStore());
        }
        return found(ids, previous.trustStores(), snapshot.trustStores(), TrustStore::id);
    }

    /** What decides for these distributions. */
    private static List<WebAcl> webAcls(List<Distribution> distributions, Snapshot snapshot, Plan previous) {
        var ids = new TreeSet<String>();
        for (Distribution distribution : distributions) {
            if (distribution.webAcl() != null) ids.add(distribution.webAcl());
        }
        return found(ids, previous.webAcls(), snapshot.webAcls(), WebAcl::id);
    }

    /** What runs for these distributions. */
    private static List<EdgeFunction> functions(List<Distribution> distributions, Snapshot snapshot, Plan previous) {
        var names = new TreeSet<String>();
        for (Distribution distribution : distributions) names.addAll(distribution.functions());
        return found(names, previous.functions(), snapshot.functions(), EdgeFunction::name);
    }

    /** What these functions read. */
    private static List<KeyValueStore> stores(
            List<EdgeFunction> functions, Snapshot snapshot, List<KeyValueStore> before) {
        var ids = new TreeSet<String>();
        for (EdgeFunction function : functions) ids.addAll(function.stores());
        return found(ids, before, snapshot.stores(), KeyValueStore::id);
    }

    private static <T> List<T> found(SortedSet<String> ids, List<T> before, List<T> now, Function<T, String> id) {
        var known = new HashMap<String, T>();
        for (T each : before) known.put(id.apply(each), each);
        for (T each : now) known.put(id.apply(each), each);
        var found = new ArrayList<T>();
        for (String wanted : ids) {
            T each = known.get(wanted);
            if (each != null) found.add(each);
        }
        return found;
    }

    private Plan plan(
            Snapshot snapshot,
            List<Distribution> distributions,
            List<ServerCertificate> certificates,
            List<TrustStore> trustStores,
            List<WebAcl> webAcls,
            List<EdgeFunction> functions,
            List<KeyValueStore> storesBefore) {
        String chosen = options.defaultDistribution();
        boolean present = distributions.stream().anyMatch(d -> d.id().equals(chosen));
        return new Plan(
                snapshot.version(),
                distributions,
                snapshot.purges().stream()
                        .sorted(Comparator.comparingLong(Purge::sequence))
                        .toList(),
                snapshot.purgeFloor(),
                present ? chosen : null,
                certificates,
                trustStores,
                snapshot.challenges(),
                webAcls,
                functions,
                stores(functions, snapshot, storesBefore));
    }

    private static Outcome outcome(DistributionCompiler compiler, DistributionResource resource) {
        try {
            return new Compiled(compiler.compile(resource));
        } catch (Uncompilable | IllegalArgumentException expected) {
            return new Refused(String.valueOf(expected.getMessage()));
        } catch (RuntimeException unforeseen) {
            // The wall between tenants: whatever else is wrong with this configuration must not stop the others.
            return new Refused("cannot be compiled: " + unforeseen);
        }
    }

    private static Collection<DistributionResource> inOrder(
            List<DistributionResource> resources, List<Problem> problems) {
        var ordered = new TreeMap<String, DistributionResource>();
        for (DistributionResource resource : resources) {
            if (ordered.putIfAbsent(resource.id(), resource) != null) {
                problems.add(new Problem(resource.id(), "is in the snapshot twice"));
            }
        }
        return ordered.values();
    }

    private static Map<String, Distribution> byId(List<Distribution> distributions) {
        var byId = new HashMap<String, Distribution>();
        distributions.forEach(distribution -> byId.put(distribution.id(), distribution));
        return byId;
    }

    private static Distribution serving(Distribution d, boolean mayServe) {
        return mayServe || !d.enabled() ? d : d.disabled();
    }

    /**
     * Whether the version before would answer viewers whom certificates, signatures, countries or a web ACL may keep out now, or
     * send on fields in clear that are to be closed now.
     */
    private static boolean opens(Distribution before, @Nullable DistributionConfig config) {
        if (config == null) return false;
        String acl = config.webACLId();
        return (config.viewerMtlsConfig() != null && before.tls().mutual() == null)
                || (acl != null && !acl.isEmpty() && !acl.equals(before.webAcl()))
                || Trust.opens(before, config)
                || GeoRestrictions.opens(before, config)
                || DistributionCompiler.uncovers(before, config);
    }

    private static boolean isEnabled(@Nullable DistributionConfig config) {
        return config != null && Boolean.TRUE.equals(config.enabled());
    }

    private sealed interface Outcome {}

    private record Compiled(Distribution distribution) implements Outcome {}

    private record Refused(String why) implements Outcome {}
}
