package dev.perigee.control.api;

import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Role;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which key may call which operation: a table, read once, in which everything that is allowed to anybody is a line. */
final class Permissions {
    private static final String ANY = "*";
    private static final Map<String, Rule> RULES = load();

    private Permissions() {}

    private record Rule(Role least, String target) {}

    /** Where an operation's own parameters are found. */
    record Parameters(Map<String, String> path, Map<String, String> query) {
        static final Parameters NONE = new Parameters(Map.of(), Map.of());
    }

    private static Map<String, Rule> load() {
        Map<String, Rule> rules = new HashMap<>();
        for (String[] row : Table.rows("access.tsv")) {
            Role least = Role.of(row[2]);
            if (least == null || rules.put(name(row[0], row[1]), new Rule(least, row[3])) != null) {
                throw new IllegalStateException("access.tsv: " + String.join(" ", row));
            }
        }
        return rules;
    }

    private static String name(String service, String operation) {
        return service + ":" + operation;
    }

    /** Refuses what this key may not do, before anything is looked up that would tell what exists. */
    static void check(Caller caller, String service, String operation, Parameters parameters) throws Refused {
        Refused.unless(
                allows(caller, RULES.get(name(service, operation)), parameters),
                "AccessDenied",
                "The access key '" + caller.accessKeyId() + "' ("
                        + caller.role().label()
                        + (caller.distribution() == null ? "" : ", distribution " + caller.distribution())
                        + ") is not authorized to perform: " + name(service, operation) + ".");
    }

    private static boolean allows(Caller caller, @Nullable Rule rule, Parameters parameters) {
        if (rule == null) return caller.role() == Role.ADMIN && caller.distribution() == null;
        if (!caller.role().includes(rule.least())) return false;
        return caller.distribution() == null || concerns(rule.target(), caller.distribution(), parameters);
    }

    private static boolean concerns(String target, String distribution, Parameters parameters) {
        if (target.equals(ANY)) return true;
        if (!target.startsWith("?"))
            return distribution.equals(parameters.path().get(target));
        String arn = parameters.query().get(target.substring(1));
        return arn != null && arn.startsWith("arn:aws:cloudfront::") && arn.endsWith(":distribution/" + distribution);
    }

    /** Whether an operation changes something; what is in no table is taken to, unless its name says otherwise. */
    static boolean changes(String service, String operation) {
        Rule rule = RULES.get(name(service, operation));
        if (rule != null) return rule.least() != Role.READ_ONLY;
        return !operation.startsWith("Get") && !operation.startsWith("List") && !operation.startsWith("Describe");
    }

    static Set<String> names() {
        return Collections.unmodifiableSet(RULES.keySet());
    }
}
