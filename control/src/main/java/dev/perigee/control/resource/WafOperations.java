package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.JsonApi;
import dev.perigee.control.api.Refused;
import dev.perigee.control.waf.Invalid;
import dev.perigee.control.waf.Members;
import dev.perigee.control.waf.WebAclReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** AWS WAF (WAFv2) for CloudFront. */
final class WafOperations implements JsonApi {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Store store;
    private final Settings settings;
    private final WafResources resources;
    private final WafTags tags;
    private final WafSamples samples;

    WafOperations(Store store, Settings settings, SampleSource sampleSource) {
        this.store = store;
        this.settings = settings;
        this.tags = new WafTags(store);
        this.resources = new WafResources(store, settings, tags);
        this.samples = new WafSamples(store, sampleSource);
    }

    @Override
    public byte[] handle(String operation, String region, byte[] body) throws Refused {
        Members input = new Members(parsed(body), "ENTITY_LIMIT");
        if (input.has("Scope")) checkScope(input.text("Scope"), region);
        ObjectNode output = outcome(operation, input);
        return WafStore.text(output).getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode outcome(String operation, Members input) throws Refused {
        for (WafKind kind : WafKind.values()) {
            ObjectNode output = resources.handle(operation, kind, input);
            if (output != null) return output;
        }
        return switch (operation) {
            case "CheckCapacity" -> checkCapacity(input.only("Scope", "Rules"));
            case "ListAvailableManagedRuleGroups" -> WafManaged.list(input);
            case "ListAvailableManagedRuleGroupVersions" -> WafManaged.versions(input);
            case "DescribeManagedRuleGroup" -> WafManaged.describe(input);
            case "GetSampledRequests" -> samples.get(input);
            case "TagResource" -> tags.tag(input);
            case "UntagResource" -> tags.untag(input);
            case "ListTagsForResource" -> tags.list(input);
            case "AssociateWebACL", "DisassociateWebACL", "GetWebACLForResource", "ListResourcesForWebACL" ->
                throw Invalid.parameter(
                        "RESOURCE_ARN",
                        operation,
                        "For distributions use CloudFront: WebACLId of the distribution, AssociateDistributionWebACL, and "
                                + "ListDistributionsByWebACLId");
            default -> throw new Refused("NotImplemented", "The WAFv2 operation " + operation + " is not built.");
        };
    }

    private static JsonNode parsed(byte[] body) throws Refused {
        try {
            JsonNode node = body.length == 0 ? object() : JSON.readTree(body);
            if (node != null && node.isObject()) return node;
        } catch (IOException e) {
            // Told below.
        }
        throw new Refused("SerializationException", "The request body is not a JSON object.");
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void checkScope(String scope, String region) throws Refused {
        Invalid.unless(
                scope.equals("CLOUDFRONT"),
                "SCOPE_VALUE",
                scope,
                "Only the scope CLOUDFRONT exists here: there are no regional resources to protect");
        Invalid.unless(
                region.equals("us-east-1"),
                "SCOPE_VALUE",
                scope,
                "The scope CLOUDFRONT belongs to the region us-east-1");
    }

    private ObjectNode checkCapacity(Members input) throws Refused {
        return store.read(tables -> {
            WebAclReader reader = WafStore.reader(tables, settings.accountId());
            return object().put("Capacity", reader.capacity(input));
        });
    }

    /** Refuses unless the token is the one of the newest change. */
    static void checkToken(Members input, String current) throws Refused {
        String given = input.text("LockToken");
        if (!given.equals(current)) throw WafErrors.locked();
    }

    static void checkRoom(long count, WafKind kind) throws Refused {
        unless(
                count < kind.max,
                "WAFLimitsExceededException",
                "There are " + kind.max + " of the kind " + kind.word + " already, which is the limit.");
    }

    static @Nullable JsonNode given(Members input, String name) {
        return input.has(name) ? input.node().get(name) : null;
    }
}
