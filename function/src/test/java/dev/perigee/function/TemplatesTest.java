package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.JsRuntime;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.KeyValueStore.Pair;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every template does what it says. */
class TemplatesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long NOW = 1_700_000_000_000L;

    @SuppressWarnings("NullAway.Init")
    private static FunctionEngine engine;

    @BeforeAll
    static void start() {
        engine = new FunctionEngine(Functions.limits(), "templates");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    /** The result for a request with these members, in which ' stands for ". */
    private static JsonNode run(String name, String request, Pair... pairs) throws JsonProcessingException {
        return run(name, request, "{}", pairs);
    }

    private static JsonNode run(String name, String request, String response, Pair... pairs)
            throws JsonProcessingException {
        Templates.Template template = Templates.named(name);
        assertNotNull(template);
        boolean answers = !response.equals("{}");
        JsonNode given = JSON.readTree("{" + request.replace('\'', '"') + "}");
        var event = JSON.createObjectNode();
        event.putObject("context").put("eventType", answers ? "viewer-response" : "viewer-request");
        event.putObject("viewer").put("ip", given.path("ip").asText("198.51.100.11"));
        event.putObject("request")
                .put("method", "GET")
                .put("uri", given.path("uri").asText("/"))
                .<com.fasterxml.jackson.databind.node.ObjectNode>set("querystring", objectOf(given, "querystring"))
                .<com.fasterxml.jackson.databind.node.ObjectNode>set("headers", objectOf(given, "headers"))
                .set("cookies", objectOf(given, "cookies"));
        if (answers) event.set("response", JSON.readTree(response.replace('\'', '"')));
        var function = new EdgeFunction(name, JsRuntime.JS_2_0, template.source(), List.of("s"));
        Values values = Values.NONE.replacedBy(List.of(new KeyValueStore("s", 1, 1, List.of(pairs))));
        Outcome outcome = engine.await(function, event.toString(), NOW, null, values);
        assertTrue(outcome instanceof Outcome.Returned, () -> Functions.text(outcome));
        return ((Outcome.Returned) outcome).result().tree();
    }

    private static JsonNode objectOf(JsonNode given, String name) {
        return given.has(name) ? given.path(name) : JSON.createObjectNode();
    }

    @Test
    void allAreThereAndFit() {
        assertEquals(10, Templates.all().size());
        for (Templates.Template each : Templates.all()) {
            assertTrue(each.source().getBytes(StandardCharsets.UTF_8).length <= 10_240, each.name());
            assertTrue(each.source().startsWith("// viewer-re"), each.name());
        }
    }

    @ParameterizedTest(name = "{0} of {1} makes {3} of {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "index-rewrite | 'uri':'/a/' | /uri | /a/index.html",
                "index-rewrite | 'uri':'/a' | /uri | /a/index.html",
                "index-rewrite | 'uri':'/a.b/c.html' | /uri | /a.b/c.html",
                "hotlink-check | 'uri':'/a' | /uri | /a",
                "hotlink-check | 'headers':{'referer':{'value':'https://example.com/p'}} | /uri | /",
                "hotlink-check | 'headers':{'referer':{'value':'https://h.test:8080/p'},'host':{'value':'h.test'}} | /uri | /",
                "hotlink-check | 'headers':{'referer':{'value':'https://example.com.evil.test/'}} | /statusCode | 403",
                "hotlink-check | 'headers':{'referer':{'value':'https://evil.test/example.com'}} | /statusCode | 403",
                "hotlink-check | 'headers':{'referer':{'value':'https://example.com@evil.test/'}} | /statusCode | 403",
                "ab-by-cookie | 'cookies':{'variant':{'value':'b'}} | /headers/x-variant/value | b",
                "image-format | 'uri':'/a.jpg','headers':{'accept':{'value':'image/avif,image/webp'}} | /querystring/format/value | avif",
                "image-format | 'uri':'/a.PNG','headers':{'accept':{'value':'image/webp'}} | /querystring/format/value | webp",
                "image-format | 'uri':'/a.png','querystring':{'format':{'value':'bmp'}} | /querystring/format/value | ``",
                "image-format | 'uri':'/a.css','headers':{'accept':{'value':'image/webp'}} | /querystring/format/value | ``",
                "country-redirect | 'headers':{'cloudfront-viewer-country':{'value':'AT'}} | /headers/location/value | /de/",
                "country-redirect | 'headers':{'cloudfront-viewer-country':{'value':'constructor'}} | /uri | /",
                "country-redirect | 'uri':'/x','headers':{'cloudfront-viewer-country':{'value':'AT'}} | /uri | /x",
                "true-client-ip | 'headers':{'true-client-ip':{'value':'a','multiValue':[{'value':'a'},{'value':'b'}]}} | /headers/true-client-ip | {\"value\":\"198.51.100.11\"}",
            })
    void onRequests(String name, String request, String pointer, String expected) throws JsonProcessingException {
        JsonNode at = run(name, request).at(pointer);
        assertEquals(expected, at.isObject() ? at.toString() : at.asText());
    }

    @Test
    void variantsAreGivenToWhoHasNone() throws JsonProcessingException {
        String variant = run("ab-by-cookie", "").at("/headers/x-variant/value").asText();
        assertTrue(variant.equals("a") || variant.equals("b"), variant);
    }

    @Test
    void headersOfTheOriginStay() throws JsonProcessingException {
        JsonNode headers = run(
                        "security-headers",
                        "",
                        "{'statusCode':200,'headers':{'referrer-policy':{'value':'no-referrer'}},'cookies':{}}")
                .path("headers");
        assertEquals("no-referrer", headers.at("/referrer-policy/value").asText());
        assertEquals("nosniff", headers.at("/x-content-type-options/value").asText());
        assertEquals(5, headers.size());
    }

    @Test
    void whatIsInTheStoreIsRedirected() throws JsonProcessingException {
        Pair pair = new Pair("/old", "/new");
        assertEquals(
                "/new",
                run("redirects", "'uri':'/old'", pair)
                        .at("/headers/location/value")
                        .asText());
        assertEquals(
                "/other", run("redirects", "'uri':'/other'", pair).path("uri").asText());
    }

    @Test
    void maintenanceIsSwitchedInTheStore() throws JsonProcessingException {
        Pair on = new Pair("maintenance", "on");
        assertEquals(503, run("maintenance", "", on).path("statusCode").asInt());
        assertEquals(
                "/", run("maintenance", "'ip':'203.0.113.7'", on).path("uri").asText());
        assertEquals("/", run("maintenance", "").path("uri").asText());
        assertEquals(
                "/",
                run("maintenance", "", new Pair("maintenance", "off"))
                        .path("uri")
                        .asText());
    }

    private static String token(String header, String claims, String secret) throws GeneralSecurityException {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = base64.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest(name = "{0} {1} by {2}: {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"alg\":\"HS256\"} | {\"exp\":1700000001} | secret | true",
                "{\"alg\":\"HS256\"} | {\"exp\":1700000001,\"nbf\":1700000000} | secret | true",
                "{\"alg\":\"HS256\"} | {\"exp\":1700000000} | secret | false",
                "{\"alg\":\"HS256\"} | {\"exp\":1700000001,\"nbf\":1700000001} | secret | false",
                "{\"alg\":\"HS256\"} | {} | secret | false",
                "{\"alg\":\"HS256\"} | {\"exp\":1700000001} | other | false",
                "{\"alg\":\"none\"} | {\"exp\":1700000001} | secret | false",
                "{\"alg\":\"HS256\"} | [ | secret | false"
            })
    void tokensAreChecked(String header, String claims, String secret, boolean passes) throws Exception {
        Pair pair = new Pair("jwt.secret", "secret");
        String bearer = "Bearer " + token(header, claims, secret);
        JsonNode result = run("jwt-check", "'headers':{'authorization':{'value':'" + bearer + "'}}", pair);
        assertEquals(
                passes ? "/" : "401",
                passes ? result.path("uri").asText() : result.path("statusCode").asText());
        assertEquals(401, run("jwt-check", "", pair).path("statusCode").asInt());
    }
}
