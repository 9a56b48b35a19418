package dev.perigee.function;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values by name, some names with several: how headers, cookies and queries look to functions. */
final class Named {
    /**
     * One value.
     *
     * @param attributes of a cookie that is set; empty for none
     */
    record Value(String text, String attributes) {}

    private final Map<String, List<Value>> values = new LinkedHashMap<>();

    void add(String name, String text) {
        add(name, text, "");
    }

    void add(String name, String text, String attributes) {
        values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(new Value(text, attributes));
    }

    void put(String name, List<Value> several) {
        values.put(name, several);
    }

    void putOne(String name, String text) {
        values.put(name, List.of(new Value(text, "")));
    }

    List<Value> get(String name) {
        return values.getOrDefault(name, List.of());
    }

    Map<String, List<Value>> all() {
        return values;
    }

    boolean same(Named other) {
        return values.equals(other.values);
    }

    /** As part of an event. */
    void write(JsonText json) {
        json.open();
        for (Map.Entry<String, List<Value>> each : values.entrySet()) {
            json.name(each.getKey());
            List<Value> several = each.getValue();
            json.open();
            write(json, several.getFirst());
            if (several.size() > 1) {
                json.name("multiValue").openList();
                for (Value value : several) {
                    json.item().open();
                    write(json, value);
                    json.close();
                }
                json.closeList();
            }
            json.close();
        }
        json.close();
    }

    private static void write(JsonText json, Value value) {
        json.name("value").text(value.text());
        if (!value.attributes().isEmpty()) json.name("attributes").text(value.attributes());
    }

    /**
     * What a function has made of it: a changed {@code multiValue} wins, otherwise a changed {@code value} stands in for the
     * first of several.
     *
     * @param where such as {@code request.headers}
     */
    Named changed(String where, JsonNode made) throws Invalid {
        Named result = new Named();
        if (made.isMissingNode() || made.isNull()) return result;
        if (!made.isObject()) throw new Invalid(where + " must be an object.");
        for (Map.Entry<String, JsonNode> each : made.properties()) {
            result.put(each.getKey(), values(where, each));
        }
        return result;
    }

    /** Only for what is wrong: to write it costs more than to read what is right. */
    private static String place(String where, String name) {
        return where + "['" + HeaderRules.shown(name) + "']";
    }

    private List<Value> values(String where, Map.Entry<String, JsonNode> made) throws Invalid {
        JsonNode entry = made.getValue();
        String name = made.getKey();
        if (!entry.isObject()) throw new Invalid(place(where, name) + " must be an object with a value.");
        List<Value> given = get(made.getKey());
        JsonNode multi = entry.path("multiValue");
        if (!multi.isMissingNode()) {
            if (!multi.isArray()) throw new Invalid(place(where, name) + ".multiValue must be an array.");
            List<Value> several = new ArrayList<>();
            for (JsonNode each : multi) several.add(value(where, name, ".multiValue", each));
            if (!several.equals(given) && !several.isEmpty()) return several;
        }
        Value first = value(where, name, "", entry);
        if (multi.isMissingNode() || given.size() < 2) return List.of(first);
        List<Value> several = new ArrayList<>(given);
        several.set(0, first);
        return several;
    }

    private static Value value(String where, String name, String part, JsonNode entry) throws Invalid {
        JsonNode text = entry.path("value");
        if (!text.isTextual()) throw new Invalid(place(where, name) + part + ".value must be a string.");
        JsonNode attributes = entry.path("attributes");
        if (!attributes.isMissingNode() && !attributes.isTextual()) {
            throw new Invalid(place(where, name) + part + ".attributes must be a string.");
        }
        return new Value(text.asText(), attributes.asText());
    }
}
