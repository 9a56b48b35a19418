package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perigee.control.api.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a request, each of the type it should have. */
record AcmInput(JsonNode members) {
    /** A tag; whether its value was given matters when it is to be removed. */
    record Tag(String key, @Nullable String value) {}

    boolean has(String name) {
        return members.hasNonNull(name);
    }

    String required(String name) throws Refused {
        if (!has(name)) throw new Refused("ValidationException", "The member " + name + " is missing.");
        return text(name, "");
    }

    String text(String name, String fallback) throws Refused {
        if (!has(name)) return fallback;
        JsonNode value = members.get(name);
        if (!value.isTextual()) throw new Refused("SerializationException", "The member " + name + " is not a string.");
        return value.textValue();
    }

    /** Text that travels as octets in Base64. */
    String blob(String name) throws Refused {
        try {
            return new String(Base64.getDecoder().decode(required(name)), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            throw new Refused("SerializationException", "The member " + name + " is not Base64.");
        }
    }

    int number(String name, int min, int max, int fallback) throws Refused {
        if (!has(name)) return fallback;
        JsonNode value = members.get(name);
        boolean fits = value.canConvertToInt() && value.intValue() >= min && value.intValue() <= max;
        if (fits) return value.intValue();
        throw new Refused(
                "ValidationException", "The member " + name + " is not a number from " + min + " to " + max + ".");
    }

    List<String> texts(String name) throws Refused {
        List<String> texts = new ArrayList<>();
        JsonNode array = members.path(name);
        if (array.isMissingNode() || array.isNull()) return texts;
        unless(array.isArray(), "SerializationException", "The member " + name + " is not a list.");
        for (JsonNode value : array) {
            if (!value.isTextual()) {
                throw new Refused("SerializationException", "The member " + name + " is not a list of strings.");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    /** One of these values, or null when the member is absent. */
    @Nullable
    String choice(String name, List<String> values) throws Refused {
        if (!has(name)) return null;
        String value = text(name, "");
        checkChoice(name, value, values);
        return value;
    }

    /** Some of these values, in a list. */
    Set<String> choices(String name, List<String> values) throws Refused {
        List<String> given = texts(name);
        for (String value : given) checkChoice(name, value, values);
        return Set.copyOf(given);
    }

    private static void checkChoice(String name, String value, List<String> values) throws Refused {
        unless(
                values.contains(value),
                "ValidationException",
                "The member " + name + " has the value '" + value + "', which is not one of " + values + ".");
    }

    /** The members of an object in this one; none when it is absent. */
    AcmInput object(String name) throws Refused {
        if (!has(name)) return new AcmInput(JsonNodeFactory.instance.objectNode());
        JsonNode object = members.get(name);
        unless(object.isObject(), "SerializationException", "The member " + name + " is not an object.");
        return new AcmInput(object);
    }

    List<Tag> tags() throws Refused {
        List<Tag> tags = new ArrayList<>();
        if (!has("Tags")) return tags;
        unless(members.get("Tags").isArray(), "SerializationException", "The member Tags is not a list.");
        for (JsonNode tag : members.get("Tags")) {
            AcmInput given = new AcmInput(tag);
            tags.add(new Tag(given.required("Key"), given.has("Value") ? given.text("Value", "") : null));
        }
        return tags;
    }
}
