package dev.perigee.core.firewall;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the components out of a request. */
final class RequestParts {
    /** AWS WAF looks at this much of all fields together, and of all cookies. */
    private static final int OCTETS_MAX = 8192;

    private static final int COUNT_MAX = 200;
    private static final String[] NONE = {};
    private static final String[] EMPTY = {""};

    private RequestParts() {}

    /** A component's texts, of which any may match, and whether there is more than was looked at. */
    // Never compared as a whole.
    @SuppressWarnings("ArrayRecordComponent")
    record Part(String[] texts, boolean cut) {}

    static Part of(Component component, Inspected inspected) {
        RequestHead request = inspected.request();
        return switch (component) {
            case Component.Path _ -> one(request.path());
            case Component.Query _ -> request.query() == null ? new Part(EMPTY, false) : one(request.query());
            case Component.Method _ -> one(request.method());
            case Component.Header(String name) -> header(request.fields(), name);
            case Component.Argument(String name) -> new Part(arguments(request.query(), name), false);
            case Component.Arguments _ -> new Part(arguments(request.query(), null), false);
            case Component.Cookie(String name) -> cookie(request.fields(), name);
            case Component.Headers headers -> headers(request.fields(), headers);
            case Component.Cookies cookies -> cookies(request.fields(), cookies);
            case Component.HeaderOrder _ -> order(request.fields());
            case Component.Content _ -> content(inspected);
            case Component.Json json -> json(inspected, json);
        };
    }

    private static Part one(String text) {
        return new Part(new String[] {text}, false);
    }

    private static Part header(Fields fields, String name) {
        int count = fields.count(name);
        if (count == 0) return new Part(NONE, false);
        if (count == 1) return one(String.valueOf(fields.first(name)));
        return new Part(fields.all(name).toArray(NONE), false);
    }

    /** The values of arguments: of one name, written plainly or escaped, or of all for null. */
    private static String[] arguments(@Nullable String query, @Nullable String name) {
        if (query == null || query.isEmpty()) return NONE;
        List<String> values = new ArrayList<>(4);
        int start = 0;
        while (start <= query.length()) {
            int ampersand = query.indexOf('&', start);
            int end = ampersand < 0 ? query.length() : ampersand;
            int equals = query.indexOf('=', start);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            if (name == null ? end > start : isNamed(query.substring(start, nameEnd), name)) {
                values.add(query.substring(Math.min(nameEnd + 1, end), end));
            }
            start = end + 1;
        }
        return values.toArray(NONE);
    }

    private static boolean isNamed(String written, String name) {
        return written.equalsIgnoreCase(name)
                || Decoding.percent(written, false).equalsIgnoreCase(name);
    }

    private static Part headers(Fields fields, Component.Headers wanted) {
        List<String> texts = new ArrayList<>(fields.size());
        int octets = 0;
        int count = 0;
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            octets += name.length() + fields.value(i).length();
            if (octets > OCTETS_MAX || ++count > COUNT_MAX) return new Part(texts.toArray(NONE), true);
            if (wanted.chosen().includes(name)) add(texts, wanted.scope(), name, fields.value(i));
        }
        return new Part(texts.toArray(NONE), false);
    }

    private static void add(List<String> texts, Component.Scope scope, String key, String value) {
        if (scope != Component.Scope.VALUE) texts.add(key);
        if (scope != Component.Scope.KEY) texts.add(value);
    }

    private static Part order(Fields fields) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) names.append(':');
            names.append(Transformation.lowerCase(fields.name(i)));
            if (names.length() > OCTETS_MAX) return new Part(new String[] {names.substring(0, OCTETS_MAX)}, true);
        }
        return one(names.toString());
    }

    /** Told name and value of each cookie; false ends it. */
    @FunctionalInterface
    private interface CookieReader {
        boolean read(String name, String value);
    }

    private static void eachCookie(Fields fields, CookieReader reader) {
        for (int i = 0; i < fields.size(); i++) {
            if (!Fields.sameName(fields.name(i), "Cookie")) continue;
            String header = fields.value(i);
            int start = 0;
            while (start <= header.length()) {
                int semicolon = header.indexOf(';', start);
                int end = semicolon < 0 ? header.length() : semicolon;
                String pair = header.substring(start, end).strip();
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals).strip();
                String value = equals < 0 ? "" : pair.substring(equals + 1).strip();
                if (!pair.isEmpty() && !reader.read(name, value)) return;
                start = end + 1;
            }
        }
    }

    private static Part cookie(Fields fields, String wanted) {
        List<String> values = new ArrayList<>(1);
        eachCookie(fields, (name, value) -> {
            if (name.equals(wanted)) values.add(value);
            return true;
        });
        return new Part(values.toArray(NONE), false);
    }

    private static Part cookies(Fields fields, Component.Cookies wanted) {
        List<String> texts = new ArrayList<>();
        int[] used = new int[2];
        boolean[] cut = new boolean[1];
        eachCookie(fields, (name, value) -> {
            used[0] += name.length() + value.length();
            cut[0] = used[0] > OCTETS_MAX || ++used[1] > COUNT_MAX;
            if (!cut[0] && wanted.chosen().includes(name)) add(texts, wanted.scope(), name, value);
            return !cut[0];
        });
        return new Part(texts.toArray(NONE), cut[0]);
    }

    private static Part content(Inspected inspected) {
        String content = inspected.content();
        return content == null ? new Part(NONE, false) : new Part(new String[] {content}, inspected.cut());
    }

    private static Part json(Inspected inspected, Component.Json wanted) {
        String content = inspected.content();
        if (content == null) return new Part(NONE, false);
        JsonMembers.Read read = JsonMembers.of(content, wanted);
        boolean begun = read.end() == JsonMembers.End.CUT && inspected.cut();
        if (read.end() == JsonMembers.End.WHOLE || begun) return new Part(read.found(), inspected.cut());
        return switch (wanted.broken()) {
            case AS_TEXT -> {
                String[] texts = Arrays.copyOf(read.found(), read.found().length + 2);
                texts[texts.length - 2] = content;
                texts[texts.length - 1] = Escapes.javaScript(content);
                yield new Part(texts, inspected.cut());
            }
            case MATCH -> Evaluation.ALWAYS;
            case NO_MATCH -> new Part(NONE, inspected.cut());
        };
    }
}
