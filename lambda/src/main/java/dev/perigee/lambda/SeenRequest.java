package dev.perigee.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.EdgeLambda.Event;
import dev.perigee.core.plan.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as a function sees it, and the one that it makes of it.
 *
 * @param query without its question mark; null for none
 * @param content null where the function is not shown it
 * @param origin null for viewers' events
 * @param https whether the viewer's connection is encrypted
 */
public record SeenRequest(
        EventContext context,
        String method,
        String uri,
        @Nullable String query,
        Fields fields,
        @Nullable Content content,
        @Nullable Origin origin,
        boolean https) {
    private static final JsonFactory JSON = new JsonFactory();
    /** CloudFront: a URI with its query has less than 8,192 characters. */
    private static final int TARGET_MAX = 8191;

    /** CloudFront's limit of a request's headers. */
    private static final int HEADERS_MAX = 20_480;

    /** The beginning of a request's content, and whether there is more. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Content(byte[] beginning, boolean truncated) {}

    /** What is to become of a request. */
    public sealed interface Verdict {
        /**
         * It goes on.
         *
         * @param content that takes the place of what was sent; null to keep that
         * @param origin the same as before, unless the function has chosen another; null for viewers' events
         */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record GoOn(
                String uri,
                @Nullable String query,
                Fields fields,
                byte @Nullable [] content,
                @Nullable Origin origin) implements Verdict {}

        /** The function has answered it. */
        record Answered(SeenResponse.Made response) implements Verdict {}
    }

    /** The event with this request, and with a response where there is one. */
    public byte[] event(@Nullable SeenResponse response) {
        var bytes = new ByteArrayOutputStream(2048);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("Records");
            json.writeStartObject();
            json.writeObjectFieldStart("cf");
            json.writeObjectFieldStart("config");
            json.writeStringField("distributionDomainName", context.distributionDomainName());
            json.writeStringField("distributionId", context.distributionId());
            json.writeStringField("eventType", context.event().word());
            json.writeStringField("requestId", context.requestId());
            json.writeEndObject();
            write(json);
            if (response != null) {
                json.writeFieldName("response");
                response.write(json, context.event());
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("request");
        json.writeStringField("clientIp", context.clientIp());
        json.writeStringField("method", method);
        json.writeStringField("uri", uri);
        json.writeStringField("querystring", query == null ? "" : query);
        json.writeFieldName("headers");
        HeaderRules.write(json, context.event(), shownFields());
        if (content != null) {
            json.writeObjectFieldStart("body");
            json.writeBooleanField("inputTruncated", content.truncated());
            json.writeStringField("action", "read-only");
            json.writeStringField("encoding", "base64");
            json.writeStringField("data", Base64.getEncoder().encodeToString(content.beginning()));
            json.writeEndObject();
        }
        if (origin != null) new OriginRules(origin, https).write(json);
        json.writeEndObject();
    }

    /** The origin's own headers are shown with the origin. */
    private Fields shownFields() {
        if (origin == null || origin.customHeaders().isEmpty()) return fields;
        Fields.Builder shown = fields.toBuilder();
        origin.customHeaders().forEach(custom -> shown.remove(custom.name()));
        return shown.build();
    }

    /** Reads what a function at a request's event has returned. */
    public Verdict verdict(JsonNode made) throws Invalid {
        if (!made.isObject()) throw new Invalid("The function did not return a request or a response.");
        Event event = context.event();
        if (made.has("status")) return new Verdict.Answered(SeenResponse.generated(event, made));
        JsonNode named = made.path("method");
        if (!named.isMissingNode() && !named.asText().equals(method)) {
            throw new Invalid("The method is read-only.");
        }
        String nowUri = uri(made.path("uri"));
        String nowQuery = query(made.path("querystring"));
        if (nowUri.length() + (nowQuery == null ? 0 : nowQuery.length() + 1) > TARGET_MAX) {
            throw new Invalid("The URI and the query string have more than " + TARGET_MAX + " characters.");
        }
        Map<String, List<HeaderRules.Line>> headers = HeaderRules.read(made.path("headers"));
        Fields changed = HeaderRules.changed(event, shownFields(), headers, Set.of());
        Origin chosen = origin == null ? null : new OriginRules(origin, https).chosen(made, changed);
        Fields.Builder sent = changed.toBuilder();
        if (chosen != null) chosen.customHeaders().forEach(custom -> sent.set(custom.name(), custom.value()));
        Fields all = sent.build();
        if (HeaderRules.size(all) > HEADERS_MAX) {
            throw new Invalid("The headers have more than " + HEADERS_MAX + " octets.");
        }
        return new Verdict.GoOn(nowUri, nowQuery, all, content(made.path("body")), chosen);
    }

    private String uri(JsonNode made) throws Invalid {
        if (!made.isTextual()) throw new Invalid("The uri must be a string.");
        String text = made.asText();
        if (text.equals(uri)) return uri;
        if (!text.startsWith("/")) throw new Invalid("The uri must begin with a slash.");
        checkTarget("uri", text);
        if (text.indexOf('?') >= 0) throw new Invalid("The uri must not have a question mark.");
        return encoded(text);
    }

    private @Nullable String query(JsonNode made) throws Invalid {
        if (made.isMissingNode() || made.isNull()) return null;
        if (!made.isTextual()) throw new Invalid("The querystring must be a string.");
        String text = made.asText();
        if (text.isEmpty()) return query != null && query.isEmpty() ? query : null;
        if (text.equals(query)) return query;
        checkTarget("querystring", text);
        return encoded(text);
    }

    private static void checkTarget(String where, String text) throws Invalid {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#') {
                throw new Invalid("The " + where + " has a space, a control character or a number sign.");
            }
        }
    }

    /** Characters beyond ASCII in UTF-8, as a URI has them. */
    private static String encoded(String text) {
        StringBuilder made = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0) {
                made.append((char) octet);
                continue;
            }
            made.append('%')
                    .append(Character.toUpperCase(Character.forDigit(octet >> 4 & 15, 16)))
                    .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
        }
        return made.toString();
    }

    /** Only where the function was shown content can it replace that. */
    private byte @Nullable [] content(JsonNode body) throws Invalid {
        if (content == null || body.isMissingNode() || body.isNull()) return null;
        if (!body.isObject()) throw new Invalid("The body of the request must be an object.");
        JsonNode action = body.path("action");
        if (action.isMissingNode() || action.asText().equals("read-only")) return null;
        if (!action.asText().equals("replace")) {
            throw new Invalid("The action of the body must be read-only or replace.");
        }
        if (method.equals("GET") || method.equals("HEAD")) {
            throw new Invalid("A request of the method " + method + " cannot have a body.");
        }
        if (!body.path("data").isTextual()) throw new Invalid("The data of the body is not a string.");
        return SeenResponse.decoded(
                body.path("data").asText(),
                body.path("encoding"),
                context.event().contentMax());
    }
}
