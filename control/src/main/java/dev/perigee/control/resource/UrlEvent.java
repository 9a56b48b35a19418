package dev.perigee.control.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.FunctionUrls.Visit;
import dev.perigee.core.http.Fields;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request to a function URL as its function sees it: payload format 2.0 of API Gateway, as Lambda has it. */
final class UrlEvent {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private UrlEvent() {}

    static byte[] of(Visit visit, String account, Instant now) {
        String query = visit.query() == null ? "" : visit.query();
        ObjectNode event = JSON.createObjectNode()
                .put("version", "2.0")
                .put("routeKey", "$default")
                .put("rawPath", visit.path())
                .put("rawQueryString", query);
        cookies(event, visit.headers());
        headers(event.putObject("headers"), visit);
        parameters(event, query);
        context(event.putObject("requestContext"), visit, account, now);
        body(event, visit);
        try {
            return JSON.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a document of texts and numbers", e);
        }
    }

    private static void cookies(ObjectNode event, Fields headers) {
        if (!headers.has("Cookie")) return;
        ArrayNode cookies = event.putArray("cookies");
        for (int i = 0; i < headers.size(); i++) {
            if (!headers.name(i).equalsIgnoreCase("Cookie")) continue;
            for (String each : headers.value(i).split(";", -1)) {
                if (!each.isBlank()) cookies.add(each.strip());
            }
        }
    }

    /** What comes again is joined; where it came from is told as Lambda does, which knows nothing but HTTPS. */
    private static void headers(ObjectNode shown, Visit visit) {
        Fields headers = visit.headers();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i).toLowerCase(Locale.ROOT);
            // The signature is Lambda's own business.
            boolean own = name.equals("authorization") && visit.accessKeyId() != null;
            if (own || name.equals("cookie") || name.equals("connection") || name.equals("transfer-encoding")) continue;
            String before = shown.path(name).asText("");
            shown.put(name, before.isEmpty() ? headers.value(i) : before + "," + headers.value(i));
        }
        String before = shown.path("x-forwarded-for").asText("");
        shown.put("x-forwarded-for", before.isEmpty() ? visit.source() : before + ", " + visit.source());
        shown.put("x-forwarded-proto", "https").put("x-forwarded-port", "443");
    }

    private static void parameters(ObjectNode event, String query) {
        if (query.isEmpty()) return;
        ObjectNode parameters = event.putObject("queryStringParameters");
        for (String part : query.split("&", -1)) {
            if (part.isEmpty()) continue;
            int equals = part.indexOf('=');
            String name = decoded(equals < 0 ? part : part.substring(0, equals));
            String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
            parameters.put(name, parameters.has(name) ? parameters.path(name).asText() + "," + value : value);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    private static void context(ObjectNode context, Visit visit, String account, Instant now) {
        String key = visit.accessKeyId();
        // Lambda does not tell whose function it is to one whom anybody may call.
        context.put("accountId", key == null ? "anonymous" : account)
                .put("apiId", visit.id())
                .put("domainName", visit.host())
                .put("domainPrefix", visit.id());
        if (key != null) {
            context.putObject("authorizer")
                    .putObject("iam")
                    .put("accessKey", key)
                    .put("accountId", account)
                    .put("callerId", key)
                    .putNull("cognitoIdentity")
                    .putNull("principalOrgId")
                    .put("userArn", "arn:aws:iam::" + account + ":user/" + key)
                    .put("userId", key);
        }
        String agent = visit.headers().first("User-Agent");
        context.putObject("http")
                .put("method", visit.method())
                .put("path", visit.path())
                .put("protocol", visit.protocol())
                .put("sourceIp", visit.source())
                .put("userAgent", agent == null ? "" : agent);
        context.put("requestId", visit.requestId())
                .put("routeKey", "$default")
                .put("stage", "$default")
                .put("time", TIME.format(now))
                .put("timeEpoch", now.toEpochMilli());
    }

    private static void body(ObjectNode event, Visit visit) {
        byte[] octets = visit.body();
        String text = octets.length > 0 && isText(visit.headers().first("Content-Type")) ? text(octets) : null;
        if (octets.length > 0)
            event.put("body", text == null ? Base64.getEncoder().encodeToString(octets) : text);
        event.put("isBase64Encoded", octets.length > 0 && text == null);
    }

    private static boolean isText(@Nullable String type) {
        if (type == null) return false;
        int end = type.indexOf(';');
        String bare = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return bare.startsWith("text/")
                || bare.equals("application/json")
                || bare.equals("application/xml")
                || bare.equals("application/javascript")
                || bare.endsWith("+json")
                || bare.endsWith("+xml");
    }

    private static @Nullable String text(byte[] octets) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException binary) {
            return null;
        }
    }
}
