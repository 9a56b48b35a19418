package dev.perigee.control.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grammar;
import dev.perigee.lambda.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a function at a URL has returned, as a response: payload format 2.0, or a plain value. */
final class UrlAnswer {
    private static final String JSON = "application/json";

    /** What frames a response, and what only a server can say, is not the function's. */
    private static final Set<String> OURS = Set.of(
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private UrlAnswer() {}

    static Answer of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Returned returned -> {
                Answer made = of(returned.result());
                yield made == null ? failed() : made;
            }
            case Outcome.Failed failed
            when failed.reason() == Outcome.Reason.THROTTLED ->
                answer(
                        429,
                        "{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":\"User\",\"message\":\"Rate Exceeded.\"}");
            case Outcome.Failed _ -> failed();
        };
    }

    /** Whatever is wrong with a function, its callers are told no more; its log has it. */
    private static Answer failed() {
        return answer(502, "Internal Server Error");
    }

    private static Answer answer(int status, String body) {
        return new Answer(status, Fields.of("Content-Type", JSON), body.getBytes(UTF_8));
    }

    /** Null when it cannot be one. */
    private static @Nullable Answer of(JsonNode result) {
        if (!result.isObject() || !result.has("statusCode")) return answer(200, result.toString());
        int status = status(result.path("statusCode"));
        byte[] body = body(result);
        Fields headers = headers(result);
        if (status < 0 || body == null || headers == null) return null;
        boolean empty = status == 204 || status == 304;
        return new Answer(status, headers, empty ? new byte[0] : body);
    }

    private static int status(JsonNode given) {
        String text = given.isTextual() || given.isIntegralNumber() ? given.asText() : "";
        return text.matches("[2-5][0-9]{2}") ? Integer.parseInt(text) : -1;
    }

    private static byte @Nullable [] body(JsonNode result) {
        JsonNode body = result.path("body");
        if (body.isMissingNode() || body.isNull()) return new byte[0];
        if (!body.isTextual()) return null;
        if (!result.path("isBase64Encoded").asBoolean()) return body.textValue().getBytes(UTF_8);
        try {
            return Base64.getDecoder().decode(body.textValue());
        } catch (IllegalArgumentException wrong) {
            return null;
        }
    }

    private static @Nullable Fields headers(JsonNode result) {
        Fields.Builder headers = Fields.builder(8);
        for (Map.Entry<String, JsonNode> each : result.path("headers").properties()) {
            JsonNode value = each.getValue();
            if (value.isNull() || OURS.contains(each.getKey().toLowerCase(Locale.ROOT))) continue;
            if (!value.isValueNode() || !add(headers, each.getKey(), value.asText())) return null;
        }
        for (JsonNode each : result.path("cookies")) {
            if (!each.isTextual() || !add(headers, "Set-Cookie", each.textValue())) return null;
        }
        if (!headers.has("Content-Type")) headers.add("Content-Type", JSON);
        return headers.build();
    }

    private static boolean add(Fields.Builder headers, String name, String value) {
        String octets = new String(value.getBytes(UTF_8), StandardCharsets.ISO_8859_1);
        if (!Grammar.isToken(name) || !Grammar.isFieldValue(octets)) return false;
        headers.add(name, octets);
        return true;
    }
}
