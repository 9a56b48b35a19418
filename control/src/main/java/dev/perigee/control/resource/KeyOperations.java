package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.KeyApi;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.KeyValueStores.Contents;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.KeyValueStore.Pair;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The operations of the service cloudfront-keyvaluestore. A write is at the edges with the plan that it makes. */
final class KeyOperations implements KeyApi {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    /** CloudFront's quotas of one UpdateKeys. */
    private static final int BATCH_MAX = 50;

    private static final int BATCH_BYTES_MAX = 3 << 20;
    private static final int PAGE = 10;
    private static final int PAGE_MAX = 50;

    private final Store store;
    private final Settings settings;

    KeyOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    @Override
    public Answer handle(Question asked) throws Refused {
        return switch (asked.operation()) {
            case DESCRIBE -> store.read(tables -> describe(tables, asked));
            case GET -> store.read(tables -> get(tables, asked));
            case LIST -> store.read(tables -> list(tables, asked));
            case PUT -> put(asked);
            case DELETE -> write(asked, Map.of(key(asked), ""), true);
            case UPDATE -> update(asked);
        };
    }

    private Row existing(Tables tables, Question asked) throws Refused, SQLException {
        return KeyValueStores.byArn(tables, settings.accountId(), asked.storeArn());
    }

    private Answer describe(Tables tables, Question asked) throws Refused, SQLException {
        Row row = existing(tables, asked);
        Contents contents = KeyValueStores.contents(tables, row.id());
        ObjectNode made = counted(contents)
                .put("KvsARN", asked.storeArn())
                .put("Created", seconds(row.created()))
                .put("LastModified", seconds(contents.modified()))
                .put("Status", KeyValueStoreOperations.READY);
        return answer(contents.etag(), made);
    }

    private Answer get(Tables tables, Question asked) throws Refused, SQLException {
        Row row = existing(tables, asked);
        String value = KeyValueStores.value(tables, row.id(), key(asked));
        if (value == null) throw missing(key(asked));
        ObjectNode made = counted(KeyValueStores.contents(tables, row.id()))
                .put("Key", key(asked))
                .put("Value", value);
        return answer(null, made);
    }

    private Answer list(Tables tables, Question asked) throws Refused, SQLException {
        Row row = existing(tables, asked);
        int max = max(asked.max());
        List<Pair> found = KeyValueStores.page(tables, row.id(), after(asked.after()), max + 1);
        ObjectNode made = JSON.createObjectNode();
        ArrayNode items = made.putArray("Items");
        for (Pair pair : found.subList(0, Math.min(max, found.size()))) {
            items.addObject().put("Key", pair.key()).put("Value", pair.value());
        }
        if (found.size() > max) {
            byte[] last = found.get(max - 1).key().getBytes(StandardCharsets.UTF_8);
            made.put("NextToken", Base64.getUrlEncoder().withoutPadding().encodeToString(last));
        }
        return answer(null, made);
    }

    private static int max(@Nullable String text) throws Refused {
        if (text == null) return PAGE;
        boolean fits = text.matches("[0-9]{1,4}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= PAGE_MAX;
        unless(fits, "InvalidArgument", "MaxResults is '" + text + "', not a number from 1 to " + PAGE_MAX + ".");
        return Integer.parseInt(text);
    }

    private static String after(@Nullable String token) throws Refused {
        if (token == null) return "";
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refused("InvalidArgument", "The NextToken is none that was given out here.");
        }
    }

    private Answer put(Question asked) throws Refused {
        JsonNode body = body(asked);
        return write(asked, Map.of(key(asked), text(body, "Value")), false);
    }

    private Answer update(Question asked) throws Refused {
        unless(
                asked.body().length <= BATCH_BYTES_MAX,
                "InvalidArgument",
                "The request has " + asked.body().length + " bytes, more than " + BATCH_BYTES_MAX + ".");
        JsonNode body = body(asked);
        Map<String, String> puts = new TreeMap<>();
        Map<String, String> deletes = new TreeMap<>();
        for (JsonNode each : array(body, "Puts")) once(puts, text(each, "Key"), text(each, "Value"));
        for (JsonNode each : array(body, "Deletes")) once(deletes, text(each, "Key"), "");
        for (String key : deletes.keySet()) {
            unless(!puts.containsKey(key), "InvalidArgument", "The key '" + key + "' is to be put and deleted.");
        }
        int all = puts.size() + deletes.size();
        unless(
                all > 0 && all <= BATCH_MAX,
                "InvalidArgument",
                "There are " + all + " keys to put or delete, not 1 to " + BATCH_MAX + ".");
        return write(asked, puts, deletes);
    }

