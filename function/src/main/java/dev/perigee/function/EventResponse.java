package dev.perigee.function;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.FieldText;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grammar;
import dev.perigee.core.plan.EdgeFunction.Event;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A response as functions see it, and the response that one makes of it, or makes by itself. */
public final class EventResponse {
    /** CloudFront publishes no number; of this much a function can hardly make more in its memory of 2 MB. */
    private static final int BODY_MAX = 1 << 20;

    private static final int HEADERS_MAX = 20_480;

    private final int status;
    private final String description;
    private final Fields fields;
    private final Named headers = new Named();
    private final Named cookies = new Named();

    /**
     * What a function has answered.
     *
     * @param body null when the response keeps the one it has
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Answer(int status, Fields fields, byte @Nullable [] body) {}

    public EventResponse(int status, String description, Fields fields) {
        this.status = status;
        this.description = description;
        this.fields = fields;
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i).toLowerCase(Locale.ROOT);
            if (name.equals("set-cookie")) cookie(fields.value(i));
            else if (!HeaderRules.isForbidden(name)) headers.add(name, fields.value(i));
        }
    }

    /** None: what is answered is answered by the function alone. */
    public static EventResponse none() {
        return new EventResponse(0, "", Fields.EMPTY);
    }

    private void cookie(String line) {
        int semicolon = line.indexOf(';');
        String pair = semicolon < 0 ? line : line.substring(0, semicolon);
        int equals = pair.indexOf('=');
        String name = (equals < 0 ? pair : pair.substring(0, equals)).strip();
        cookies.add(
                name,
                equals < 0 ? "" : pair.substring(equals + 1).strip(),
                semicolon < 0 ? "" : line.substring(semicolon + 1).strip());
    }

    void write(JsonText json) {
        json.open();
        json.name("statusCode").number(status);
        json.name("statusDescription").text(description);
        headers.write(json.name("headers"));
        cookies.write(json.name("cookies"));
        json.close();
    }

    /** What is sent instead. */
    public Answer changed(Result result) throws Invalid {
        JsonNode made = result.tree();
        JsonNode code = made.path("statusCode");
        if (!code.isIntegralNumber() || !code.canConvertToInt()) {
            throw new Invalid("response.statusCode must be an integer.");
        }
        if (code.asInt() < 200 || code.asInt() > 599) throw new Invalid("response.statusCode must be 200 to 599.");
        JsonNode words = made.path("statusDescription");
        if (!words.isMissingNode() && !words.isNull() && !words.isTextual()) {
            throw new Invalid("response.statusDescription must be a string.");
        }
        Named changedHeaders = headers.changed("response.headers", made.path("headers"));
        Named changedCookies = cookies.changed("response.cookies", made.path("cookies"));
        return new Answer(code.asInt(), fields(changedHeaders, changedCookies), body(made.path("body")));
    }

    private static byte @Nullable [] body(JsonNode body) throws Invalid {
        if (body.isMissingNode() || body.isNull()) return null;
        byte[] octets = body.isTextual() ? utf8(body.asText()) : encoded(body);
        if (octets.length > BODY_MAX) throw new Invalid("response.body has more than " + BODY_MAX + " octets.");
        return octets;
    }

    private static byte[] encoded(JsonNode body) throws Invalid {
        JsonNode data = body.path("data");
        if (!body.isObject() || !data.isTextual()) throw new Invalid("response.body must be a string or have data.");
        switch (body.path("encoding").asText("text")) {
            case "text" -> {
                return utf8(data.asText());
            }
            case "base64" -> {
                try {
                    return Base64.getDecoder().decode(data.asText());
                } catch (IllegalArgumentException e) {
                    throw new Invalid("response.body.data is not in base64.");
                }
            }
            default -> throw new Invalid("response.body.encoding must be text or base64.");
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Fields fields(Named made, Named madeCookies) throws Invalid {
        if (made.same(headers) && madeCookies.same(cookies)) return fields;
        checkHeaders(made);
        Fields.Builder result = Fields.builder(fields.size() + 4);
        Set<String> done = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i).toLowerCase(Locale.ROOT);
            if (name.equals("set-cookie")) continue;
            boolean kept = HeaderRules.isForbidden(name)
                    || HeaderRules.isFixed(Event.VIEWER_RESPONSE, name)
                    || made.get(name).equals(headers.get(name));
            if (kept) result.add(fields.name(i), fields.value(i));
            else if (done.add(name)) add(result, name, made.get(name));
        }
        for (Map.Entry<String, List<Named.Value>> each : made.all().entrySet()) {
            // How much follows is known to whoever sends it.
            if (headers.get(each.getKey()).isEmpty() && !each.getKey().equals("content-length")) {
                add(result, each.getKey(), each.getValue());
            }
        }
        setCookies(result, madeCookies);
        return bounded(result.build());
    }

    private void checkHeaders(Named made) throws Invalid {
        for (Map.Entry<String, List<Named.Value>> each : made.all().entrySet()) {
            String name = each.getKey();
            HeaderRules.checkName("response.headers", name);
            if (name.equals("set-cookie")) {
                throw new Invalid("response.headers must not have set-cookie; use response.cookies.");
            }
            if (HeaderRules.isFixed(Event.VIEWER_RESPONSE, name)
                    && !each.getValue().equals(headers.get(name))) {
                throw new Invalid("response.headers must not change the read-only header " + name + ".");
            }
        }
    }

    private static void add(Fields.Builder result, String name, List<Named.Value> values) throws Invalid {
        for (Named.Value value : values) {
            result.add(FieldText.written(name), HeaderRules.checkedValue("response.headers", name, value.text()));
        }
    }

    private static void setCookies(Fields.Builder result, Named made) throws Invalid {
        for (Map.Entry<String, List<Named.Value>> each : made.all().entrySet()) {
            String name = each.getKey();
            if (!Grammar.isToken(name))
                throw new Invalid("response.cookies has the name '" + HeaderRules.shown(name) + "'.");
            for (Named.Value value : each.getValue()) {
                String text = HeaderRules.checkedValue("response.cookies", name, value.text());
                String attributes = HeaderRules.checkedValue("response.cookies", name, value.attributes());
                if (text.indexOf(';') >= 0) throw new Invalid("response.cookies has a semicolon in a value.");
                result.add(
                        "Set-Cookie", attributes.isEmpty() ? name + "=" + text : name + "=" + text + "; " + attributes);
            }
        }
    }

    private static Fields bounded(Fields fields) throws Invalid {
        int octets = 0;
        for (int i = 0; i < fields.size(); i++)
            octets += fields.name(i).length() + fields.value(i).length() + 4;
        if (octets > HEADERS_MAX) throw new Invalid("response.headers have more than " + HEADERS_MAX + " octets.");
        return fields;
    }
}
