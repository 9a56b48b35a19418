package dev.perigee.control.waf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.control.api.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * The members of an object in a request, each of the type it should have.
 *
 * @param field the object's kind, as the API names it in errors
 */
public record Members(JsonNode node, String field) {
    /** Refuses members of other names: a restriction that is overlooked would make a rule mean something else. */
    public Members only(String... names) throws Refused {
        Set<String> known = new HashSet<>(Arrays.asList(names));
        for (Iterator<String> given = node.fieldNames(); given.hasNext(); ) {
            String name = given.next();
            Invalid.unless(known.contains(name), field, name, name + " is not built, or does not exist, here");
        }
        return this;
    }

    public boolean has(String name) {
        return node.hasNonNull(name);
    }

    public String text(String name) throws Refused {
        JsonNode value = node.path(name);
        Invalid.unless(value.isTextual(), field, name, "The member " + name + " is missing or not a string");
        return value.textValue();
    }

    public String text(String name, String fallback) throws Refused {
        return has(name) ? text(name) : fallback;
    }

    /** Text of a form. */
    public String text(String name, String pattern, int max) throws Refused {
        String text = text(name);
        Invalid.unless(
                !text.isEmpty() && text.length() <= max && text.matches(pattern),
                field,
                text,
                name + " must have 1 to " + max + " characters that match " + pattern);
        return text;
    }

    public boolean flag(String name) throws Refused {
        JsonNode value = node.path(name);
        Invalid.unless(value.isBoolean(), field, name, "The member " + name + " is missing or not a boolean");
        return value.booleanValue();
    }

    public long number(String name, long min, long max) throws Refused {
        JsonNode value = node.path(name);
        boolean fits = value.isIntegralNumber() && value.canConvertToLong();
        Invalid.unless(
                fits && value.longValue() >= min && value.longValue() <= max,
                field,
                value.isMissingNode() ? name : value.toString(),
                name + " must be a whole number from " + min + " to " + max);
        return value.longValue();
    }

    public <E extends Enum<E>> E choice(String name, Class<E> type) throws Refused {
        String text = text(name);
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(text)) return each;
        }
        throw Invalid.parameter(field, text, name + " must be one of " + Arrays.toString(type.getEnumConstants()));
    }

    public Members object(String name) throws Refused {
        return object(name, field);
    }

    public Members object(String name, String as) throws Refused {
        JsonNode value = node.path(name);
        Invalid.unless(value.isObject(), field, name, "The member " + name + " is missing or not an object");
        return new Members(value, as);
    }

    public List<Members> objects(String name, String as, int min, int max) throws Refused {
        List<Members> found = new ArrayList<>();
        for (JsonNode each : list(name, min, max)) {
            Invalid.unless(each.isObject(), field, name, "Every item of " + name + " must be an object");
            found.add(new Members(each, as));
        }
        return found;
    }

    public List<String> texts(String name, int min, int max) throws Refused {
        List<String> found = new ArrayList<>();
        for (JsonNode each : list(name, min, max)) {
            Invalid.unless(each.isTextual(), field, name, "Every item of " + name + " must be a string");
            found.add(each.textValue());
        }
        return found;
    }

    private JsonNode list(String name, int min, int max) throws Refused {
        JsonNode value = node.path(name);
        boolean none = value.isMissingNode() || value.isNull();
        Invalid.unless(value.isArray() || (none && min == 0), field, name, name + " is missing or not a list");
        Invalid.unless(
                value.size() >= min && value.size() <= max,
                field,
                name,
                name + " must have " + min + " to " + max + " items, not " + value.size());
        return value;
    }

    /** The only member of an object that is one of several. */
    String oneOf(String what) throws Refused {
        Iterator<String> names = node.fieldNames();
        String only = null;
        while (names.hasNext()) {
            String name = names.next();
            if (node.path(name).isNull()) continue;
            Invalid.unless(only == null, field, name, "You have used more than one kind of " + what);
            only = name;
        }
        if (only == null) throw Invalid.parameter(field, what, "There is no " + what);
        return only;
    }
}
