package dev.perigee.edge.firewall;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.perigee.core.firewall.Firewall;
import dev.perigee.core.firewall.RateTable;
import dev.perigee.core.firewall.Rates;
import dev.perigee.core.firewall.RegexSize;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.geo.Countries;
import dev.perigee.core.plan.Plan;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The web ACLs of the plan in force, ready to decide, with the counts and samples that outlive plans. */
public final class Firewalls {
    private static final Logger LOG = LoggerFactory.getLogger(Firewalls.class);
    /** Keys that one rate counts at once (AWS WAF: 10,000). */
    private static final int RATE_KEYS_MAX = 65_536;

    private final Countries countries;
    private final Samples samples = new Samples();
    private final SecureRandom random = new SecureRandom();
    private Map<String, Firewall> ready = Map.of();
    private final Map<Counted, RateTable> rates = new HashMap<>();

    /** What is counted: as long as none of it changes, a new plan goes on with the old counts. */
    private record Counted(String acl, String rule, Statement.Rate rate) {}

    public Firewalls(Countries countries) {
        this.countries = countries;
    }

    public Samples samples() {
        return samples;
    }

    /** Makes a plan's web ACLs ready, before it is in force; those that did not change are the same as before. */
    public synchronized Map<String, Firewall> prepare(Plan plan) {
        Map<String, Firewall> next = new HashMap<>();
        Set<Counted> counted = new HashSet<>();
        for (WebAcl acl : plan.webAcls()) next.put(acl.id(), prepared(acl, counted));
        rates.keySet().retainAll(counted);
        samples.keep(next.keySet());
        ready = Map.copyOf(next);
        return ready;
    }

    private Firewall prepared(WebAcl acl, Set<Counted> counted) {
        Firewall before = ready.get(acl.id());
        if (before != null && before.acl().equals(acl)) {
            for (Counted each : rates.keySet()) {
                if (each.acl().equals(acl.id())) counted.add(each);
            }
            return before;
        }
        try {
            return Firewall.of(
                    acl, Firewalls::regex, (id, rule, rate) -> table(new Counted(id, rule, rate), counted), countries);
        } catch (IllegalArgumentException e) {
            // Whoever wrote the plan knows more than this edge: to serve without the rules would be worse than not to.
            LOG.error("web ACL {} cannot be carried out, and blocks everything: {}", acl.id(), e.getMessage());
            var closed = new WebAcl(acl.id(), acl.metric(), acl.sampled(), RuleAction.Block.PAGE, List.of(), 0);
            return Firewall.of(closed, Firewalls::regex, (_, _, _) -> (_, _) -> true, countries);
        }
    }

    /** The same web ACL for trying a request out: nothing is counted, and no rate is exceeded. */
    public static Firewall trial(WebAcl acl, Countries countries) {
        return Firewall.of(acl, Firewalls::regex, (_, _, _) -> (_, _) -> false, countries);
    }

    private Rates.Counter table(Counted what, Set<Counted> counted) {
        counted.add(what);
        return rates.computeIfAbsent(
                what,
                _ -> new RateTable(
                        what.rate().limit(),
                        what.rate().windowSeconds(),
                        RATE_KEYS_MAX,
                        random.nextLong(),
                        random.nextLong()));
    }

    /** RE2: its time grows with the text, never with what the expression tries (docs/decisions/003-libraries.md). */
    private static Predicate<String> regex(String expression) {
        // Before it is compiled, which may take more memory than there is.
        if (RegexSize.isTooLarge(expression)) throw new IllegalArgumentException(expression + " is too large");
        try {
            Pattern pattern = Pattern.compile(expression);
            String required = RequiredText.of(expression);
            if (required == null) return text -> pattern.matcher(text).find();
            return text -> text.contains(required) && pattern.matcher(text).find();
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
