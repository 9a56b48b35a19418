package dev.perigee.core.firewall;

import dev.perigee.core.address.AddressRanges;
import dev.perigee.core.firewall.Evaluation.Slot;
import dev.perigee.core.firewall.RequestParts.Part;
import dev.perigee.core.firewall.Statement.Forwarded;
import dev.perigee.core.firewall.Statement.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes checks of statements, for one web ACL. */
final class Checks {
    private final String acl;
    private final Regexes regexes;
    private final Rates rates;
    private final Map<List<Object>, Slot> slots = new HashMap<>();
    private boolean inspectsContent;

    Checks(String acl, Regexes regexes, Rates rates) {
        this.acl = acl;
        this.regexes = regexes;
        this.rates = rates;
    }

    int slots() {
        return slots.size();
    }

    boolean inspectsContent() {
        return inspectsContent;
    }

    /** @param rule what the rule that has the statement is called, unique within the web ACL */
    Check of(Statement statement, String rule) {
        return switch (statement) {
            case Statement.Octets(var component, var transformations, var position, var text) ->
                textual(component, transformations, Octets.predicate(position, text));
            case Statement.Length(var component, var transformations, var comparison, long octets) ->
                textual(component, transformations, text -> comparison.holds(text.length(), octets));
            case Statement.Regex(var component, var transformations, var expressions) ->
                textual(component, transformations, anyOf(expressions));
            case Statement.Sql(var component, var transformations, boolean sensitive) ->
                textual(component, transformations, text -> SqlDetection.finds(text, sensitive));
            case Statement.Script(var component, var transformations) ->
                textual(component, transformations, ScriptDetection::finds);
            case Statement.Country(var codes, var forwarded) -> country(codes, forwarded);
            case Statement.Addresses(var ranges, var forwarded) -> addresses(AddressRanges.of(ranges), forwarded);
            case Statement.Label(String key, boolean namespace) -> label(key, namespace);
            case Statement.Rate rate -> rate(rate, rule);
            case Statement.All(var statements) -> all(all(statements, rule));
            case Statement.Any(var statements) -> any(all(statements, rule));
            case Statement.Not(var inner) -> not(of(inner, rule));
        };
    }

    private Check[] all(List<Statement> statements, String rule) {
        Check[] checks = new Check[statements.size()];
        for (int i = 0; i < checks.length; i++) checks[i] = of(statements.get(i), rule);
        return checks;
    }

    private static Check all(Check[] checks) {
        return evaluation -> {
            for (Check each : checks) {
                if (!each.holds(evaluation)) return false;
            }
            return true;
        };
    }

    private static Check any(Check[] checks) {
        return evaluation -> {
            for (Check each : checks) {
                if (each.holds(evaluation)) return true;
            }
            return false;
        };
    }

    private static Check not(Check check) {
        return evaluation -> !check.holds(evaluation);
    }

    /** The place of a component after its transformations, shared by all statements that look at the same. */
    private Slot slot(Component component, List<Transformation> transformations) {
        List<Transformation> real = transformations.stream()
                .filter(each -> each != Transformation.NONE)
                .toList();
        Slot base = slots.computeIfAbsent(
                List.of(component, List.of()), _ -> new Slot(slots.size(), component, List.of(), null));
        if (component instanceof Component.Content || component instanceof Component.Json) inspectsContent = true;
        if (real.isEmpty()) return base;
        List<Object> key = List.of(component, real);
        Slot known = slots.get(key);
        if (known != null) return known;
        Slot made = new Slot(slots.size(), component, real, base);
        slots.put(key, made);
        return made;
    }

    @SuppressWarnings("ReferenceEquality") // the very part
    private Check textual(Component component, List<Transformation> transformations, Predicate<String> predicate) {
        Slot slot = slot(component, transformations);
        Component.Oversize oversize = oversize(component);
        return evaluation -> {
            Part part = evaluation.part(slot);
            if (part.cut()) {
                if (part == Evaluation.ALWAYS || oversize == Component.Oversize.MATCH) return true;
                if (oversize == Component.Oversize.NO_MATCH) return false;
            }
            for (String text : part.texts()) {
                if (predicate.test(text)) return true;
            }
            return false;
        };
    }

    private static Component.Oversize oversize(Component component) {
        return switch (component) {
            case Component.Headers headers -> headers.oversize();
            case Component.Cookies cookies -> cookies.oversize();
            case Component.HeaderOrder(var oversize) -> oversize;
            case Component.Content(var oversize) -> oversize;
            case Component.Json json -> json.oversize();
            case Component.Path _,
                    Component.Query _,
                    Component.Method _,
                    Component.Header _,
                    Component.Argument _,
                    Component.Arguments _,
                    Component.Cookie _ -> Component.Oversize.CONTINUE;
        };
    }

    private Predicate<String> anyOf(List<String> expressions) {
        List<Predicate<String>> compiled = new ArrayList<>();
        for (String expression : expressions) compiled.add(regexes.compile(expression));
        if (compiled.size() == 1) return compiled.getFirst();
        return text -> {
            for (Predicate<String> each : compiled) {
                if (each.test(text)) return true;
            }
            return false;
        };
    }

    private static Check country(List<String> codes, @Nullable Forwarded forwarded) {
        Set<String> wanted = new HashSet<>(codes);
        if (forwarded == null) {
            return evaluation -> {
                String country = evaluation.viewerCountry();
                return country != null && wanted.contains(country);
            };
        }
        return evaluation -> {
            String field = ForwardedField.value(evaluation.inspected(), forwarded);
            if (field == null) return false;
            byte[] named = ForwardedField.first(field);
            if (named == null) return forwarded.fallback();
            String country = evaluation.countries().of(named);
            evaluation.label("awswaf:forwardedip:geo:country:" + (country == null ? "XX" : country));
            return country != null && wanted.contains(country);
        };
    }

    private static Check addresses(AddressRanges ranges, @Nullable Forwarded forwarded) {
        if (forwarded == null)
            return evaluation -> ranges.contains(evaluation.inspected().address());
        return evaluation -> {
            String field = ForwardedField.value(evaluation.inspected(), forwarded);
            if (field == null) return false;
            if (forwarded.place() == Place.ANY) return ForwardedField.anyIn(field, ranges, forwarded.fallback());
            byte[] named = forwarded.place() == Place.FIRST ? ForwardedField.first(field) : ForwardedField.last(field);
            return named == null ? forwarded.fallback() : ranges.contains(named);
        };
    }

    private static Check label(String key, boolean namespace) {
        return evaluation -> {
            for (String label : evaluation.labels()) {
                if (namespace ? label.startsWith(key) : label.equals(key)) return true;
            }
            return false;
        };
    }

    private Check rate(Statement.Rate rate, String rule) {
        Check scope = rate.scope() == null ? null : of(rate.scope(), rule);
        Rates.Counter counter = rates.of(acl, rule, rate);
        RateKeys keys = new RateKeys(rate.keys(), this::slot);
        return evaluation -> {
            if (scope != null && !scope.holds(evaluation)) return false;
            if (keys.namesNoAddress(evaluation)) return keys.fallback();
            String key = keys.of(evaluation);
            return key != null && counter.exceeds(key, evaluation.nowMillis());
        };
    }
}
