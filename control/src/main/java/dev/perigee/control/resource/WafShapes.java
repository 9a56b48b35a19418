package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.waf.Invalid;
import dev.perigee.control.waf.Members;
import dev.perigee.control.waf.WafSets;
import dev.perigee.control.waf.WebAclReader;
import java.util.List;

/** What is kept of a resource, which is what the API shows of it; checked before it is kept. */
final class WafShapes {
    private static final List<String> RULED = List.of("Rules", "VisibilityConfig", "CustomResponseBodies");
    private static final String[] WEB_ACL = {
        "Name",
        "Scope",
        "Id",
        "LockToken",
        "Tags",
        "Description",
        "DefaultAction",
        "Rules",
        "VisibilityConfig",
        "CustomResponseBodies",
        "AssociationConfig"
    };
    private static final String[] RULE_GROUP = {
        "Name",
        "Scope",
        "Id",
        "LockToken",
        "Tags",
        "Description",
        "Capacity",
        "Rules",
        "VisibilityConfig",
        "CustomResponseBodies"
    };

    private final String accountId;

    WafShapes(String accountId) {
        this.accountId = accountId;
    }

    ObjectNode created(Tables tables, WafKind kind, Members input, String id, String arn) throws Refused {
        ObjectNode body = WafOperations.object()
                .put("Name", input.text("Name"))
                .put("Id", id)
                .put("ARN", arn);
        switch (kind) {
            case IP_SET -> body.put("IPAddressVersion", WafSets.version(input));
            case RULE_GROUP -> body.put("Capacity", input.number("Capacity", 1, WebAclReader.CAPACITY_MAX));
            case WEB_ACL, REGEX_SET -> {}
        }
        return updated(tables, kind, input, body);
    }

    /** @param old as it was shown before; what cannot change is taken from it */
    ObjectNode updated(Tables tables, WafKind kind, Members input, ObjectNode old) throws Refused {
        ObjectNode body = old.deepCopy();
        // What is not given is gone: an update replaces.
        for (String name : WEB_ACL) {
            boolean kept = List.of("Name", "Id", "Capacity").contains(name);
            if (!kept) body.remove(name);
        }
        String description = WafResources.description(input);
        if (!description.isEmpty()) body.put("Description", description);
        return switch (kind) {
            case WEB_ACL -> webAcl(tables, input, body);
            case RULE_GROUP -> ruleGroup(tables, input, body);
            case IP_SET -> {
                input.only("Name", "Scope", "Id", "LockToken", "Tags", "Description", "Addresses", "IPAddressVersion");
                body.putArray("Addresses")
                        .addAll(texts(WafSets.addresses(
                                input, body.path("IPAddressVersion").asText())));
                yield body;
            }
            case REGEX_SET -> {
                input.only("Name", "Scope", "Id", "LockToken", "Tags", "Description", "RegularExpressionList");
                WafSets.checkExpressions(input);
                body.set("RegularExpressionList", input.node().get("RegularExpressionList"));
                yield body;
            }
        };
    }

    private static List<JsonNode> texts(List<String> texts) {
        return texts.stream()
                .<JsonNode>map(text -> WafOperations.object().textNode(text))
                .toList();
    }

    private ObjectNode webAcl(Tables tables, Members input, ObjectNode body) throws Refused {
        input.only(WEB_ACL);
        WebAclReader reader = WafStore.reader(tables, accountId);
        copy(input, body, RULED);
        copy(input, body, List.of("DefaultAction", "AssociationConfig"));
        String arn = body.path("ARN").asText();
        long capacity = reader.webAcl(new Members(body, input.field()), arn).capacity();
        if (!body.has("Rules")) body.putArray("Rules");
        return body.put("Capacity", capacity)
                .put("ManagedByFirewallManager", false)
                .put("LabelNamespace", reader.webAclNamespace(body.path("Name").asText()));
    }

    private ObjectNode ruleGroup(Tables tables, Members input, ObjectNode body) throws Refused {
        input.only(RULE_GROUP);
        long capacity = body.path("Capacity").asLong();
        boolean same = !input.has("Capacity") || input.number("Capacity", 1, WebAclReader.CAPACITY_MAX) == capacity;
        Invalid.unless(same, input.field(), "Capacity", "The capacity of a rule group cannot change");
        WebAclReader reader = WafStore.reader(tables, accountId);
        copy(input, body, RULED);
        reader.ruleGroup(new Members(body, input.field()), capacity);
        if (!body.has("Rules")) body.putArray("Rules");
        return body.put(
                "LabelNamespace", reader.ruleGroupNamespace(body.path("Name").asText()));
    }

    private static void copy(Members input, ObjectNode body, List<String> names) {
        for (String name : names) {
            JsonNode given = WafOperations.given(input, name);
            if (given != null) body.set(name, given);
        }
    }
}
