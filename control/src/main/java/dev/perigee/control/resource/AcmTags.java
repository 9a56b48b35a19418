package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.Tag;

/** Tags of certificates. */
final class AcmTags {
    private static final int KEY_MAX = 128;
    private static final int VALUE_MAX = 256;
    private static final int MAX = 50;

    private final Store store;

    AcmTags(Store store) {
        this.store = store;
    }

    @Nullable
    ObjectNode add(String arn, AcmInput input) throws Refused {
        List<AcmInput.Tag> given = input.tags();
        store.write(tables -> {
            AcmOperations.existing(tables, arn);
            put(tables, arn, given);
            return arn;
        });
        return null;
    }

    void put(Tables tables, String arn, List<AcmInput.Tag> given) throws Refused, SQLException {
        for (AcmInput.Tag tag : given) {
            String value = Defaults.or(tag.value(), "");
            unless(
                    !tag.key().isEmpty() && tag.key().length() <= KEY_MAX && value.length() <= VALUE_MAX,
                    "InvalidTagException",
                    "The tag '" + tag.key() + "' has a key of not 1 to " + KEY_MAX
                            + " characters, or a value of more than " + VALUE_MAX + ".");
            unless(
                    !tag.key().toLowerCase(Locale.ROOT).startsWith("aws:"),
                    "InvalidTagException",
                    "The tag key '" + tag.key() + "' begins with the reserved aws:.");
            unless(
                    Tags.ALLOWED.matcher(tag.key()).matches()
                            && Tags.ALLOWED.matcher(value).matches(),
                    "InvalidTagException",
                    "The tag '" + tag.key() + "' = '" + value + "' has a character that is not allowed.");
            tables.update(
                    "INSERT INTO tags (arn, name, value) VALUES (?, ?, ?)"
                            + " ON CONFLICT (arn, name) DO UPDATE SET value = excluded.value",
                    arn,
                    tag.key(),
                    value);
        }
        long count = tables.number("SELECT COUNT(*) FROM tags WHERE arn = ?", arn);
        unless(count <= MAX, "TooManyTagsException", arn + " would have " + count + " tags, more than " + MAX + ".");
    }

    @Nullable
    ObjectNode remove(String arn, AcmInput input) throws Refused {
        List<AcmInput.Tag> given = input.tags();
        store.write(tables -> {
            AcmOperations.existing(tables, arn);
            for (AcmInput.Tag tag : given) {
                // With a value, only that very tag is meant.
                tables.update(
                        "DELETE FROM tags WHERE arn = ? AND name = ? AND (? IS NULL OR value = ?)",
                        arn,
                        tag.key(),
                        tag.value(),
                        tag.value());
            }
            return arn;
        });
        return null;
    }

    ObjectNode list(String arn) throws Refused {
        List<Tag> tags = store.read(tables -> {
            AcmOperations.existing(tables, arn);
            return Tags.of(tables, arn);
        });
        ObjectNode output = AcmOperations.object();
        ArrayNode array = output.putArray("Tags");
        for (Tag tag : tags) array.addObject().put("Key", tag.key()).put("Value", tag.value());
        return output;
    }
}
