package dev.perigee.lambda;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.EdgeLambda.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A response as a function sees it, and the one that it makes of it, or makes by itself.
 *
 * @param description the reason phrase
 */
public record SeenResponse(int status, String description, Fields fields) {
    /** What frames content is ours; a function's own number of octets is as good as none. */
    private static final Set<String> FRAMING = Set.of("content-length");

    /** As much as an origin may send. */
    private static final int HEADERS_MAX = 32_768;

    /**
     * What a function has answered.
     *
     * @param body null when the response keeps the one that it has
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Made(int status, Fields fields, byte @Nullable [] body) {}

    void write(JsonGenerator json, Event event) throws IOException {
        json.writeStartObject();
        json.writeStringField("status", Integer.toString(status));
        json.writeStringField("statusDescription", description);
        json.writeFieldName("headers");
        HeaderRules.write(json, event, fields);
        json.writeEndObject();
    }

    /** What is to be sent in its place. */
    public Made changed(Event event, JsonNode made) throws Invalid {
        if (!made.isObject()) throw new Invalid("The function did not return a response.");
        int now = status(made.path("status"));
        byte[] body = body(event, made);
        if (event == Event.VIEWER_RESPONSE && now != status) {
            throw new Invalid("The status of a response cannot be changed at viewer-response.");
        }
        if (event == Event.VIEWER_RESPONSE && body != null) {
            throw new Invalid("The body of a response cannot be changed at viewer-response.");
        }
        Fields changed = HeaderRules.changed(event, fields, HeaderRules.read(made.path("headers")), FRAMING);
        return checked(event, new Made(now, changed, body));
    }

    /** A response that a function makes in the place of cache and origin. */
    static Made generated(Event event, JsonNode made) throws Invalid {
        int now = status(made.path("status"));
        byte[] body = body(event, made);
        Fields fields = HeaderRules.changed(event, Fields.EMPTY, HeaderRules.read(made.path("headers")), FRAMING);
        return checked(event, new Made(now, fields, body == null ? new byte[0] : body));
    }

    private static Made checked(Event event, Made made) throws Invalid {
        byte[] body = made.body();
        int headers = HeaderRules.size(made.fields());
        if (headers > HEADERS_MAX) {
            throw new Invalid("The headers have " + headers + " octets, more than " + HEADERS_MAX + ".");
        }
        int octets = headers + (body == null ? 0 : body.length);
        if (octets > event.contentMax()) {
            throw new Invalid("The response has " + octets + " octets, more than " + event.contentMax() + ".");
        }
        if (made.status() == 204 && body != null && body.length > 0) {
            throw new Invalid("A response with the status 204 cannot have a body.");
        }
        return made;
    }

    private static int status(JsonNode status) throws Invalid {
        String text = status.isTextual() || status.isIntegralNumber() ? status.asText() : "";
        if (!text.matches("[2-5][0-9]{2}")) throw new Invalid("The status must be a string of 200 to 599.");
        return Integer.parseInt(text);
    }

    private static byte @Nullable [] body(Event event, JsonNode made) throws Invalid {
        JsonNode body = made.path("body");
        if (body.isMissingNode() || body.isNull()) return null;
        if (!body.isTextual()) throw new Invalid("The body is not a string.");
        return decoded(body.asText(), made.path("bodyEncoding"), event.contentMax());
    }

    /** Content in one of the two encodings that there are. */
    static byte[] decoded(String data, JsonNode encoding, int max) throws Invalid {
        String named = encoding.isMissingNode() || encoding.isNull() ? "text" : encoding.asText();
        byte[] octets;
        switch (named) {
            case "text" -> octets = data.getBytes(StandardCharsets.UTF_8);
            case "base64" -> {
                try {
                    octets = Base64.getDecoder().decode(data);
                } catch (IllegalArgumentException e) {
                    throw new Invalid("The body is not in base64.");
                }
            }
            default -> throw new Invalid("The encoding of a body must be text or base64.");
        }
        if (octets.length > max) {
            throw new Invalid("The body has " + octets.length + " octets, more than " + max + ".");
        }
        return octets;
    }
}
