package dev.perigee.lambda;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.FieldText;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grammar;
import dev.perigee.core.http.KeptFields;
import dev.perigee.core.plan.EdgeLambda.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Headers as Lambda functions see them, which ones they may not touch, and what becomes of those that they return. */
final class HeaderRules {
    private static final Map<Event, Set<String>> FIXED = Map.of(
            Event.VIEWER_REQUEST,
            Set.of("content-length", "host", "transfer-encoding", "via"),
            Event.ORIGIN_REQUEST,
            Set.of(
                    "accept-encoding",
                    "content-length",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "transfer-encoding",
                    "via"),
            Event.ORIGIN_RESPONSE,
            Set.of("transfer-encoding", "via"),
            Event.VIEWER_RESPONSE,
            Set.of("warning", "via", "transfer-encoding"));

    /** Of what one function returns: more would keep an event loop from its viewers. */
    private static final int LINES_MAX = 512;

    private HeaderRules() {}

    /** One line that a function has returned. */
    record Line(String name, String value) {}

    /** Neither seen nor set. */
    static boolean isDisallowed(String lowerName) {
        // The last one is ours: RFC 8586 section 2 lets nobody change it.
        return KeptFields.has(lowerName) || lowerName.equals("cdn-loop");
    }

    /** What CloudFront adds after viewers' requests were seen is not there before; nobody else may add it. */
    private static boolean isHidden(Event event, String lowerName) {
        return isDisallowed(lowerName) || (event.ofViewers() && lowerName.startsWith("cloudfront-"));
    }

    private static boolean isFixed(Event event, String lowerName) {
        return FIXED.getOrDefault(event, Set.of()).contains(lowerName);
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Writes those that are seen: by name in lower case, each a list. */
    static void write(JsonGenerator json, Event event, Fields fields) throws IOException {
        Map<String, List<Line>> shown = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            String lower = lower(fields.name(i));
            if (isHidden(event, lower)) continue;
            shown.computeIfAbsent(lower, _ -> new ArrayList<>(1)).add(new Line(fields.name(i), fields.value(i)));
        }
        json.writeStartObject();
        for (Map.Entry<String, List<Line>> each : shown.entrySet()) write(json, each.getKey(), each.getValue());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, List<Line> lines) throws IOException {
        json.writeArrayFieldStart(name);
        for (Line line : lines) {
            json.writeStartObject();
            json.writeStringField("key", line.name());
            json.writeStringField("value", line.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** What a function has returned as headers, by their names in lower case. */
    static Map<String, List<Line>> read(JsonNode made) throws Invalid {
        Map<String, List<Line>> headers = new LinkedHashMap<>();
        if (made.isMissingNode() || made.isNull()) return headers;
        if (!made.isObject()) throw new Invalid("The headers object is not valid: it must be an object.");
        int count = 0;
        for (Map.Entry<String, JsonNode> each : made.properties()) {
            count += Math.max(1, each.getValue().size());
            if (count > LINES_MAX) throw new Invalid("There are more than " + LINES_MAX + " headers.");
            String name = lower(each.getKey());
            if (!each.getValue().isArray()) {
                throw new Invalid("Each header entry in the headers object must be an array: " + shown(name) + ".");
            }
            List<Line> lines = headers.computeIfAbsent(name, _ -> new ArrayList<>(1));
            for (JsonNode line : each.getValue()) lines.add(line(name, line));
        }
        return headers;
    }

    private static Line line(String name, JsonNode line) throws Invalid {
        JsonNode key = line.path("key");
        JsonNode value = line.path("value");
        if (!line.isObject() || !value.isTextual()) {
            throw new Invalid(
                    "Each element of a header must be an object with a value that is a string: " + shown(name) + ".");
        }
        if (!key.isMissingNode() && !key.isNull() && (!key.isTextual() || !isWritten(key.asText(), name))) {
            throw new Invalid("The key of a header must be its name: " + shown(name) + ".");
        }
        String octets = FieldText.octets(value.asText());
        if (!Grammar.isToken(name) || !Grammar.isFieldValue(octets)) {
            throw new Invalid("A header has characters that are not allowed: " + shown(name) + ".");
        }
        return new Line(key.isTextual() ? key.asText() : FieldText.written(name), octets.strip());
    }

    /** Whether it is that name in letters of either case; some beyond ASCII have theirs within. */
    private static boolean isWritten(String key, String lowerName) {
        return Grammar.isToken(key) && lower(key).equals(lowerName);
    }

    /**
     * What is to go on in the place of what was shown.
     *
     * @param kept names in lower case of what stays as it was, whatever the function says
     */
    static Fields changed(Event event, Fields given, Map<String, List<Line>> made, Set<String> kept) throws Invalid {
        Map<String, List<String>> before = values(event, given);
        for (Map.Entry<String, List<Line>> each : made.entrySet()) {
            if (!kept.contains(each.getKey())) check(event, each.getKey(), each.getValue(), before);
        }
        Fields.Builder fields = Fields.builder(given.size() + 4);
        Map<String, List<Line>> left = new LinkedHashMap<>(made);
        for (int i = 0; i < given.size(); i++) {
            String lower = lower(given.name(i));
            List<Line> now = made.getOrDefault(lower, List.of());
            boolean stays = isHidden(event, lower)
                    || isFixed(event, lower)
                    || kept.contains(lower)
                    || same(before.getOrDefault(lower, List.of()), now);
            List<Line> changed = left.remove(lower);
            if (stays) fields.add(given.name(i), given.value(i));
            else if (changed != null) for (Line line : changed) fields.add(line.name(), line.value());
        }
        for (Map.Entry<String, List<Line>> each : left.entrySet()) {
            if (kept.contains(each.getKey())) continue;
            for (Line line : each.getValue()) fields.add(line.name(), line.value());
        }
        return fields.build();
    }

    private static void check(Event event, String name, List<Line> made, Map<String, List<String>> before)
            throws Invalid {
        if (isHidden(event, name)) {
            throw new Invalid("The function tried to add, delete, or change a disallowed header: " + shown(name) + ".");
        }
        if (isFixed(event, name) && !same(before.getOrDefault(name, List.of()), made)) {
            throw new Invalid("The function tried to add, delete, or change a read-only header: " + shown(name) + ".");
        }
    }

    private static Map<String, List<String>> values(Event event, Fields fields) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            String lower = lower(fields.name(i));
            if (!isHidden(event, lower)) {
                values.computeIfAbsent(lower, _ -> new ArrayList<>(1)).add(fields.value(i));
            }
        }
        return values;
    }

    private static boolean same(List<String> before, List<Line> now) {
        if (before.size() != now.size()) return false;
        for (int i = 0; i < now.size(); i++) {
            if (!before.get(i).strip().equals(now.get(i).value())) return false;
        }
        return true;
    }

    static int size(Fields fields) {
        int octets = 0;
        for (int i = 0; i < fields.size(); i++) {
            octets += fields.name(i).length() + fields.value(i).length() + 4;
        }
        return octets;
    }

    /** For messages, which end up in pages and logs. */
    static String shown(String text) {
        String cut = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
