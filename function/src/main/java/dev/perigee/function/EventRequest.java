package dev.perigee.function;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.FieldText;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grammar;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.EdgeFunction.Event;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request as functions see it, and the request that one makes of it. */
public final class EventRequest {
    /** CloudFront: a URI with its query has less than 8,192 characters. */
    private static final int TARGET_MAX = 8191;

    /** CloudFront's limit of a request's headers. */
    private static final int HEADERS_MAX = 20_480;

    private final RequestHead head;
    private final Named headers = new Named();
    private final Named cookies = new Named();
    private final Named query = new Named();
    /** Parameters that stood without an equals sign. */
    private final Set<String> bare = new HashSet<>();

    /** @param added headers that the edge has for the function besides those that were sent */
    public EventRequest(RequestHead head, Fields added) {
        this.head = head;
        for (int i = 0; i < head.fields().size(); i++) {
            String name = head.fields().name(i).toLowerCase(Locale.ROOT);
            if (name.equals("cookie")) cookies(head.fields().value(i));
            else if (!HeaderRules.isForbidden(name) && !name.startsWith("cloudfront-")) {
                headers.add(name, head.fields().value(i));
            }
        }
        for (int i = 0; i < added.size(); i++) headers.add(added.name(i).toLowerCase(Locale.ROOT), added.value(i));
        if (head.query() != null) parameters(head.query());
    }

    private void cookies(String line) {
        for (String pair : line.split(";", -1)) {
            int equals = pair.indexOf('=');
            String name = (equals < 0 ? pair : pair.substring(0, equals)).strip();
            if (!name.isEmpty())
                cookies.add(name, equals < 0 ? "" : pair.substring(equals + 1).strip());
        }
    }

