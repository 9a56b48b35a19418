package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.compile.KeyGroupResource;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.TrustedKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;

/** Key groups at rest, and what is refused in them. */
final class KeyGroups {
    /** CloudFront's quotas: per account, keys in a group, distributions that use one. */
    private static final int MAX = 10;

    private static final int KEYS_MAX = 5;
    private static final int DISTRIBUTIONS_MAX = 100;

    static final Named<KeyGroupConfig> NAMED = new Named<>(
            Kind.KEY_GROUP,
            "key group",
            "KeyGroup",
            "NoSuchResource",
            "ResourceInUse",
            "TooManyKeyGroups",
            MAX,
            "KeyGroupConfig",
            KeyGroupConfig::builder,
            KeyGroupConfig.class,
            KeyGroupConfig::name);

    private KeyGroups() {}

    static List<KeyGroupResource> all(Tables tables) throws SQLException {
        List<KeyGroupResource> groups = new ArrayList<>();
        for (Row group : tables.all(Kind.KEY_GROUP)) {
            List<TrustedKey> keys = new ArrayList<>();
            for (String id : NAMED.config(group).items()) {
                Row key = tables.find(Kind.PUBLIC_KEY, id);
                if (key == null) throw new IllegalStateException("key group " + group.id() + " has lost key " + id);
                keys.add(new TrustedKey(id, PublicKeys.der(key)));
            }
            groups.add(new KeyGroupResource(group.id(), keys));
        }
        return groups;
    }

    static KeyGroupConfig checked(KeyGroupConfig config) throws Refused {
        PublicKeys.checkText("Name", config.name(), false);
        String comment = Defaults.or(config.comment(), "");
        PublicKeys.checkText("Comment", comment, true);
        List<String> keys = config.items();
        unless(!keys.isEmpty(), "InvalidArgument", "The key group '" + config.name() + "' has no public keys.");
        unless(
                keys.size() <= KEYS_MAX,
                "TooManyPublicKeysInKeyGroup",
                "The key group '" + config.name() + "' has " + keys.size() + " public keys, more than " + KEYS_MAX
                        + ".");
        unless(
                new HashSet<>(keys).size() == keys.size(),
                "InvalidArgument",
                "The key group '" + config.name() + "' names a public key twice: " + keys + ".");
        return config.toBuilder().comment(comment).build();
    }

    static void checkKeys(Tables tables, KeyGroupConfig config) throws Refused, SQLException {
        for (String key : config.items()) {
            unless(
                    tables.find(Kind.PUBLIC_KEY, key) != null,
                    "InvalidArgument",
                    "The public key '" + key + "' of the key group '" + config.name() + "' does not exist.");
        }
    }

    /** Whether a behavior of a distribution names the group. */
    static Predicate<DistributionConfig> uses(String id) {
        return config ->
                config.defaultCacheBehavior().trustedKeyGroups().items().contains(id)
                        || config.cacheBehaviors().items().stream()
                                .anyMatch(behavior ->
                                        behavior.trustedKeyGroups().items().contains(id));
    }

    /** @param distribution that wants to use it, empty for a new one */
    static void checkReference(Tables tables, String id, String distribution) throws Refused, SQLException {
        unless(
                tables.find(Kind.KEY_GROUP, id) != null,
                "TrustedKeyGroupDoesNotExist",
                "The key group '" + id + "' does not exist.");
        long others = Distributions.using(tables, uses(id)).stream()
                .filter(row -> !row.id().equals(distribution))
                .count();
        unless(
                others < DISTRIBUTIONS_MAX,
                "TooManyDistributionsAssociatedToKeyGroup",
                "The key group " + id + " is used by " + others + " distributions already, which is the limit.");
    }
}
