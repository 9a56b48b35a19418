package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.waf.Invalid;
import dev.perigee.control.waf.Members;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tags of AWS WAF's resources. */
final class WafTags {
    private static final String FIELD = "TAGS";
    private static final int KEY_MAX = 128;
    private static final int VALUE_MAX = 256;
    private static final int MAX = 50;

    private final Store store;

    WafTags(Store store) {
        this.store = store;
    }

    /** A tag. */
    record Tag(String key, String value) {}

    static List<Tag> given(Members input) throws Refused {
        List<Tag> tags = new ArrayList<>();
        for (Members each : input.objects("Tags", FIELD, 0, MAX)) {
            each.only("Key", "Value");
            String key = each.text("Key");
            String value = each.text("Value");
            Invalid.unless(
                    !key.isEmpty()
                            && key.length() <= KEY_MAX
                            && value.length() <= VALUE_MAX
                            && !key.toLowerCase(Locale.ROOT).startsWith("aws:"),
                    "TAG_KEYS",
                    key,
                    "A key has 1 to " + KEY_MAX + " characters and does not begin with aws:, a value at most "
                            + VALUE_MAX);
            tags.add(new Tag(key, value));
        }
        return tags;
    }

    void put(Tables tables, String arn, List<Tag> given) throws Refused, SQLException {
        for (Tag tag : given) {
            tables.update(
                    "INSERT INTO tags (arn, name, value) VALUES (?, ?, ?)"
                            + " ON CONFLICT (arn, name) DO UPDATE SET value = excluded.value",
                    arn,
                    tag.key(),
                    tag.value());
        }
        long count = tables.number("SELECT COUNT(*) FROM tags WHERE arn = ?", arn);
        Refused.unless(
                count <= MAX,
                "WAFTagOperationException",
                arn + " would have " + count + " tags, more than " + MAX + ".");
    }

    ObjectNode tag(Members input) throws Refused {
        String arn = input.only("ResourceARN", "Tags").text("ResourceARN");
        List<Tag> given = given(input);
        store.write(tables -> {
            checkExists(tables, arn);
            put(tables, arn, given);
            return arn;
        });
        return WafOperations.object();
    }

    ObjectNode untag(Members input) throws Refused {
        String arn = input.only("ResourceARN", "TagKeys").text("ResourceARN");
        List<String> keys = input.texts("TagKeys", 1, MAX);
        store.write(tables -> {
            checkExists(tables, arn);
            for (String key : keys) tables.update("DELETE FROM tags WHERE arn = ? AND name = ?", arn, key);
            return arn;
        });
        return WafOperations.object();
    }

    /** All of them: there are never more than fit on a page. */
    ObjectNode list(Members input) throws Refused {
        String arn = input.only("ResourceARN", "NextMarker", "Limit").text("ResourceARN");
        ObjectNode output = WafOperations.object();
        ObjectNode info = output.putObject("TagInfoForResource").put("ResourceARN", arn);
        ArrayNode tags = info.putArray("TagList");
        store.read(tables -> {
            checkExists(tables, arn);
            for (var tag : Tags.of(tables, arn))
                tags.addObject().put("Key", tag.key()).put("Value", tag.value());
            return arn;
        });
        return output;
    }

    private static void checkExists(Tables tables, String arn) throws Refused, SQLException {
        for (WafKind kind : WafKind.values()) {
            if (WafStore.find(tables, kind, arn) != null) return;
        }
        throw WafErrors.missing(arn);
    }
}
