package dev.perigee.edge.serve;

import dev.perigee.core.cost.PriceRegion;
import dev.perigee.core.geo.Countries;
import dev.perigee.core.geo.Location;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.GeoRestriction;
import dev.perigee.core.plan.Guards;
import dev.perigee.core.serve.Admission;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.guard.GuardStatus;
import dev.perigee.edge.guard.NetworkRates;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.guard.Tally;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What is checked of each request once its distribution is known, and cannot be remembered with its octets: it depends on
 * who asks, and when. Any thread.
 */
public final class Gatekeeper {
    private final Countries countries;
    private final SpendingLedger ledger;
    private final PriceRegion region;
    private final LongAdder capReached = new LongAdder();

    /** Half a megabyte that most edges never need. */
    private volatile @Nullable NetworkRates rates;

    /** @param pop three letters, by which traffic has its price */
    public Gatekeeper(Countries countries, SpendingLedger ledger, String pop) {
        this.countries = countries;
        this.ledger = ledger;
        this.region = PriceRegion.of(pop);
    }

    /**
     * What a request for a distribution with a web ACL gets instead of being looked at by its rules, or null when it may go on.
     * Rules may cost a thousand times what a limit does: who is over one must not be able to have them run.
     */
    @Nullable
    Admission limit(Distribution distribution, Exchange x) {
        Guards guards = distribution.guards();
        if (guards == null) return null;
        Admission stopped = overLimit(distribution, guards, x);
        if (stopped != null) meter(distribution, guards, x);
        return stopped;
    }

    /** What the request gets instead of being served, or null when it may go on. */
    @Nullable
    Admission stop(Distribution distribution, Exchange x) {
        Guards guards = distribution.guards();
        if (guards != null) {
            // With a web ACL the limits were looked at before its rules.
            Admission stopped = distribution.webAcl() == null ? overLimit(distribution, guards, x) : null;
            meter(distribution, guards, x);
            if (stopped != null) return stopped;
        }
        GeoRestriction geo = distribution.geo();
        if (geo != null && isBlocked(geo, x.viewer()))
            return new Admission.Reject(distribution, null, Rejection.COUNTRY_BLOCKED);
        return null;
    }

    /** Who is told of each check. */
    @FunctionalInterface
    public interface Listener {
        void checked(String step, String outcome, String why, Map<String, Object> details);
    }

    /** What the guards would do, told check by check, and counting nothing. */
    public @Nullable Admission explainGuards(Distribution distribution, byte[] address, Listener listener) {
        Guards guards = distribution.guards();
        return guards == null ? null : explainGuards(distribution, guards, address, listener);
    }

    /** What the geographic restriction would do. */
    public @Nullable Admission explainCountry(Distribution distribution, Location location, Listener listener) {
        GeoRestriction geo = distribution.geo();
        if (geo == null) return null;
        String country = location.country();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("country", country == null ? "unknown" : country);
        details.put("type", geo.allows() ? "whitelist" : "blacklist");
        details.put("locations", geo.countries());
        String list = "The " + (geo.allows() ? "allow" : "block") + " list has " + geo.countries() + ", the viewer is ";
        if (!geo.blocks(country)) {
            String where = country == null ? "nowhere that is known, which is served" : "in " + country;
            listener.checked("geo", "allowed", list + where + ".", details);
            return null;
        }
        listener.checked("geo", "blocked", list + "in " + country + ".", details);
        return new Admission.Reject(distribution, null, Rejection.COUNTRY_BLOCKED);
    }

    private @Nullable Admission explainGuards(
            Distribution distribution, Guards guards, byte[] address, Listener listener) {
        if (guards.capMicroUsd() > 0) {
            double spent = ledger.microUsd(distribution.id());
            boolean reached = spent >= guards.capMicroUsd();
            listener.checked(
                    "spending cap",
                    reached ? "reached" : "not reached",
                    "What the distribution has cost this month at list price is compared with its cap.",
                    Map.of("spentUsd", spent / 1e6, "capUsd", guards.capMicroUsd() / 1e6));
            if (reached) return new Admission.Limit(distribution, Rejection.SPENDING_CAP, ledger.secondsLeft());
        }
        if (guards.requestsPerSecond() == 0) return null;
        NetworkRates made = rates;
        int limit = guards.requestsPerSecond();
        long wait = made == null ? 0 : made.look(distribution.id(), address, limit, System.nanoTime());
        listener.checked(
                "network rate",
                wait == 0 ? "within" : "exceeded",
                "The viewer's network may ask " + limit + " times per second.",
                Map.of("requestsPerSecond", limit, "retryAfterSeconds", wait));
        return wait == 0 ? null : new Admission.Limit(distribution, Rejection.NETWORK_LIMIT, wait);
    }

    private boolean isBlocked(GeoRestriction geo, Viewer viewer) {
        return geo.blocks(countries.of(viewer.remote().getAddress().getAddress()));
    }

    /** What is turned away costs too, as it does with CloudFront; what a web ACL blocks does not. */
    private void meter(Distribution distribution, Guards guards, Exchange x) {
        if (!guards.countsSpending()) return;
        Tally tally = ledger.tally(distribution.id(), region);
        tally.request(x.viewer().secure());
        x.meter = tally;
    }

    private @Nullable Admission overLimit(Distribution distribution, Guards guards, Exchange x) {
        if (guards.capMicroUsd() > 0 && ledger.microUsd(distribution.id()) >= guards.capMicroUsd()) {
            capReached.increment();
            return new Admission.Limit(distribution, Rejection.SPENDING_CAP, ledger.secondsLeft());
        }
        if (guards.requestsPerSecond() == 0) return null;
        byte[] address = x.viewer().remote().getAddress().getAddress();
        long wait = rates().ask(distribution.id(), address, guards.requestsPerSecond(), System.nanoTime());
        return wait == 0 ? null : new Admission.Limit(distribution, Rejection.NETWORK_LIMIT, wait);
    }

    private NetworkRates rates() {
        NetworkRates made = rates;
        return made == null ? made() : made;
    }

    private synchronized NetworkRates made() {
        NetworkRates before = rates;
        if (before != null) return before;
        NetworkRates made = new NetworkRates(ThreadLocalRandom.current().nextLong());
        rates = made;
        return made;
    }

    public GuardStatus status() {
        NetworkRates made = rates;
        return new GuardStatus(made == null ? 0 : made.limited(), capReached.sum(), ledger.all());
    }
}
