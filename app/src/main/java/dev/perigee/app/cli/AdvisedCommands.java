package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.analytics.advice.Advice;
import dev.perigee.analytics.advice.Change;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Plan;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Advice as commands of the AWS CLI, complete with the entity tags of now: a command that was overtaken by another change is
 * refused by the API instead of undoing it.
 */
final class AdvisedCommands {
    private static final String PATH = "/2020-05-31/";
    /** Stands for the id of a policy that the command itself makes. */
    private static final String MADE = "@made@";

    private final SignedCall api;
    private final String endpoint;
    private final Plan plan;
    private final Map<String, Config> configs = new HashMap<>();
    private final Set<String> custom = new HashSet<>();

    private record Config(ObjectNode json, String etag) {}

    AdvisedCommands(SignedCall api, String endpoint, Plan plan) throws IOException {
        this.api = api;
        this.endpoint = endpoint;
        this.plan = plan;
        for (Distribution each : plan.distributions()) {
            each.behaviors()
                    .forEach(behavior -> custom.add(behavior.cachePolicy().id()));
        }
        custom.removeAll(managed());
        custom.remove("legacy");
    }

    private Set<String> managed() throws IOException {
        var ids = new HashSet<String>();
        String list = api.cloudFront("GET", PATH + "cache-policy?Type=managed&MaxItems=100", "");
        for (int at = list.indexOf("<Id>"); at >= 0; at = list.indexOf("<Id>", at + 1)) {
            ids.add(list.substring(at + 4, list.indexOf("</Id>", at)));
        }
        return ids;
    }

    /** What makes the change; null when there is nothing to change any more. */
    @Nullable
    String of(Advice advice) throws IOException {
        Distribution of = advice.distribution();
        return switch (advice.change()) {
            case Change.Policy policy -> of(of, policy);
            case Change.Prices prices -> of(of, prices);
            case Change.Errors errors -> of(of, errors);
        };
    }

    private @Nullable String of(Distribution distribution, Change.Prices prices) throws IOException {
        Config config = distribution(distribution.id());
        ObjectNode changed = config.json().deepCopy();
        List<String> order = List.of("PriceClass_100", "PriceClass_200", "PriceClass_All");
        if (order.indexOf(changed.path("PriceClass").asText()) <= order.indexOf(prices.priceClass())) return null;
        changed.put("PriceClass", prices.priceClass());
        return updateDistribution(distribution.id(), config.etag(), changed);
    }

    private @Nullable String of(Distribution distribution, Change.Errors errors) throws IOException {
        Config config = distribution(distribution.id());
        ObjectNode changed = config.json().deepCopy();
        if (!AdvisedSettings.keepErrors(changed, errors.status(), errors.seconds())) return null;
        return updateDistribution(distribution.id(), config.etag(), changed);
    }

    private String of(Distribution distribution, Change.Policy change) throws IOException {
        CachePolicy policy = change.policy();
        Config config = distribution(distribution.id());
        ObjectNode changed = config.json().deepCopy();
        ObjectNode behavior = AdvisedSettings.behavior(changed, change.behavior());
        if (behavior == null) throw new IOException(distribution.id() + " has other behaviors now; try again");
        boolean compresses = behavior.path("Compress").asBoolean() == change.compress();
        behavior.put("Compress", change.compress());
        if (policy.id().equals("legacy")) {
            AdvisedSettings.writeLegacy(policy, behavior);
            return updateDistribution(distribution.id(), config.etag(), changed);
        }
        Config before = policy(policy.id());
        ObjectNode written = before.json().deepCopy();
        AdvisedSettings.write(policy, written);
        if (custom.contains(policy.id()) && users(policy.id()) == 1) {
            String update = aws("update-cache-policy") + " --id " + policy.id() + " --if-match " + before.etag()
                    + " --cache-policy-config " + quoted(written) + endpoint();
            return compresses
                    ? update
                    : update + " && " + updateDistribution(distribution.id(), config.etag(), changed);
        }
        String name = written.path("Name").asText() + "-" + distribution.id() + "-"
                + Long.toString(System.currentTimeMillis() / 1000, 36);
        written.put("Name", name.substring(Math.max(0, name.length() - 128)));
        behavior.put("CachePolicyId", MADE);
        // A policy that others use, too, is left to them.
        return "made=$(" + aws("create-cache-policy") + " --cache-policy-config " + quoted(written)
                + " --query CachePolicy.Id --output text" + endpoint() + ") && "
                + updateDistribution(distribution.id(), config.etag(), changed);
    }

    private String updateDistribution(String id, String etag, ObjectNode config) {
        return aws("update-distribution") + " --id " + id + " --if-match " + etag + " --distribution-config "
                + quoted(config) + endpoint();
    }

    private static String aws(String operation) {
        return "aws cloudfront " + operation;
    }

    private String endpoint() {
        return " --endpoint-url " + endpoint;
    }

    private static String quoted(ObjectNode json) {
        return "'" + json.toString().replace("'", "'\\''").replace(MADE, "'\"$made\"'") + "'";
    }

    private long users(String policy) {
        return plan.distributions().stream()
                .flatMap(distribution -> distribution.behaviors().stream())
                .filter(behavior -> behavior.cachePolicy().id().equals(policy))
                .count();
    }

    private Config distribution(String id) throws IOException {
        return config("distribution/" + id + "/config");
    }

    private Config policy(String id) throws IOException {
        return config("cache-policy/" + id + "/config");
    }

    private Config config(String path) throws IOException {
        Config known = configs.get(path);
        if (known != null) return known;
        AdminCall.Answer answer = api.cloudFrontAnswer("GET", PATH + path, "");
        String etag = answer.etag();
        if (etag == null) throw new IOException("the API gave no ETag for " + path);
        Config read = new Config(CliJson.of(answer.body()), etag);
        configs.put(path, read);
        return read;
    }
}
