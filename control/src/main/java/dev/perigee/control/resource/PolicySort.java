package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionIdList;

/**
 * One of the three sorts of policies: the managed ones, which are the same everywhere and never change, and the custom
 * ones.
 *
 * @param managed all managed policies
 * @param id of a policy
 * @param config of a policy
 * @param shape makes the policy of a stored row and its config
 * @param reference the id of this sort of policy in a behavior
 */
record PolicySort<C extends SdkPojo, P>(
        Named<C> custom,
        Supplier<List<P>> managed,
        Function<P, String> id,
        Function<P, C> config,
        BiFunction<Row, C, P> shape,
        Function<DefaultCacheBehavior, @Nullable String> reference,
        Check<C> check) {
    /** CloudFront's quota of distributions that use one custom policy. */
    private static final int DISTRIBUTIONS_MAX = 100;

    private static final String MANAGED = "managed";
    private static final String CUSTOM = "custom";

    /** Refuses a config, or returns it with its defaults filled in. */
    @FunctionalInterface
    interface Check<C> {
        C checked(C config) throws Refused;
    }

    /**
     * A policy with what goes beside it.
     *
     * @param type managed or custom
     */
    record Found<P>(P policy, String id, String etag, String type) {}

    /** One page of policies. */
    record Listing<P>(
            List<Found<P>> shown, int maxItems, @Nullable String next) {}

    private Found<P> found(Row row) {
        return new Found<>(shape.apply(row, custom.config(row)), row.id(), row.etag(), CUSTOM);
    }

    private Found<P> found(P policy) {
        String name = id.apply(policy);
        return new Found<>(policy, name, ManagedPolicies.etag(name), MANAGED);
    }

    private @Nullable P managed(String wanted) {
        for (P policy : managed.get()) {
            if (id.apply(policy).equals(wanted)) return policy;
        }
        return null;
    }

    Found<P> find(Tables tables, String wanted) throws Refused, SQLException {
        P policy = managed(wanted);
        return policy == null ? found(custom.existing(tables, wanted)) : found(policy);
    }

    List<P> all(Tables tables) throws SQLException {
        var all = new ArrayList<>(managed.get());
        for (Row row : tables.all(custom.kind())) all.add(found(row).policy());
        return all;
    }

    Found<P> create(Store store, Settings settings, C given) throws Refused {
        C complete = check.checked(given);
        checkNotManaged(complete);
        return store.write(tables ->
                found(custom.insert(tables, settings, UUID.randomUUID().toString(), complete)));
    }

    Found<P> update(Store store, Settings settings, String wanted, @Nullable String ifMatch, C given) throws Refused {
        Refused.unless(
                managed(wanted) == null,
                "IllegalUpdate",
                "The " + custom.what() + " " + wanted + " is managed and cannot be changed.");
        C complete = check.checked(given);
        checkNotManaged(complete);
        return store.write(tables -> {
            Row row = custom.replace(tables, settings, wanted, ifMatch, complete);
            List<Row> users = Distributions.using(tables, uses(wanted));
            for (Row user : users) Trial.check(tables, settings, user);
            Distributions.touch(tables, users, row.revision());
            return found(row);
        });
    }

    void delete(Store store, String wanted, @Nullable String ifMatch) throws Refused {
        Refused.unless(
                managed(wanted) == null,
                "IllegalDelete",
                "The " + custom.what() + " " + wanted + " is managed and cannot be deleted.");
        store.write(tables -> {
            custom.delete(tables, wanted, ifMatch, uses(wanted));
            return wanted;
        });
    }

    private void checkNotManaged(C config) throws Refused {
        String name = custom.name().apply(config);
        for (P policy : managed.get()) {
            Refused.unless(
                    !custom.name().apply(this.config.apply(policy)).equals(name),
                    custom.code() + "AlreadyExists",
                    custom.taken(name));
        }
    }

    Listing<P> list(Store store, @Nullable String type, @Nullable String marker, @Nullable String maxItems)
            throws Refused {
        Refused.unless(
                type == null || type.equals(MANAGED) || type.equals(CUSTOM),
                "InvalidArgument",
                "Type is '" + type + "', which is not one of managed, custom.");
        Page page = Page.of(marker, maxItems);
        var rows = new ArrayList<Found<P>>();
        if (!CUSTOM.equals(type)) {
            for (P policy : managed.get()) rows.add(found(policy));
        }
        if (!MANAGED.equals(type)) {
            for (Row row : store.read(tables -> tables.all(custom.kind()))) rows.add(found(row));
        }
        List<Found<P>> after = rows.stream()
                .filter(policy -> policy.id().compareTo(page.marker()) > 0)
                .sorted(Comparator.comparing(Found::id))
                .limit(page.rows())
                .toList();
        List<Found<P>> shown = page.shown(after);
        return new Listing<>(
                shown, page.maxItems(), page.truncated(after) ? shown.getLast().id() : null);
    }

    /** Ids of the distributions that use a policy. */
    DistributionIdList users(Store store, String wanted, @Nullable String marker, @Nullable String maxItems)
            throws Refused {
        Page page = Page.of(marker, maxItems);
        List<String> ids = store.read(tables -> {
            find(tables, wanted);
            return users(tables, wanted);
        });
        return page.ids(ids);
    }

    private List<String> users(Tables tables, String wanted) throws SQLException {
        return Distributions.using(tables, uses(wanted)).stream().map(Row::id).toList();
    }

    private Predicate<DistributionConfig> uses(String wanted) {
        return config -> wanted.equals(reference.apply(config.defaultCacheBehavior()))
                || config.cacheBehaviors().items().stream()
                        .anyMatch(behavior -> wanted.equals(
                                reference.apply(BehaviorView.of(behavior).values())));
    }

    /**
     * Refuses a behavior that refers to a policy which does not exist, or which too many distributions use.
     *
     * @param distribution the id of the distribution that is checked, empty for a new one
     */
    void checkReference(Tables tables, DefaultCacheBehavior behavior, String distribution)
            throws Refused, SQLException {
        String wanted = Defaults.or(reference.apply(behavior), "");
        if (wanted.isEmpty() || managed(wanted) != null) return;
        custom.existing(tables, wanted);
        long others = users(tables, wanted).stream()
                .filter(user -> !user.equals(distribution))
                .count();
        Refused.unless(
                others < DISTRIBUTIONS_MAX,
                "TooManyDistributionsAssociatedTo" + custom.code(),
                "The " + custom.what() + " " + wanted + " is used by " + others
                        + " distributions already, which is the limit.");
    }
}
