package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.control.api.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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
        return texts(name, members.path(name));
    }

    List<String> texts(String object, String name) throws Refused {
        return texts(name, members.path(object).path(name));
    }

    private static List<String> texts(String name, JsonNode array) throws Refused {
        List<String> texts = new ArrayList<>();
        if (array.isMissingNode() || array.isNull()) return texts;
        for (JsonNode value : array) {
            if (!value.isTextual()) {
                throw new Refused("SerializationException", "The member " + name + " is not a list of strings.");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    List<Tag> tags() throws Refused {
        List<Tag> tags = new ArrayList<>();
        for (JsonNode tag : members.path("Tags")) {
            AcmInput given = new AcmInput(tag);
            tags.add(new Tag(given.required("Key"), given.has("Value") ? given.text("Value", "") : null));
        }
        return tags;
    }
}
