package dev.perigee.function;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** The origins that a function has chosen, by whichever of the three methods it called last. */
final class OriginChoice {
    private static final int GROUP = 2;
    /** What origin groups of distributions may fail over by. */
    private static final Set<Integer> STATUSES = Set.of(400, 403, 404, 416, 429, 500, 502, 503, 504);

    private static final Set<String> OF_SELECTION = Set.of("hostHeader", "sni", "allowedCertificateNames");
    private static final Set<String> OF_GROUP = Set.of("originIds", "selectionCriteria", "failoverCriteria");

    private final Distribution distribution;

    private OriginChoice(Distribution distribution) {
        this.distribution = distribution;
    }

    /** @param choice as runner.js writes it */
    static Behavior of(Distribution distribution, Behavior behavior, JsonNode choice) throws Invalid {
        var from = new OriginChoice(distribution);
        if (choice.has("update")) {
            // Of a group the first member alone is changed.
            return behavior.to(OriginChange.applied(behavior.origin(), choice.path("update")), behavior.failover());
        }
        if (choice.has("select")) {
            Origin selected = from.existing(choice.path("select"));
            JsonNode overrides = choice.path("with");
            only(overrides, OF_SELECTION);
            return behavior.to(OriginChange.applied(selected, overrides), null);
        }
        return from.group(behavior, choice.path("group"));
    }

    private Behavior group(Behavior behavior, JsonNode group) throws Invalid {
        only(group, OF_GROUP);
        JsonNode members = group.path("originIds");
        if (!members.isArray() || members.size() != GROUP) throw OriginChange.invalid("originIds must be two");
        String criteria = group.path("selectionCriteria").asText("default");
        if (!criteria.equals("default")) {
            throw OriginChange.invalid("selectionCriteria '" + HeaderRules.shown(criteria) + "' is not built");
        }
        Origin first = member(members.get(0));
        Origin second = member(members.get(1));
        if (first.id().equals(second.id())) throw OriginChange.invalid("originIds are the same");
        return behavior.to(first, new Failover(second, statuses(group)));
    }

    private static Set<Integer> statuses(JsonNode group) throws Invalid {
        Set<Integer> statuses = new HashSet<>();
        JsonNode codes = group.path("failoverCriteria").path("statusCodes");
        for (JsonNode code : codes) {
            if (!code.isIntegralNumber() || !STATUSES.contains(code.asInt())) {
                throw OriginChange.invalid("failoverCriteria.statusCodes has " + code.asText());
            }
            statuses.add(code.asInt());
        }
        if (!codes.isArray() || statuses.isEmpty()) throw OriginChange.invalid("failoverCriteria.statusCodes is empty");
        return statuses;
    }

    private Origin member(JsonNode member) throws Invalid {
        only(member, Set.of("originId", "originOverrides"));
        Origin origin = existing(member.path("originId"));
        JsonNode overrides = member.path("originOverrides");
        return overrides.isMissingNode() ? origin : OriginChange.applied(origin, overrides);
    }

    private Origin existing(JsonNode id) throws Invalid {
        Origin origin = id.isTextual() ? distribution.origin(id.textValue()) : null;
        if (origin == null) {
            throw OriginChange.invalid("the distribution has no origin '" + HeaderRules.shown(id.asText()) + "'");
        }
        if (origin.access() instanceof OriginAccess.Certificate) {
            throw OriginChange.invalid("origin '" + origin.id() + "' uses mutual TLS");
        }
        return origin;
    }

    private static void only(JsonNode in, Set<String> known) throws Invalid {
        if (!in.isObject()) throw OriginChange.invalid("it must be an object");
        Iterator<String> names = in.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!known.contains(name)) throw OriginChange.invalid("'" + HeaderRules.shown(name) + "' is not known");
        }
    }
}
