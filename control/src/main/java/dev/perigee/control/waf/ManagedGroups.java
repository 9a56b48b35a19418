package dev.perigee.control.waf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.api.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rule groups that come with Perigee: under its own name, since they are not those of AWS. */
public final class ManagedGroups {
    public static final String VENDOR = "Perigee";
    static final ManagedGroups NONE = new ManagedGroups(Map.of());

    private final Map<String, Group> groups;

    private ManagedGroups(Map<String, Group> groups) {
        this.groups = groups;
    }

    /** A group, and what the API shows of it. */
    public record Group(RuleGroup rules, String description, String namespace) {}

    /** Reads the groups that are shipped; they are in the API's own language. */
    public static ManagedGroups shipped() {
        Map<String, Group> groups = new LinkedHashMap<>();
        try (InputStream in = ManagedGroups.class.getResourceAsStream("managed-groups.json")) {
            if (in == null) throw new IllegalStateException("the managed rule groups are missing");
            for (JsonNode each : JsonMapper.builder().build().readTree(in)) {
                Members given = new Members(each, "RULE_GROUP");
                String name = given.text("Name");
                String namespace = "awswaf:managed:" + VENDOR.toLowerCase(java.util.Locale.ROOT) + ":" + name + ":";
                RuleReader.Rules rules = RuleReader.inGroup(given, References.NONE, namespace, ActionReader.of(given));
                RuleGroup group = new RuleGroup(name, rules.capacity(), RuleReader.ofGroup(rules));
                groups.put(name, new Group(group, given.text("Description"), namespace));
            }
        } catch (IOException | Refused e) {
            throw new IllegalStateException("the managed rule groups cannot be read: " + e.getMessage(), e);
        }
        return new ManagedGroups(groups);
    }

    public Collection<Group> all() {
        return Collections.unmodifiableCollection(groups.values());
    }

    /** The group of this name, as the API shows it. */
    public Group described(String vendor, String name) throws Refused {
        Group group = vendor.equals(VENDOR) ? groups.get(name) : null;
        if (group == null) {
            throw new Refused(
                    "WAFNonexistentItemException",
                    "There is no managed rule group " + name + " of " + vendor + " here; those of " + VENDOR + " are "
                            + String.join(", ", groups.keySet()) + ".");
        }
        return group;
    }

    RuleGroup required(String vendor, String name) throws Refused {
        return described(vendor, name).rules();
    }
}
