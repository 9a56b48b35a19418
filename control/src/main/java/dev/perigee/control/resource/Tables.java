package dev.perigee.control.resource;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables within one transaction: resources, and the revision that orders all writes. */
final class Tables {
    private static final String COLUMNS = "kind, id, name, domain, revision, etag, body, created, modified";

    private final Connection connection;
    private boolean advanced;

    Tables(Connection connection) {
        this.connection = connection;
    }

    /** Kinds of resources. */
    enum Kind {
        DISTRIBUTION("distribution"),
        ORIGIN_ACCESS_CONTROL("origin-access-control"),
        ORIGIN_ACCESS_IDENTITY("origin-access-identity"),
        CACHE_POLICY("cache-policy"),
        ORIGIN_REQUEST_POLICY("origin-request-policy"),
        RESPONSE_HEADERS_POLICY("response-headers-policy"),
        TRUST_STORE("trust-store"),
        PUBLIC_KEY("public-key"),
        KEY_GROUP("key-group"),
        ENCRYPTION_CONFIG("field-level-encryption-config"),
        ENCRYPTION_PROFILE("field-level-encryption-profile"),
        WEB_ACL("web-acl"),
        RULE_GROUP("rule-group"),
        IP_SET("ip-set"),
        REGEX_SET("regex-pattern-set"),
        MONITORING("monitoring-subscription"),
        /** The id is the name. */
        REALTIME_LOG("realtime-log-config"),
        /** The ids of the first two are their names; the bodies are JSON. */
        DELIVERY_SOURCE("delivery-source"),
        DELIVERY_DESTINATION("delivery-destination"),
        DELIVERY("delivery"),
        /** The id is the name. */
        LOG_GROUP("log-group"),
        /** CloudFront Functions in their stage DEVELOPMENT; the id is the name. */
        FUNCTION("function"),
        /** The same in their stage LIVE. */
        LIVE_FUNCTION("live-function"),
        /** What is worked on of a Lambda function, and its published versions; the body is JSON. */
        LAMBDA("lambda"),
        LAMBDA_VERSION("lambda-version"),
        /** The name is that of the function, a colon, and the alias, if it has one; the body is JSON. */
        LAMBDA_URL("lambda-url"),
        /** The body is the comment. */
        KEY_VALUE_STORE("key-value-store");

        final String column;

        Kind(String column) {
            this.column = column;
        }
    }

    /**
     * A resource at rest.
     *
     * @param name what must be unique besides the id
     * @param domain the assigned domain name, for distributions
     * @param revision of its last change
     * @param body the config as the XML document of its shape; of a trust store its certificates, of AWS WAF's kinds JSON, of a
     *     function the document of what created it
     */
    record Row(
            String id,
            String name,
            @Nullable String domain,
            long revision,
            String etag,
            String body,
            Instant created,
            Instant modified) {}

    boolean advanced() {
        return advanced;
    }

    long revision() throws SQLException {
        return number("SELECT revision FROM state WHERE id = 1");
    }

    long purgeFloor() throws SQLException {
        return number("SELECT purge_floor FROM state WHERE id = 1");
    }

    /** The newest revision that changed what plans are compiled from, and not only the list of invalidations. */
    long configRevision() throws SQLException {
        return number("SELECT config_revision FROM state WHERE id = 1");
    }

    /** As {@link #advanceForPurge}, for all other writes: what plans are compiled from is read again. */
    long advance() throws SQLException {
        long revision = advanceForPurge();
        update("UPDATE state SET config_revision = revision WHERE id = 1");
        return revision;
    }

    /**
     * The revision that an invalidation carries. Invalidations that were completed before leave the snapshot with
     * it, and only with it: completing them is no revision of its own, so a version is published once.
     */
    long advanceForPurge() throws SQLException {
        // The unary plus keeps to the index of revisions, whose newest end is near; the past may be long.
        update("UPDATE state SET revision = revision + 1, purge_floor = MAX(purge_floor, COALESCE((SELECT revision"
                + " FROM invalidations WHERE +completed > 0 ORDER BY revision DESC LIMIT 1), 0)) WHERE id = 1");
        advanced = true;
        return revision();
    }

    /** The revision of other values in key value stores: all else that plans are compiled from stays as it is. */
    long advanceForValues() throws SQLException {
        return advanceForPurge();
    }

    @Nullable
    Row find(Kind kind, String id) throws SQLException {
        return first(rows("SELECT " + COLUMNS + " FROM resources WHERE kind = ? AND id = ?", kind.column, id));
    }

    @Nullable
    Row named(Kind kind, String name) throws SQLException {
        return first(rows("SELECT " + COLUMNS + " FROM resources WHERE kind = ? AND name = ?", kind.column, name));
    }

    List<Row> all(Kind kind) throws SQLException {
        return rows("SELECT " + COLUMNS + " FROM resources WHERE kind = ? ORDER BY id", kind.column);
    }

    /** Up to {@code limit} rows after an id, in the order of ids, which stays as it is whatever comes and goes. */
    List<Row> page(Kind kind, String after, int limit) throws SQLException {
        return rows(
                "SELECT " + COLUMNS + " FROM resources WHERE kind = ? AND id > ? ORDER BY id LIMIT ?",
                kind.column,
                after,
                limit);
    }

    long count(Kind kind) throws SQLException {
        return number("SELECT COUNT(*) FROM resources WHERE kind = ?", kind.column);
    }

    boolean domainTaken(String domain) throws SQLException {
        return number("SELECT COUNT(*) FROM resources WHERE domain = ?", domain) > 0;
    }

    void insert(Kind kind, Row row) throws SQLException {
        update(
                "INSERT INTO resources (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                kind.column,
                row.id(),
                row.name(),
                row.domain(),
                row.revision(),
                row.etag(),
                row.body(),
                row.created().toEpochMilli(),
                row.modified().toEpochMilli());
    }

    /** Replaces name, revision, ETag, body and time of change. */
    void replace(Kind kind, Row row) throws SQLException {
        update(
                "UPDATE resources SET name = ?, revision = ?, etag = ?, body = ?, modified = ? WHERE kind = ? AND id = ?",
                row.name(),
                row.revision(),
                row.etag(),
                row.body(),
                row.modified().toEpochMilli(),
                kind.column,
                row.id());
    }

    void delete(Kind kind, String id) throws SQLException {
        update("DELETE FROM resources WHERE kind = ? AND id = ?", kind.column, id);
    }

    /** Has a resource count as changed at this revision, because something has that it refers to. */
    void touch(Kind kind, String id, long revision) throws SQLException {
        update("UPDATE resources SET revision = ? WHERE kind = ? AND id = ?", revision, kind.column, id);
    }

    private List<Row> rows(String sql, Object... arguments) throws SQLException {
        List<Row> found = new ArrayList<>();
        query(
                sql,
                row -> found.add(new Row(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("domain"),
                        row.getLong("revision"),
                        row.getString("etag"),
                        row.getString("body"),
                        Instant.ofEpochMilli(row.getLong("created")),
                        Instant.ofEpochMilli(row.getLong("modified")))),
                arguments);
        return found;
    }

    private static @Nullable Row first(List<Row> rows) {
        return rows.isEmpty() ? null : rows.getFirst();
    }

    /** Takes one row of a result. */
    @FunctionalInterface
    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    void query(String sql, RowReader reader, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) reader.read(rows);
        }
    }

    long number(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    int update(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) statement.setObject(i + 1, arguments[i]);
        return statement;
    }
}
