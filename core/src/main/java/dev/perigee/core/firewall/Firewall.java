package dev.perigee.core.firewall;

import dev.perigee.core.firewall.Outcome.Match;
import dev.perigee.core.geo.Countries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A web ACL, ready to decide: everything that does not depend on the request was done when it was made. */
public final class Firewall {
    private final WebAcl acl;
    private final Countries countries;
    private final List<Stage> stages = new ArrayList<>();
    private final int slots;
    private final boolean inspectsContent;

    private sealed interface Stage {}

    private record Single(Step.Rule rule, Check check) implements Stage {}

    private record Several(Step.Group group, @Nullable Check scope, List<Single> rules) implements Stage {}

    private Firewall(WebAcl acl, Checks checks, Countries countries) {
        this.acl = acl;
        this.countries = countries;
        for (Step step : acl.steps()) {
            switch (step) {
                case Step.Rule rule -> stages.add(single(rule, rule.name(), checks));
                case Step.Group group -> stages.add(several(group, checks));
            }
        }
        slots = checks.slots();
        inspectsContent = checks.inspectsContent();
    }

    /**
     * Prepares a web ACL.
     *
     * @throws IllegalArgumentException when an expression or a range in it is none
     */
    public static Firewall of(WebAcl acl, Regexes regexes, Rates rates, Countries countries) {
        return new Firewall(acl, new Checks(acl.id(), regexes, rates), countries);
    }

    private static Single single(Step.Rule rule, String path, Checks checks) {
        return new Single(rule, checks.of(rule.statement(), path));
    }

    private static Several several(Step.Group group, Checks checks) {
        List<Single> rules = new ArrayList<>();
        for (Step.Rule rule : group.rules()) rules.add(single(rule, group.name() + '/' + rule.name(), checks));
        Statement scope = group.scope();
        return new Several(group, scope == null ? null : checks.of(scope, group.name()), rules);
    }

    public WebAcl acl() {
        return acl;
    }

    /** Whether what it decides depends on the request's content. */
    public boolean inspectsContent() {
        return inspectsContent;
    }

    /** Lets the request through the rules in their order, until one decides. */
    public Outcome decide(Inspected inspected, long nowMillis) {
        Evaluation evaluation = new Evaluation(inspected, nowMillis, countries, slots);
        List<Match> matches = new ArrayList<>(2);
        for (Stage stage : stages) {
            RuleAction decided = switch (stage) {
                case Single single -> decide(single, null, evaluation, matches);
                case Several several -> decide(several, evaluation, matches);
            };
            if (decided != null) return outcome(decided, evaluation, matches);
        }
        if (acl.sampled()) matches.add(new Match(acl.metric(), acl.fallback(), null));
        return outcome(acl.fallback(), evaluation, matches);
    }

    private static Outcome outcome(RuleAction decided, Evaluation evaluation, List<Match> matches) {
        return switch (decided) {
            case RuleAction.Block block -> new Outcome(block, List.of(), evaluation.labels(), matches);
            case RuleAction.Allow(var fields) -> {
                evaluation.insert(fields);
                yield new Outcome(null, evaluation.inserted(), evaluation.labels(), matches);
            }
            case RuleAction.Count _ -> throw new IllegalStateException("counting decides nothing");
        };
    }

    /** The action, if the rule matches and it ends the evaluation. */
    private static @Nullable RuleAction decide(
            Single single, Step.@Nullable Group group, Evaluation evaluation, List<Match> matches) {
        if (!single.check().holds(evaluation)) return null;
        Step.Rule rule = single.rule();
        for (String label : rule.labels()) evaluation.label(label);
        boolean overridden = group != null && group.counted();
        if (rule.sampled()) matches.add(new Match(rule.metric(), rule.action(), group == null ? null : rule.name()));
        if (rule.action() instanceof RuleAction.Count(var fields)) {
            evaluation.insert(fields);
            return null;
        }
        if (group != null && group.sampled()) {
            RuleAction shown = overridden ? new RuleAction.Count(List.of()) : rule.action();
            matches.add(new Match(group.metric(), shown, rule.name()));
        }
        return rule.action();
    }

    private static @Nullable RuleAction decide(Several several, Evaluation evaluation, List<Match> matches) {
        if (several.scope() != null && !several.scope().holds(evaluation)) return null;
        for (Single single : several.rules()) {
            RuleAction decided = decide(single, several.group(), evaluation, matches);
            // What a group decides ends the group, even if it is only counted.
            if (decided != null) return several.group().counted() ? null : decided;
        }
        return null;
    }
}
