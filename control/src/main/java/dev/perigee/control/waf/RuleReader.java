package dev.perigee.control.waf;

import dev.perigee.control.api.Refused;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the rules of a web ACL or of a rule group. */
public final class RuleReader {
    static final String ENTITY = "[\\w-]+";
    static final int NAME_MAX = 128;
    private static final String FIELD = "RULE";
    private static final int RULES_MAX = 1000;
    private static final int LABELS_MAX = 100;
    private static final String LABEL = "[0-9A-Za-z_-]+(:[0-9A-Za-z_-]+)*";

    private final References references;
    private final ManagedGroups managed;
    private final String namespace;
    private final ActionReader actions;
    private final boolean inWebAcl;
    private long capacity;

    private RuleReader(
            References references, ManagedGroups managed, String namespace, ActionReader actions, boolean inWebAcl) {
        this.references = references;
        this.managed = managed;
        this.namespace = namespace;
        this.actions = actions;
        this.inWebAcl = inWebAcl;
    }

    /** Rules in the order of their priorities, and what they cost together. */
    public record Rules(List<Step> steps, long capacity) {
        public Rules {
            steps = List.copyOf(steps);
        }
    }

    /** The rules of a web ACL. */
    static Rules ofWebAcl(
            Members given, References references, ManagedGroups managed, String namespace, ActionReader actions)
            throws Refused {
        return new RuleReader(references, managed, namespace, actions, true).rules(given);
    }

    /** The rules of a rule group, which refer to no other group. */
    static List<Step.Rule> ofGroup(Rules rules) {
        List<Step.Rule> only = new ArrayList<>();
        for (Step step : rules.steps()) {
            if (step instanceof Step.Rule rule) only.add(rule);
        }
        return only;
    }

    static Rules inGroup(Members given, References references, String namespace, ActionReader actions) throws Refused {
        return new RuleReader(references, ManagedGroups.NONE, namespace, actions, false).rules(given);
    }

    private Rules rules(Members given) throws Refused {
        record Numbered(long priority, Step step) {}

        List<Numbered> numbered = new ArrayList<>();
        Set<Long> priorities = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (Members each : given.objects("Rules", FIELD, 0, RULES_MAX)) {
            each.only("Name", "Priority", "Statement", "Action", "OverrideAction", "RuleLabels", "VisibilityConfig");
            String name = each.text("Name", ENTITY, NAME_MAX);
            long priority = each.number("Priority", 0, Integer.MAX_VALUE);
            Invalid.unless(names.add(name), FIELD, name, "You have used the rule name more than once");
            Invalid.unless(
                    priorities.add(priority),
                    FIELD,
                    Long.toString(priority),
                    "You have used one priority for several rules");
            numbered.add(new Numbered(priority, step(each, name)));
        }
        numbered.sort(Comparator.comparingLong(Numbered::priority));
        return new Rules(numbered.stream().map(Numbered::step).toList(), capacity);
    }

    private Step step(Members rule, String name) throws Refused {
        Visibility visibility = Visibility.of(rule);
        Members statement = rule.object("Statement", StatementReader.FIELD);
        String kind = statement.oneOf("Statement");
        boolean refers = kind.equals("RuleGroupReferenceStatement") || kind.equals("ManagedRuleGroupStatement");
        if (refers && inWebAcl) {
            Invalid.unless(
                    rule.has("OverrideAction") && !rule.has("Action"),
                    FIELD,
                    name,
                    "A rule that refers to a rule group has an OverrideAction and no Action");
            return group(rule, statement.object(kind), kind, name, visibility);
        }
        Invalid.unless(
                rule.has("Action") && !rule.has("OverrideAction"),
                FIELD,
                name,
                "A rule has an Action and, unless it refers to a rule group, no OverrideAction");
        StatementReader reader = new StatementReader(references, namespace);
        Statement read = reader.top(statement);
        capacity += reader.capacity();
        RuleAction action = actions.action(rule.object("Action", "RULE_ACTION"));
        Invalid.unless(
                !(kind.equals("RateBasedStatement") && action instanceof RuleAction.Allow),
                "RULE_ACTION",
                name,
                "A rate-based rule may have any action but Allow");
        return new Step.Rule(name, visibility.metric(), visibility.sampled(), read, action, labels(rule));
    }

