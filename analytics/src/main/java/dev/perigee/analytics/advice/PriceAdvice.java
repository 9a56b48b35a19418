package dev.perigee.analytics.advice;

import dev.perigee.core.cost.PriceClass;
import dev.perigee.core.cost.PriceRegion;
import dev.perigee.core.plan.Distribution;
import java.util.ArrayList;
import java.util.List;

/** What fewer edges would save: what is served outside a price class costs as inside. */
final class PriceAdvice {
    /** Of the whole: less is not worth it. */
    private static final double SHARE_MIN = 0.01;

    private final Distribution distribution;
    private final Traffic traffic;
    private final double factor;
    private final boolean monthly;
    private final double hitRatio;

    PriceAdvice(Distribution distribution, Traffic traffic, double factor, boolean monthly, double hitRatio) {
        this.monthly = monthly;
        this.distribution = distribution;
        this.traffic = traffic;
        this.factor = factor;
        this.hitRatio = hitRatio;
    }

    /** The class that saves most, if one does. */
    List<Advice> all() {
        var all = new ArrayList<Advice>();
        double now = usd(PriceClass.PRICE_CLASS_ALL);
        double two = usd(PriceClass.PRICE_CLASS_200);
        double one = usd(PriceClass.PRICE_CLASS_100);
        if (now - one < SHARE_MIN * now) return all;
        boolean enough = now - two > 0.9 * (now - one);
        String named = enough ? "PriceClass_200" : "PriceClass_100";
        all.add(new Advice(
                distribution,
                new Change.Prices(named, "serve from the edges of " + named + " only"),
                distribution.id() + " (" + distribution.domainName() + ")",
                (now - (enough ? two : one)) * factor,
                0,
                0,
                0,
                monthly,
                hitRatio,
                hitRatio,
                hitRatio,
                "Viewers far from those edges wait longer: some 200 ms for each answer from another continent. No saving if"
                        + " the distribution has this class already."));
        return all;
    }

    private double usd(PriceClass by) {
        double usd = 0;
        for (LoggedRequest request : traffic.requests()) {
            PriceRegion region = by.billed(PriceRegion.of(request.pop()));
            usd += region.microUsd(request.sent(), request.https() ? 0 : 1, request.https() ? 1 : 0) / 1e6;
        }
        return usd;
    }
}
