package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes what is advised into a configuration as the API has it, and leaves the rest as it is. */
final class AdvisedSettings {
    private AdvisedSettings() {}

    /** Into a CachePolicyConfig. */
    static void write(CachePolicy policy, ObjectNode config) {
        config.put("MinTTL", policy.minTtl())
                .put("DefaultTTL", policy.defaultTtl())
                .put("MaxTTL", policy.maxTtl());
        if (config.path("Comment").isObject()) config.put("Comment", "");
        ObjectNode key = config.withObject("/ParametersInCacheKeyAndForwardedToOrigin");
        key.put("EnableAcceptEncodingGzip", policy.gzip()).put("EnableAcceptEncodingBrotli", policy.brotli());
        ObjectNode headers = key.withObject("/HeadersConfig");
        List<String> kept = kept(headers.path("Headers"), policy.headers());
        headers.removeAll();
        headers.put("HeaderBehavior", kept.isEmpty() ? "none" : "whitelist");
        if (!kept.isEmpty()) list(headers, "Headers", kept);
        selection(key.putObject("CookiesConfig"), "CookieBehavior", "Cookies", policy.cookies());
        selection(key.putObject("QueryStringsConfig"), "QueryStringBehavior", "QueryStrings", policy.queryStrings());
    }

    /** Into a behavior with legacy settings. */
    static void writeLegacy(CachePolicy policy, ObjectNode behavior) {
        behavior.put("MinTTL", policy.minTtl())
                .put("DefaultTTL", policy.defaultTtl())
                .put("MaxTTL", policy.maxTtl());
        ObjectNode values = behavior.withObject("/ForwardedValues");
        Selection query = policy.queryStrings();
        values.put("QueryString", query.mode() != Selection.Mode.NONE);
        list(values, "QueryStringCacheKeys", query.mode() == Selection.Mode.LIST ? query.names() : List.of());
        ObjectNode cookies = values.putObject("Cookies");
        cookies.put("Forward", policy.cookies().mode() == Selection.Mode.LIST ? "whitelist" : named(policy.cookies()));
        if (policy.cookies().mode() == Selection.Mode.LIST)
            list(cookies, "WhitelistedNames", policy.cookies().names());
        list(values, "Headers", kept(values.path("Headers"), policy.headers()));
    }

    /** The behavior in this place of matching order; the default one is the last. */
    static @Nullable ObjectNode behavior(ObjectNode distribution, int place) {
        JsonNode others = distribution.path("CacheBehaviors").path("Items");
        JsonNode found = place < others.size() ? others.get(place) : distribution.get("DefaultCacheBehavior");
        return found instanceof ObjectNode behavior ? behavior : null;
    }

    private static void selection(ObjectNode config, String mode, String names, Selection selection) {
        config.put(mode, named(selection));
        if (!selection.names().isEmpty()) list(config, names, selection.names());
    }

    /** Into a DistributionConfig; false when such errors are kept as long already. */
    static boolean keepErrors(ObjectNode distribution, int status, long seconds) {
        ObjectNode all = distribution.withObject("/CustomErrorResponses");
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        ObjectNode rule = null;
        for (JsonNode each : all.path("Items")) {
            items.add(each);
            if (each instanceof ObjectNode object && each.path("ErrorCode").asInt() == status) rule = object;
        }
        if (rule != null && rule.path("ErrorCachingMinTTL").asLong() >= seconds) return false;
        if (rule == null) rule = items.addObject().put("ErrorCode", status);
        rule.put("ErrorCachingMinTTL", seconds);
        all.put("Quantity", items.size());
        all.set("Items", items);
        return true;
    }

    private static String named(Selection selection) {
        return switch (selection.mode()) {
            case NONE -> "none";
            case ALL -> "all";
            case LIST -> "whitelist";
            case ALL_EXCEPT -> "allExcept";
        };
    }

    /** As they were written. */
    private static List<String> kept(JsonNode list, List<String> lowerCase) {
        Set<String> wanted = Set.copyOf(lowerCase);
        var kept = new ArrayList<String>();
        for (JsonNode item : list.path("Items")) {
            if (wanted.contains(item.asText().toLowerCase(Locale.ROOT))) kept.add(item.asText());
        }
        return kept;
    }

    private static void list(ObjectNode owner, String name, List<String> items) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        items.forEach(array::add);
        ObjectNode list = owner.putObject(name);
        list.put("Quantity", items.size());
        if (!items.isEmpty()) list.set("Items", array);
    }
}
