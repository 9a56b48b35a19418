package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * A kind of resource whose config has a name that no other of its kind has, and that distributions refer to by id:
 * origin access controls and the policies. They are created, changed and deleted under the same rules.
 *
 * @param what the kind in messages
 * @param code what its error codes are made of, such as {@code CachePolicy} in {@code CachePolicyAlreadyExists}
 * @param missing code when there is none of that id
 * @param inUse code when it is to be deleted and something refers to it
 * @param tooMany code when there are {@code max} of them
 * @param root element name of the stored document
 * @param name the unique name of a config
 */
record Named<C extends SdkPojo>(
        Kind kind,
        String what,
        String code,
        String missing,
        String inUse,
        String tooMany,
        int max,
        String root,
        Supplier<? extends SdkPojo> builder,
        Class<C> type,
        Function<C, String> name) {

    /** What refers to a resource, in the words of a message, or null. */
    @FunctionalInterface
    interface User {
        @Nullable
        String of(Tables tables) throws SQLException;
    }

    /** A kind whose codes are all made of its name. */
    Named(
            Kind kind,
            String what,
            String code,
            String tooMany,
            int max,
            String root,
            Supplier<? extends SdkPojo> builder,
            Class<C> type,
            Function<C, String> name) {
        this(kind, what, code, "NoSuch" + code, code + "InUse", tooMany, max, root, builder, type, name);
    }

    Row existing(Tables tables, String id) throws Refused, SQLException {
        Row row = tables.find(kind, id);
        if (row == null) throw new Refused(missing, "The " + what + " " + id + " does not exist.");
        return row;
    }

    C config(Row row) {
        return Xml.parse(row.body(), root, builder.get(), type);
    }

    Row insert(Tables tables, Settings settings, String id, C config) throws Refused, SQLException {
        Refused.unless(
                tables.count(kind) < max,
                tooMany,
                "There are " + max + " of the kind " + what + " already, which is the limit.");
        checkName(tables, config, "");
        Instant now = settings.clock().instant();
        Row row = new Row(
                id,
                name.apply(config),
                null,
                tables.advance(),
                settings.ids().etag(),
                Xml.write(root, config),
                now,
                now);
        tables.insert(kind, row);
        return row;
    }

    Row replace(Tables tables, Settings settings, String id, @Nullable String ifMatch, C config)
            throws Refused, SQLException {
        Row old = existing(tables, id);
        Preconditions.check(ifMatch, old.etag(), what + " " + id);
        checkName(tables, config, id);
        Row changed = new Row(
                id,
                name.apply(config),
                null,
                tables.advance(),
                settings.ids().etag(),
                Xml.write(root, config),
                old.created(),
                settings.clock().instant());
        tables.replace(kind, changed);
        return changed;
    }

    /** @param uses whether a distribution refers to it */
    void delete(Tables tables, String id, @Nullable String ifMatch, Predicate<DistributionConfig> uses)
            throws Refused, SQLException {
        deleteUnused(tables, id, ifMatch, all -> {
            for (Row distribution : Distributions.using(all, uses)) return "distribution " + distribution.id();
            return null;
        });
    }

    void deleteUnused(Tables tables, String id, @Nullable String ifMatch, User users) throws Refused, SQLException {
        Row old = existing(tables, id);
        Preconditions.check(ifMatch, old.etag(), what + " " + id);
        String user = users.of(tables);
        Refused.unless(user == null, inUse, "The " + what + " " + id + " is in use by " + user + ".");
        tables.delete(kind, id);
        tables.advance();
    }

    private void checkName(Tables tables, C config, String own) throws Refused, SQLException {
        Row same = tables.named(kind, name.apply(config));
        Refused.unless(same == null || same.id().equals(own), code + "AlreadyExists", taken(name.apply(config)));
    }

    String taken(String wanted) {
        return "The name '" + wanted + "' belongs to another " + what + " already.";
    }
}