    private static void once(Map<String, String> into, String key, String value) throws Refused {
        unless(into.put(key, value) == null, "InvalidArgument", "The key '" + key + "' is there twice.");
    }

    private Answer write(Question asked, Map<String, String> one, boolean deletes) throws Refused {
        return write(asked, deletes ? Map.of() : one, deletes ? one : Map.of());
    }

    /** All of it or nothing. */
    private Answer write(Question asked, Map<String, String> puts, Map<String, String> deletes) throws Refused {
        for (Map.Entry<String, String> put : puts.entrySet()) KeyValueStores.checkPair(put.getKey(), put.getValue());
        for (String key : deletes.keySet()) KeyValueStores.checkPair(key, null);
        return store.write(tables -> {
            Row row = existing(tables, asked);
            Contents before = KeyValueStores.contents(tables, row.id());
            Preconditions.check(asked.ifMatch(), before.etag(), "the key value store");
            long keys = before.keys();
            long bytes = before.bytes();
            for (Map.Entry<String, String> put : puts.entrySet()) {
                String old = KeyValueStores.value(tables, row.id(), put.getKey());
                if (old == null) keys++;
                bytes += KeyValueStores.size(put.getKey(), put.getValue())
                        - (old == null ? 0 : KeyValueStores.size(put.getKey(), old));
                KeyValueStores.put(tables, row.id(), put.getKey(), put.getValue());
            }
            for (String key : deletes.keySet()) {
                String old = KeyValueStores.value(tables, row.id(), key);
                if (old == null) throw missing(key);
                keys--;
                bytes -= KeyValueStores.size(key, old);
                tables.update("DELETE FROM value_pairs WHERE store = ? AND name = ?", row.id(), key);
            }
            unless(
                    bytes <= KeyValueStores.BYTES_MAX,
                    "EntitySizeLimitExceeded",
                    "The key value store would have " + bytes + " bytes, more than " + KeyValueStores.BYTES_MAX + ".");
            Contents after = new Contents(
                    row.id(), etag(settings), keys, bytes, settings.clock().instant());
            KeyValueStores.replace(tables, after);
            if (KeyValueStores.user(tables, row.id(), Kind.LIVE_FUNCTION) != null) tables.advanceForValues();
            return answer(after.etag(), counted(after));
        });
    }

    /** As rest-json has times; a double might be written with an exponent. */
    private static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    /** Not that of the resource, which its pairs do not change. */
    static String etag(Settings settings) {
        return "KV" + settings.ids().etag();
    }

    private static Refused missing(String key) {
        return new Refused("EntityNotFound", "The key '" + key + "' does not exist.");
    }

    private static ObjectNode counted(Contents contents) {
        return JSON.createObjectNode().put("ItemCount", contents.keys()).put("TotalSizeInBytes", contents.bytes());
    }

    private static Answer answer(@Nullable String etag, ObjectNode made) {
        return new Answer(etag, made.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String key(Question asked) throws Refused {
        String key = asked.key();
        if (key == null) throw new Refused("InvalidArgument", "There is no key.");
        return key;
    }

    private static JsonNode body(Question asked) throws Refused {
        try {
            JsonNode body = JSON.readTree(asked.body());
            if (body != null && body.isObject()) return body;
        } catch (IOException e) {
            // Told below.
        }
        throw new Refused("InvalidArgument", "The body of the request is no JSON object.");
    }

    private static JsonNode array(JsonNode in, String name) throws Refused {
        JsonNode array = in.path(name);
        boolean absent = array.isMissingNode() || array.isNull();
        unless(absent || array.isArray(), "InvalidArgument", name + " is not a list.");
        return absent ? JSON.createArrayNode() : array;
    }

    private static String text(JsonNode in, String name) throws Refused {
        JsonNode text = in.path(name);
        unless(text.isTextual(), "InvalidArgument", "The member " + name + " is missing or not a string.");
        return text.textValue();
    }
}
