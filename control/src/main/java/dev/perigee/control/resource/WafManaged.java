package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.waf.ManagedGroups;
import dev.perigee.control.waf.Members;
import dev.perigee.core.firewall.Step;

/** What the API shows of the managed rule groups. */
final class WafManaged {
    private WafManaged() {}

    static ObjectNode list(Members input) throws Refused {
        input.only("Scope", "NextMarker", "Limit");
        ObjectNode output = WafOperations.object();
        ArrayNode groups = output.putArray("ManagedRuleGroups");
        for (ManagedGroups.Group each : WafStore.MANAGED.all()) {
            groups.addObject()
                    .put("VendorName", ManagedGroups.VENDOR)
                    .put("Name", each.rules().name())
                    .put("VersioningSupported", false)
                    .put("Description", each.description());
        }
        return output;
    }

    static ObjectNode versions(Members input) throws Refused {
        input.only("VendorName", "Name", "Scope", "NextMarker", "Limit");
        WafStore.MANAGED.described(input.text("VendorName"), input.text("Name"));
        ObjectNode output = WafOperations.object();
        output.putArray("Versions");
        return output;
    }

    static ObjectNode describe(Members input) throws Refused {
        input.only("VendorName", "Name", "Scope", "VersionName");
        ManagedGroups.Group group = WafStore.MANAGED.described(input.text("VendorName"), input.text("Name"));
        ObjectNode output = WafOperations.object().put("Capacity", group.rules().capacity());
        ArrayNode rules = output.putArray("Rules");
        ArrayNode labels = output.put("LabelNamespace", group.namespace()).putArray("AvailableLabels");
        for (Step.Rule rule : group.rules().rules()) {
            ObjectNode shown = rules.addObject().put("Name", rule.name());
            shown.putObject("Action").putObject("Block");
            for (String label : rule.labels()) labels.addObject().put("Name", label);
        }
        return output;
    }
}