    private List<String> labels(Members rule) throws Refused {
        List<String> labels = new ArrayList<>();
        for (Members label : rule.objects("RuleLabels", "LABEL", 0, LABELS_MAX)) {
            String text = label.only("Name").text("Name", LABEL, 1024);
            Invalid.unless(!text.startsWith("awswaf:"), "LABEL", text, "awswaf is reserved");
            labels.add(namespace + text);
        }
        return labels;
    }

    private Step group(Members rule, Members of, String kind, String name, Visibility visibility) throws Refused {
        String override = rule.object("OverrideAction", "OVERRIDE_ACTION").oneOf("OverrideAction");
        Invalid.unless(
                override.equals("None") || override.equals("Count"),
                "OVERRIDE_ACTION",
                override,
                "OverrideAction must be None or Count");
        boolean isManaged = kind.equals("ManagedRuleGroupStatement");
        Statement scope = null;
        RuleGroup group;
        if (isManaged) {
            of.only("VendorName", "Name", "Version", "ExcludedRules", "RuleActionOverrides", "ScopeDownStatement");
            Invalid.unless(
                    !of.has("Version"), "MANAGED_RULE_SET_STATEMENT", "Version", "The groups here have no versions");
            group = managed.required(of.text("VendorName"), of.text("Name"));
            if (of.has("ScopeDownStatement")) {
                StatementReader reader = new StatementReader(references, namespace);
                scope = reader.read(of.object("ScopeDownStatement", "SCOPE_DOWN"), 1);
                capacity += reader.capacity();
            }
        } else {
            of.only("ARN", "ExcludedRules", "RuleActionOverrides");
            group = references.group(of.text("ARN"));
        }
        capacity += group.capacity();
        return new Step.Group(
                name,
                visibility.metric(),
                visibility.sampled(),
                override.equals("Count"),
                scope,
                overridden(of, group));
    }

    private List<Step.Rule> overridden(Members of, RuleGroup group) throws Refused {
        Map<String, RuleAction> overrides = new HashMap<>();
        for (Members each : of.objects("ExcludedRules", "EXCLUDED_RULE", 0, RULES_MAX)) {
            overrides.put(each.only("Name").text("Name"), new RuleAction.Count(List.of()));
        }
        for (Members each : of.objects("RuleActionOverrides", "EXCLUDED_RULE", 0, RULES_MAX)) {
            each.only("Name", "ActionToUse");
            overrides.put(each.text("Name"), actions.action(each.object("ActionToUse", "RULE_ACTION")));
        }
        List<Step.Rule> rules = new ArrayList<>();
        for (Step.Rule rule : group.rules()) {
            RuleAction action = overrides.remove(rule.name());
            rules.add(
                    action == null
                            ? rule
                            : new Step.Rule(
                                    rule.name(),
                                    rule.metric(),
                                    rule.sampled(),
                                    rule.statement(),
                                    action,
                                    rule.labels()));
        }
        for (String unknown : overrides.keySet()) {
            throw Invalid.parameter("EXCLUDED_RULE", unknown, "The rule group " + group.name() + " has no such rule");
        }
        return rules;
    }

    /** VisibilityConfig. */
    record Visibility(String metric, boolean sampled) {
        static Visibility of(Members owner) throws Refused {
            Members given = owner.object("VisibilityConfig");
            given.only("SampledRequestsEnabled", "CloudWatchMetricsEnabled", "MetricName");
            given.flag("CloudWatchMetricsEnabled");
            return new Visibility(given.text("MetricName", "[\\w#:./-]+", 255), given.flag("SampledRequestsEnabled"));
        }
    }
}