    private void parameters(String raw) {
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (pair.isEmpty()) continue;
            if (equals < 0) bare.add(name);
            query.add(name, equals < 0 ? "" : pair.substring(equals + 1));
        }
    }

    void write(JsonText json) {
        json.open();
        json.name("method").text(head.method());
        json.name("uri").text(head.path());
        query.write(json.name("querystring"));
        headers.write(json.name("headers"));
        cookies.write(json.name("cookies"));
        json.close();
    }

    /** The request to go on with. */
    RequestHead changed(JsonNode made) throws Invalid {
        JsonNode method = made.path("method");
        if (!method.isMissingNode() && !method.asText().equals(head.method())) {
            throw new Invalid("request.method is read-only.");
        }
        JsonNode uri = made.path("uri");
        if (!uri.isTextual()) throw new Invalid("request.uri must be a string.");
        String path = path(uri.asText());
        String changedQuery = query(made.path("querystring"));
        checkLength(path, changedQuery);
        Named changedHeaders = headers.changed("request.headers", made.path("headers"));
        Named changedCookies = cookies.changed("request.cookies", made.path("cookies"));
        return changed(path, changedQuery, changedHeaders, changedCookies);
    }

    /** Likewise. */
    RequestHead changed(PlainRequest made) throws Invalid {
        if (!made.method().equals(head.method())) throw new Invalid("request.method is read-only.");
        String path = path(made.uri());
        String changedQuery = made.query().same(query) ? head.query() : query(made.query());
        checkLength(path, changedQuery);
        return changed(path, changedQuery, made.headers(), made.cookies());
    }

    private RequestHead changed(String path, @Nullable String changedQuery, Named changedHeaders, Named changedCookies)
            throws Invalid {
        return new RequestHead(
                head.method(), path, changedQuery, head.host(), head.version(), fields(changedHeaders, changedCookies));
    }

    private static void checkLength(String path, @Nullable String changedQuery) throws Invalid {
        if (path.length() + (changedQuery == null ? 0 : changedQuery.length() + 1) > TARGET_MAX) {
            throw new Invalid("request.uri and request.querystring have more than " + TARGET_MAX + " characters.");
        }
    }

    private String path(String uri) throws Invalid {
        if (uri.equals(head.path())) return head.path();
        if (!uri.startsWith("/")) throw new Invalid("request.uri must begin with a slash.");
        checkTarget("request.uri", uri);
        if (uri.indexOf('?') >= 0) throw new Invalid("request.uri must not have a question mark.");
        return encoded(uri);
    }

    /** Functions may also give the query as one string, as CloudFront's samples do. */
    private @Nullable String query(JsonNode made) throws Invalid {
        if (made.isTextual()) {
            checkTarget("request.querystring", made.asText());
            return made.asText().isEmpty() ? null : encoded(made.asText());
        }
        Named parameters = query.changed("request.querystring", made);
        return parameters.same(query) ? head.query() : query(parameters);
    }

    private @Nullable String query(Named parameters) throws Invalid {
        StringBuilder made = new StringBuilder();
        for (Map.Entry<String, List<Named.Value>> each : parameters.all().entrySet()) {
            for (Named.Value value : each.getValue()) {
                checkTarget("request.querystring", each.getKey());
                checkTarget("request.querystring", value.text());
                if (!made.isEmpty()) made.append('&');
                made.append(encoded(each.getKey()));
                if (!value.text().isEmpty() || !bare.contains(each.getKey()))
                    made.append('=').append(encoded(value.text()));
            }
        }
        return made.isEmpty() ? null : made.toString();
    }

    private static void checkTarget(String where, String text) throws Invalid {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#') {
                throw new Invalid(where + " has a space, a control character or a number sign.");
            }
        }
    }

    /** Characters beyond ASCII in UTF-8, as a URI has them. */
    private static String encoded(String text) {
        StringBuilder made = null;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7e && made == null) made = new StringBuilder(text.substring(0, i));
            if (made == null) continue;
            int point = text.codePointAt(i);
            if (point > 0xffff) i++;
            if (point < 0x7f) {
                made.append((char) point);
                continue;
            }
            for (byte octet : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                made.append('%')
                        .append(Character.toUpperCase(Character.forDigit(octet >> 4 & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
            }
        }
        return made == null ? text : made.toString();
    }

    private Fields fields(Named made, Named madeCookies) throws Invalid {
        boolean cookiesChanged = !madeCookies.same(cookies);
        if (made.same(headers) && !cookiesChanged) return head.fields();
        checkHeaders(made);
        Fields.Builder fields = Fields.builder(head.fields().size() + 4);
        Set<String> done = new HashSet<>();
        for (int i = 0; i < head.fields().size(); i++) {
            String name = head.fields().name(i).toLowerCase(Locale.ROOT);
            if (name.equals("cookie")) {
                if (!cookiesChanged)
                    fields.add(head.fields().name(i), head.fields().value(i));
                else if (done.add(name)) cookie(fields, madeCookies);
                continue;
            }
            boolean kept = HeaderRules.isForbidden(name)
                    || HeaderRules.isFixed(Event.VIEWER_REQUEST, name)
                    || made.get(name).equals(headers.get(name));
            if (kept) fields.add(head.fields().name(i), head.fields().value(i));
            else if (done.add(name)) add(fields, name, made.get(name));
        }
        for (Map.Entry<String, List<Named.Value>> each : made.all().entrySet()) {
            if (headers.get(each.getKey()).isEmpty()) add(fields, each.getKey(), each.getValue());
        }
        if (cookiesChanged && !done.contains("cookie")) cookie(fields, madeCookies);
        return bounded(fields.build());
    }

    private void checkHeaders(Named made) throws Invalid {
        for (Map.Entry<String, List<Named.Value>> each : made.all().entrySet()) {
            String name = each.getKey();
            HeaderRules.checkName("request.headers", name);
            if (name.equals("cookie")) throw new Invalid("request.headers must not have cookie; use request.cookies.");
            if (HeaderRules.isFixed(Event.VIEWER_REQUEST, name)
                    && !each.getValue().equals(headers.get(name))) {
                throw new Invalid("request.headers must not change the read-only header " + name + ".");
            }
        }
    }

    private static void add(Fields.Builder fields, String name, List<Named.Value> values) throws Invalid {
        for (Named.Value value : values) {
            fields.add(FieldText.written(name), HeaderRules.checkedValue("request.headers", name, value.text()));
        }
    }

    private static void cookie(Fields.Builder fields, Named made) throws Invalid {
        StringBuilder line = new StringBuilder();
        for (Map.Entry<String, List<Named.Value>> each : made.all().entrySet()) {
            if (!Grammar.isToken(each.getKey()))
                throw new Invalid("request.cookies has the name '" + HeaderRules.shown(each.getKey()) + "'.");
            for (Named.Value value : each.getValue()) {
                String text = HeaderRules.checkedValue("request.cookies", each.getKey(), value.text());
                if (text.indexOf(';') >= 0) throw new Invalid("request.cookies has a semicolon in a value.");
                if (!line.isEmpty()) line.append("; ");
                line.append(each.getKey()).append('=').append(text);
            }
        }
        if (!line.isEmpty()) fields.add("Cookie", line.toString());
    }

    private static Fields bounded(Fields fields) throws Invalid {
        int octets = 0;
        for (int i = 0; i < fields.size(); i++)
            octets += fields.name(i).length() + fields.value(i).length() + 4;
        if (octets > HEADERS_MAX) throw new Invalid("request.headers have more than " + HEADERS_MAX + " octets.");
        return fields;
    }
}
