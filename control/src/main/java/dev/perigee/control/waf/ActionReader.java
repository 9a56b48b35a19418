package dev.perigee.control.waf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.control.api.Refused;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.http.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads actions, with the response bodies that they refer to. */
final class ActionReader {
    private static final String RESPONSE = "CUSTOM_RESPONSE";
    private static final String PREFIX = "x-amzn-waf-";
    private static final int HEADERS_MAX = 10;
    private static final int VALUE_MAX = 255;
    private static final int BODY_MAX = 4096;
    private static final int BODIES_MAX = 50;
    /** The statuses that AWS WAF lets a custom response have. */
    private static final Set<Integer> STATUSES = Set.of(
            200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 411, 412,
            413, 414, 415, 416, 421, 429, 500, 501, 502, 503, 504);
    /** What would break the response that they are put into. */
    private static final Set<String> RESERVED = Set.of(
            "content-length",
            "content-type",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "upgrade",
            "trailer",
            "te",
            "proxy-connection",
            "server",
            "date",
            "via");

    private final Map<String, Body> bodies;

    private record Body(String type, String content) {}

    /** Whether a body that is named exists, though nobody says what it is. */
    private final boolean anyBody;

    private ActionReader(Map<String, Body> bodies, boolean anyBody) {
        this.bodies = bodies;
        this.anyBody = anyBody;
    }

    /** For rules that are looked at without the web ACL or rule group that has their bodies. */
    static ActionReader withAnyBody() {
        return new ActionReader(Map.of(), true);
    }

    /** With the CustomResponseBodies of a web ACL or a rule group. */
    static ActionReader of(Members owner) throws Refused {
        Map<String, Body> bodies = new HashMap<>();
        if (!owner.has("CustomResponseBodies")) return new ActionReader(bodies, false);
        JsonNode given = owner.object("CustomResponseBodies").node();
        Invalid.unless(
                given.size() <= BODIES_MAX,
                "CUSTOM_RESPONSE_BODY",
                "CustomResponseBodies",
                "There are more than " + BODIES_MAX);
        for (Iterator<String> keys = given.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            Invalid.unless(
                    key.matches(RuleReader.ENTITY) && key.length() <= RuleReader.NAME_MAX,
                    "CUSTOM_RESPONSE_BODY",
                    key,
                    "The key of a response body is a name");
            bodies.put(key, body(new Members(given, RESPONSE).object(key, "CUSTOM_RESPONSE_BODY")));
        }
        return new ActionReader(bodies, false);
    }

    private static Body body(Members given) throws Refused {
        given.only("ContentType", "Content");
        String kind = given.text("ContentType");
        String type = switch (kind) {
            case "TEXT_PLAIN" -> "text/plain";
            case "TEXT_HTML" -> "text/html";
            case "APPLICATION_JSON" -> "application/json";
            default -> throw Invalid.parameter("RESPONSE_CONTENT_TYPE", kind, "This is no ContentType");
        };
        byte[] octets = given.text("Content").getBytes(StandardCharsets.UTF_8);
        Invalid.unless(
                octets.length >= 1 && octets.length <= BODY_MAX,
                "CUSTOM_RESPONSE_BODY",
                "Content",
                "Content must have 1 to " + BODY_MAX + " octets");
        return new Body(type, new String(octets, StandardCharsets.ISO_8859_1));
    }

    /** An action of a rule. */
    RuleAction action(Members given) throws Refused {
        String kind = given.oneOf("Action");
        Members of = given.object(kind);
        return switch (kind) {
            case "Allow" -> new RuleAction.Allow(inserted(of));
            case "Count" -> new RuleAction.Count(inserted(of));
            case "Block" -> block(of.only("CustomResponse"));
            case "Captcha", "Challenge" ->
                throw Invalid.parameter(
                        "RULE_ACTION", kind, kind + " is not supported here: there is no service that poses puzzles");
            default -> throw Invalid.parameter("RULE_ACTION", kind, "This is no action");
        };
    }

    /** The action of a web ACL for what no rule decided. */
    RuleAction fallback(Members owner) throws Refused {
        Members given = owner.object("DefaultAction", "DEFAULT_ACTION");
        String kind = given.oneOf("DefaultAction");
        Invalid.unless(
                kind.equals("Allow") || kind.equals("Block"),
                "DEFAULT_ACTION",
                kind,
                "DefaultAction must be Allow or Block");
        return action(given);
    }

    private static List<Field> inserted(Members action) throws Refused {
        action.only("CustomRequestHandling");
        if (!action.has("CustomRequestHandling")) return List.of();
        Members handling = action.object("CustomRequestHandling", "CUSTOM_REQUEST_HANDLING")
                .only("InsertHeaders");
        return fields(handling, "InsertHeaders", "CUSTOM_REQUEST_HANDLING", 1, PREFIX);
    }

    private static List<Field> fields(Members of, String name, String field, int min, String prefix) throws Refused {
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Members each : of.objects(name, field, min, HEADERS_MAX)) {
            each.only("Name", "Value");
            String header = each.text("Name", "[a-zA-Z0-9._$-]+", 64);
            String value = each.text("Value");
            boolean clean = value.chars().allMatch(c -> c >= ' ' && c < 0x7F)
                    && value.strip().equals(value);
            Invalid.unless(
                    !value.isEmpty() && value.length() <= VALUE_MAX && clean,
                    field,
                    value,
                    "The value of a header must have 1 to " + VALUE_MAX + " printable ASCII characters");
            Invalid.unless(names.add(header.toLowerCase(Locale.ROOT)), field, header, "The header is given twice");
            Invalid.unless(
                    !prefix.isEmpty() || !RESERVED.contains(header.toLowerCase(Locale.ROOT)),
                    field,
                    header,
                    "This header belongs to the response itself");
            fields.add(new Field(prefix + header, value));
        }
        return fields;
    }

    private RuleAction.Block block(Members action) throws Refused {
        if (!action.has("CustomResponse")) return RuleAction.Block.PAGE;
        Members given = action.object("CustomResponse", RESPONSE);
        given.only("ResponseCode", "CustomResponseBodyKey", "ResponseHeaders");
        int status = (int) given.number("ResponseCode", 200, 599);
        Invalid.unless(
                STATUSES.contains(status),
                RESPONSE,
                Integer.toString(status),
                "This status is not one that rules may answer");
        List<Field> fields = fields(given, "ResponseHeaders", RESPONSE, 0, "");
        Body body = given.has("CustomResponseBodyKey") ? named(given.text("CustomResponseBodyKey")) : null;
        return body == null
                ? new RuleAction.Block(status, fields, null, null)
                : new RuleAction.Block(status, fields, body.type(), body.content());
    }

    private @Nullable Body named(String key) throws Refused {
        Body body = anyBody ? new Body("text/plain", "") : bodies.get(key);
        Invalid.unless(body != null, RESPONSE, key, "There is no such key in CustomResponseBodies");
        return body;
    }
}
