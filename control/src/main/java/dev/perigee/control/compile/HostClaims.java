package dev.perigee.control.compile;

import dev.perigee.control.compile.Compilation.Problem;
import dev.perigee.core.plan.Distribution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * Gives every host to one distribution. The API refuses a second owner, so this only matters when it was wrong; then
 * the loser goes without the host and keeps its others.
 *
 * <p>Names under the domain suffixes belong to the distribution they were assigned to, whoever has them as an alias.
 * Among aliases the owner in the previous plan comes first, then the lower id; distributions that are served in an
 * earlier version come last, because the configuration that took the host away from them may be the one that failed.
 */
final class HostClaims {
    private final Map<String, String> owners = new HashMap<>();

    private HostClaims() {}

    static List<Distribution> settle(
            List<Distribution> fresh,
            List<Distribution> kept,
            List<Distribution> previous,
            CompileOptions options,
            List<Problem> problems) {
        Map<String, String> before = new HashMap<>();
        previous.forEach(d -> d.hosts().forEach(host -> before.put(host, d.id())));
        var claims = new HostClaims();
        var all = new ArrayList<Distribution>(fresh);
        all.addAll(kept);
        claims.claim(all, (d, host) -> assigned(d, options).contains(host));
        claims.claim(fresh, (d, host) -> d.id().equals(before.get(host)));
        claims.claim(fresh, (d, host) -> true);
        claims.claim(kept, (d, host) -> true);
        return all.stream()
                .map(d -> claims.withOwnHosts(d, problems))
                .sorted(Comparator.comparing(Distribution::id))
                .toList();
    }

    /** The names that come with the distribution's domain name. */
    static List<String> assigned(Distribution distribution, CompileOptions options) {
        return DistributionCompiler.assignedHosts(distribution.domainName(), options.domainSuffixes());
    }

    private void claim(List<Distribution> distributions, BiPredicate<Distribution, String> entitled) {
        for (Distribution distribution : distributions) {
            for (String host : distribution.hosts()) {
                if (entitled.test(distribution, host)) owners.putIfAbsent(host, distribution.id());
            }
        }
    }

    private Distribution withOwnHosts(Distribution d, List<Problem> problems) {
        var own = new ArrayList<String>();
        for (String host : d.hosts()) {
            String owner = owners.get(host);
            if (d.id().equals(owner)) {
                own.add(host);
            } else {
                problems.add(new Problem(d.id(), "host " + host + " belongs to distribution " + owner));
            }
        }
        if (own.size() == d.hosts().size()) return d;
        return d.withHosts(own);
    }
}
