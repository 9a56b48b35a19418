package dev.perigee.control.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.KeyValueStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.FunctionConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreAssociation;

/** Key value stores at rest: a row among the resources, and their pairs in a table of their own. */
final class KeyValueStores {
    static final Kind KIND = Kind.KEY_VALUE_STORE;
    /** CloudFront's quotas. */
    static final int KEY_MAX = 512;

    static final int VALUE_MAX = 1024;
    static final long BYTES_MAX = 5L << 20;

    private KeyValueStores() {}

    /**
     * How a store's pairs stand.
     *
     * @param bytes of all keys and values
     */
    record Contents(String id, String etag, long keys, long bytes, Instant modified) {}

    static String arn(String accountId, String id) {
        return Ids.arn(accountId, KIND.column, id);
    }

    static Row named(Tables tables, String name) throws Refused, SQLException {
        Row row = tables.named(KIND, name);
        if (row == null) throw new Refused("EntityNotFound", "The key value store " + name + " does not exist.");
        return row;
    }

    static Row byArn(Tables tables, String accountId, String arn) throws Refused, SQLException {
        String prefix = arn(accountId, "");
        Row row = arn.startsWith(prefix) ? tables.find(KIND, arn.substring(prefix.length())) : null;
        if (row == null) throw new Refused("EntityNotFound", "The key value store " + arn + " does not exist.");
        return row;
    }

    /** Ids of the stores that a function reads. */
    static List<String> of(FunctionConfig config) {
        if (config.keyValueStoreAssociations() == null) return List.of();
        return config.keyValueStoreAssociations().items().stream()
                .map(KeyValueStoreAssociation::keyValueStoreARN)
                .map(arn -> arn.substring(arn.lastIndexOf('/') + 1))
                .toList();
    }

    /** A function that reads this store, in one of these stages; null when none does. */
    static @Nullable String user(Tables tables, String id, Kind... stages) throws SQLException {
        for (Kind stage : stages) {
            for (Row row : tables.all(stage)) {
                if (of(Functions.content(row).functionConfig()).contains(id)) return row.id();
            }
        }
        return null;
    }

    static Contents contents(Tables tables, String id) throws SQLException {
        List<Contents> found = new ArrayList<>();
        tables.query(
                "SELECT etag, keys, bytes, modified FROM value_stores WHERE id = ?",
                row -> found.add(new Contents(
                        id,
                        row.getString("etag"),
                        row.getLong("keys"),
                        row.getLong("bytes"),
                        Instant.ofEpochMilli(row.getLong("modified")))),
                id);
        if (found.isEmpty()) throw new SQLException("key value store " + id + " has no contents");
        return found.getFirst();
    }

    /** A store that is new, with its first pairs. */
    static void insert(Tables tables, Contents contents, Map<String, String> pairs) throws SQLException {
        tables.update(
                "INSERT INTO value_stores (id, etag, keys, bytes, modified) VALUES (?, ?, ?, ?, ?)",
                contents.id(),
                contents.etag(),
                contents.keys(),
                contents.bytes(),
                contents.modified().toEpochMilli());
        for (Map.Entry<String, String> pair : pairs.entrySet()) {
            put(tables, contents.id(), pair.getKey(), pair.getValue());
        }
    }

    static void replace(Tables tables, Contents contents) throws SQLException {
        tables.update(
                "UPDATE value_stores SET etag = ?, keys = ?, bytes = ?, modified = ? WHERE id = ?",
                contents.etag(),
                contents.keys(),
                contents.bytes(),
                contents.modified().toEpochMilli(),
                contents.id());
    }

    static void put(Tables tables, String id, String key, String value) throws SQLException {
        tables.update("INSERT OR REPLACE INTO value_pairs (store, name, value) VALUES (?, ?, ?)", id, key, value);
    }

    static void delete(Tables tables, String id) throws SQLException {
        tables.delete(KIND, id);
        tables.update("DELETE FROM value_pairs WHERE store = ?", id);
        tables.update("DELETE FROM value_stores WHERE id = ?", id);
    }

    static @Nullable String value(Tables tables, String id, String key) throws SQLException {
        List<String> found = new ArrayList<>();
        tables.query(
                "SELECT value FROM value_pairs WHERE store = ? AND name = ?",
                row -> found.add(row.getString("value")),
                id,
                key);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Up to {@code limit} pairs after a key, in the order of the table. */
    static List<KeyValueStore.Pair> page(Tables tables, String id, String after, int limit) throws SQLException {
        List<KeyValueStore.Pair> found = new ArrayList<>();
        tables.query(
                "SELECT name, value FROM value_pairs WHERE store = ? AND name > ? ORDER BY name LIMIT ?",
                row -> found.add(new KeyValueStore.Pair(row.getString("name"), row.getString("value"))),
                id,
                after,
                limit);
        return found;
    }

    /**
     * The stores that functions read, with all their pairs.
     *
     * @param ids of them
     * @param before by ETag: what was read then need not be read again
     */
    static Map<String, KeyValueStore> read(Tables tables, List<String> ids, Map<String, KeyValueStore> before)
            throws SQLException {
        Map<String, KeyValueStore> read = new TreeMap<>();
        for (String id : ids) {
            Row row = tables.find(KIND, id);
            if (row == null) continue;
            Contents contents = contents(tables, id);
            KeyValueStore known = before.get(contents.etag());
            read.put(contents.etag(), known == null ? whole(tables, row, contents) : known);
        }
        return read;
    }

    /** All of a store. */
    static KeyValueStore whole(Tables tables, Row row, Contents contents) throws SQLException {
        // SQLite orders text by its octets, plans order it as Java does.
        List<KeyValueStore.Pair> pairs = new ArrayList<>(page(tables, row.id(), "", Integer.MAX_VALUE));
        pairs.sort(Comparator.comparing(KeyValueStore.Pair::key));
        return new KeyValueStore(
                row.id(), row.created().toEpochMilli(), contents.modified().toEpochMilli(), pairs);
    }

    static long size(String key, String value) {
        return (long) key.getBytes(UTF_8).length + value.getBytes(UTF_8).length;
    }

    /** Refuses what CloudFront does, and what no plan can carry. */
    static void checkPair(String key, @Nullable String value) throws Refused {
        Refused.unless(
                !key.isEmpty() && isText(key) && key.getBytes(UTF_8).length <= KEY_MAX,
                "InvalidArgument",
                "A key must have 1 to " + KEY_MAX + " bytes of valid UTF-8.");
        Refused.unless(
                value == null || (isText(value) && value.getBytes(UTF_8).length <= VALUE_MAX),
                "InvalidArgument",
                "The value of the key '" + key + "' is no valid UTF-8 of at most " + VALUE_MAX + " bytes.");
    }

    /** No half of a pair of surrogates, which no file and no plan can hold, and no NUL. */
    private static boolean isText(String text) {
        return text.indexOf(0) < 0 && UTF_8.newEncoder().canEncode(text);
    }
}
