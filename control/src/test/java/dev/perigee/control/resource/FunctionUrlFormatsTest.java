package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.api.FunctionUrls.Visit;
import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.control.resource.LambdaUrl.Cors;
import dev.perigee.core.http.Fields;
import dev.perigee.lambda.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payload format 2.0, both ways, and what is said to browsers on other sites. */
class FunctionUrlFormatsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2022-08-05T08:14:39.385Z");

    private static JsonNode event(String query, byte[] body, @Nullable String key, String... headers) throws Exception {
        Visit visit = new Visit(
                "perigee1",
                "perigee1.lambda-url.us-east-1.localhost",
                "POST",
                "/a%20b",
                query,
                "HTTP/1.1",
                Fields.of(headers),
                body,
                "127.0.0.1",
                "request-1",
                key);
        byte[] event = UrlEvent.of(visit, "123456789012", NOW);
        assertEquals(-1, new String(event, StandardCharsets.UTF_8).indexOf('\n'));
        return JSON.readTree(event);
    }

    @Test
    void aRequestIsAnEvent() throws Exception {
        JsonNode event = event(
                "a=1&b&a=2%20c&%zz=x",
                "{\"é\":\n1}".getBytes(StandardCharsets.UTF_8),
                null,
                "Host",
                "perigee1.lambda-url.us-east-1.localhost:4566",
                "Cookie",
                "a=b; c=d",
                "X-A",
                "1",
                "x-a",
                "2",
                "Content-Type",
                "application/problem+json; charset=utf-8",
                "Authorization",
                "Bearer me",
                "User-Agent",
                "curl");
        assertEquals("2.0", event.path("version").asText());
        assertEquals("/a%20b", event.path("rawPath").asText());
        assertEquals("a=1&b&a=2%20c&%zz=x", event.path("rawQueryString").asText());
        assertEquals(
                "{\"a\":\"1,2 c\",\"b\":\"\",\"%zz\":\"x\"}",
                event.path("queryStringParameters").toString());
        assertEquals("[\"a=b\",\"c=d\"]", event.path("cookies").toString());
        JsonNode headers = event.path("headers");
        assertEquals("1,2", headers.path("x-a").asText());
        assertEquals("Bearer me", headers.path("authorization").asText());
        assertEquals("127.0.0.1", headers.path("x-forwarded-for").asText());
        assertFalse(headers.has("cookie"));
        assertEquals("{\"é\":\n1}", event.path("body").asText());
        assertFalse(event.path("isBase64Encoded").asBoolean());
        JsonNode context = event.path("requestContext");
        assertEquals("anonymous", context.path("accountId").asText());
        assertEquals("05/Aug/2022:08:14:39 +0000", context.path("time").asText());
        assertEquals(1_659_687_279_385L, context.path("timeEpoch").asLong());
        assertEquals("POST", context.path("http").path("method").asText());
        assertEquals("curl", context.path("http").path("userAgent").asText());
        assertFalse(context.has("authorizer"));
    }

    @Test
    void whoHasSignedIsNamedAndTheSignatureIsNot() throws Exception {
        JsonNode event = event("", new byte[0], "AKIA1", "Authorization", "AWS4-HMAC-SHA256 …");
        JsonNode iam = event.path("requestContext").path("authorizer").path("iam");
        assertEquals("AKIA1", iam.path("accessKey").asText());
        assertEquals(
                "123456789012", event.path("requestContext").path("accountId").asText());
        assertFalse(event.path("headers").has("authorization"));
        assertFalse(event.has("body") || event.has("queryStringParameters") || event.has("cookies"));
    }

    @ParameterizedTest(name = "{0} is in base64: {1}")
    @CsvSource({
        "text/plain, false",
        "application/json, false",
        "image/svg+xml, false",
        "application/x-www-form-urlencoded, true",
        "application/octet-stream, true",
        "'', true"
    })
    void contentIsTextOrInBase64(String type, boolean base64) throws Exception {
        JsonNode event = event("", "a=b".getBytes(StandardCharsets.UTF_8), null, "Content-Type", type);
        assertEquals(base64, event.path("isBase64Encoded").asBoolean());
        assertEquals(base64 ? "YT1i" : "a=b", event.path("body").asText());
        // Whatever it says it is.
        byte[] octets = {(byte) 0xff, 0};
        assertEquals(
                "/wA=",
                event("", octets, null, "Content-Type", type).path("body").asText());
    }

    private static Answer answer(String result) throws Exception {
        return UrlAnswer.of(new Outcome.Returned(JSON.readTree(result), List.of(), 1));
    }

    private static String text(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void aResultIsAResponse() throws Exception {
        Answer answer = answer("""
                {"statusCode": 418, "headers": {"X-A": "1", "x-n": 2, "Content-Length": "99", "content-type": "text/x"},
                 "cookies": ["a=b", "c=d; Path=/"], "body": "é"}""");
        assertEquals(418, answer.status());
        assertEquals("é", text(answer));
        assertEquals(List.of("a=b", "c=d; Path=/"), answer.headers().all("Set-Cookie"));
        assertEquals("1", answer.headers().first("X-A"));
        assertEquals("2", answer.headers().first("X-N"));
        assertEquals("text/x", answer.headers().first("Content-Type"));
        assertFalse(answer.headers().has("Content-Length"));
        assertArrayEquals(
                new byte[] {(byte) 0xff, 0},
                answer("{\"statusCode\":\"200\",\"body\":\"/wA=\",\"isBase64Encoded\":true}")
                        .body());
        assertEquals(0, answer("{\"statusCode\":204,\"body\":\"not sent\"}").body().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"hello\"", "{\"message\":\"hello\"}", "[1,2]", "null", "7"})
    void aPlainValueIsJson(String value) throws Exception {
        Answer answer = answer(value);
        assertEquals(200, answer.status());
        assertEquals(value, text(answer));
        assertEquals("application/json", answer.headers().first("Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"statusCode\":99}",
                "{\"statusCode\":600}",
                "{\"statusCode\":\"ok\"}",
                "{\"statusCode\":101}",
                "{\"statusCode\":200,\"body\":{}}",
                "{\"statusCode\":200,\"body\":\"*\",\"isBase64Encoded\":true}",
                "{\"statusCode\":200,\"headers\":{\"a\":[\"b\"]}}",
                "{\"statusCode\":200,\"headers\":{\"a b\":\"c\"}}",
                "{\"statusCode\":200,\"headers\":{\"a\":\"b\\r\\nSet-Cookie: c=d\"}}",
                "{\"statusCode\":200,\"cookies\":[\"a=b\\nX: y\"]}"
            })
    void whatCannotBeAResponseIsAnError(String value) throws Exception {
        Answer answer = answer(value);
        assertEquals(502, answer.status());
        assertEquals("Internal Server Error", text(answer));
    }

    @Test
    void failuresTellNoMoreThanThatTheyAre() {
        for (Outcome.Reason reason : Outcome.Reason.values()) {
            Answer answer = UrlAnswer.of(new Outcome.Failed(reason, "T", "secret", List.of(), List.of(), 1));
            assertEquals(reason == Outcome.Reason.THROTTLED ? 429 : 502, answer.status(), reason.toString());
            assertFalse(text(answer).contains("secret"));
        }
    }

    @Test
    void browsersOnOtherSitesAreToldWhatTheUrlSays() throws Exception {
        Cors cors =
                new Cors(true, List.of("x-a"), List.of("GET", "PUT"), List.of("https://a.example"), List.of("x-b"), 60);
        Fields asked = Fields.of("Origin", "https://a.example", "Access-Control-Request-Method", "PUT");
        Fields told = UrlCors.preflight(cors, asked).headers();
        assertEquals("https://a.example", told.first("Access-Control-Allow-Origin"));
        assertEquals("GET,PUT", told.first("Access-Control-Allow-Methods"));
        assertEquals("x-a", told.first("Access-Control-Allow-Headers"));
        assertEquals("60", told.first("Access-Control-Max-Age"));
        assertEquals("true", told.first("Access-Control-Allow-Credentials"));
        assertEquals(
                0,
                UrlCors.preflight(cors, Fields.of("Origin", "https://b.example"))
                        .headers()
                        .size());
        Answer made = answer(
                "{\"statusCode\":200,\"headers\":{\"Access-Control-Allow-Origin\":\"*\",\"access-control-max-age\":\"1\"}}");
        Fields added = UrlCors.added(cors, asked, made).headers();
        assertEquals(List.of("https://a.example"), added.all("Access-Control-Allow-Origin"));
        assertEquals("x-b", added.first("Access-Control-Expose-Headers"));
        assertNull(UrlCors.added(cors, Fields.EMPTY, made).headers().first("Access-Control-Allow-Origin"));
        Cors all = new Cors(false, List.of(), List.of(), List.of("*"), List.of(), 0);
        Fields open = UrlCors.preflight(all, asked).headers();
        assertTrue(open.size() == 1 && "*".equals(open.first("Access-Control-Allow-Origin")));
    }
}
