package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What differs between two JSON values, a line for each place. */
final class JsonChanges {
    private JsonChanges() {}

    /** Such as {@code uri  "/" -> "/index.html"}; nothing for equal ones. */
    static List<String> between(JsonNode before, JsonNode after) {
        Map<String, String> old = new TreeMap<>();
        Map<String, String> made = new TreeMap<>();
        flatten("", before, old);
        flatten("", after, made);
        var places = new TreeSet<>(old.keySet());
        places.addAll(made.keySet());
        List<String> lines = new ArrayList<>();
        for (String place : places) {
            String was = old.get(place);
            String is = made.get(place);
            if (was == null) lines.add("+ " + place + "  " + is);
            else if (is == null) lines.add("- " + place + "  " + was);
            else if (!was.equals(is)) lines.add("~ " + place + "  " + was + " -> " + is);
        }
        return lines;
    }

    private static void flatten(String place, JsonNode node, Map<String, String> into) {
        if (!node.isContainerNode()) {
            if (!node.isMissingNode()) into.put(place, printable(node.toString()));
            return;
        }
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            flatten(place.isEmpty() ? each.getKey() : place + "." + each.getKey(), each.getValue(), into);
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) flatten(place + "[" + i + "]", node.get(i), into);
    }

    /** What a function has made is shown on a terminal, and must not steer it. */
    static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) shown.append("\\u%04x".formatted(c));
            else shown.appendCodePoint(c);
        });
        return shown.toString();
    }
}
