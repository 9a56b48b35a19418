package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.tls.TrustStore;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/** Trust stores at rest: the body of a row has a certificate a line. */
final class TrustStores {
    /** CloudFront's quota of distributions that use one. */
    private static final int DISTRIBUTIONS_MAX = 25;

    private TrustStores() {}

    static List<TrustStore> all(Tables tables) throws SQLException {
        return tables.all(Kind.TRUST_STORE).stream()
                .map(row -> new TrustStore(row.id(), certificates(row)))
                .toList();
    }

    static List<String> certificates(Row row) {
        return row.body().lines().toList();
    }

    static String body(List<String> certificates) {
        return String.join("\n", certificates);
    }

    static Row existing(Tables tables, String id) throws Refused, SQLException {
        Row row = tables.find(Kind.TRUST_STORE, id);
        if (row == null) throw new Refused("EntityNotFound", "The trust store " + id + " does not exist.");
        return row;
    }

    /** By its id, its ARN or its name. */
    static Row identified(Tables tables, String accountId, String identifier) throws Refused, SQLException {
        String prefix = Ids.arn(accountId, Kind.TRUST_STORE.column, "");
        Row named = tables.named(Kind.TRUST_STORE, identifier);
        if (named != null) return named;
        return existing(tables, identifier.startsWith(prefix) ? identifier.substring(prefix.length()) : identifier);
    }

    /** Whether a distribution trusts whom it names. */
    static Predicate<DistributionConfig> uses(String id) {
        return config -> id.equals(usedBy(config));
    }

    private static @Nullable String usedBy(DistributionConfig config) {
        var mutual = config.viewerMtlsConfig();
        return mutual == null || mutual.trustStoreConfig() == null
                ? null
                : mutual.trustStoreConfig().trustStoreId();
    }

    /** @param distribution that wants to use it, empty for a new one */
    static void checkReference(Tables tables, String id, String distribution) throws Refused, SQLException {
        existing(tables, id);
        long others = Distributions.using(tables, uses(id)).stream()
                .filter(row -> !row.id().equals(distribution))
                .count();
        unless(
                others < DISTRIBUTIONS_MAX,
                "EntityLimitExceeded",
                "The trust store " + id + " is used by " + others + " distributions already, which is the limit.");
    }
}
