package dev.perigee.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Role;
import dev.perigee.core.http.Fields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One answer in three protocols. */
class MonitoringApiTest {
    private static final Instant TIME = Instant.parse("2026-11-26T12:00:00Z");
    private static final Fields FORM = Fields.of("Content-Type", "application/x-www-form-urlencoded");
    private static final Fields JSON = Fields.of(
            "Content-Type",
            "application/x-amz-json-1.0",
            "X-Amz-Target",
            "GraniteServiceVersion20100801.GetMetricData");
    private static final Fields CBOR = Fields.of("Content-Type", "application/cbor", "Smithy-Protocol", "rpc-v2-cbor");
    private static final String RPC_PATH = "/service/GraniteServiceVersion20100801/operation/GetMetricData";

    private @Nullable JsonNode seen;
    private final MonitoringApi api = new MonitoringApi(this::answer);

    private ObjectNode answer(String operation, JsonNode input) throws Refused {
        assertEquals("GetMetricData", operation);
        seen = input;
        if (input.has("Bad")) throw new Refused("InvalidParameterValueException", "It is <bad>.");
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        ObjectNode result = output.putArray("Results").addObject().put("Id", "m1");
        result.putArray("Timestamps").addPOJO(TIME);
        result.putArray("Values").add(1.5);
        return output;
    }

    private Reply call(String path, Fields headers, byte[] body) throws Refused {
        Attempt attempt = new Attempt("POST", path, "127.0.0.1", "id-1");
        attempt.of("monitoring");
        Caller caller = new Caller("K", "s", Role.READ_ONLY, null);
        return api.handle(new Call("POST", path, null, headers, body), caller, attempt);
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void inTheQueryProtocol() throws Refused {
        Reply reply = call(
                "/",
                FORM,
                ascii("Action=GetMetricData&Version=2010-08-01&Queries.member.2.Id=b"
                        + "&Queries.member.1.Id=a%20c&Queries.member.1.Stat.Period=60&Empty="));
        assertEquals(
                "{\"Action\":\"GetMetricData\",\"Empty\":\"\",\"Queries\":[{\"Id\":\"a c\",\"Stat\":{\"Period\":\"60\"}},"
                        + "{\"Id\":\"b\"}],\"Version\":\"2010-08-01\"}",
                String.valueOf(seen));
        assertEquals(
                "<?xml version=\"1.0\"?>\n<GetMetricDataResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">"
                        + "<GetMetricDataResult><Results><member><Id>m1</Id><Timestamps><member>2026-11-26T12:00:00Z"
                        + "</member></Timestamps><Values><member>1.5</member></Values></member></Results>"
                        + "</GetMetricDataResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>"
                        + "</GetMetricDataResponse>",
                text(reply));
    }

    @Test
    void inJson() throws Refused {
        Reply reply = call("/", JSON, ascii("{\"StartTime\":1.5}"));
        assertEquals("{\"StartTime\":1.5}", String.valueOf(seen));
        assertEquals("{\"Results\":[{\"Id\":\"m1\",\"Timestamps\":[1795694400],\"Values\":[1.5]}]}", text(reply));
        assertEquals("application/x-amz-json-1.0", reply.headers().first("Content-Type"));
    }

    @Test
    void inCbor() throws Refused {
        // {"StartTime": 1(1.5)}, as a map of unknown length (RFC 8949 section 3.2.2), as clients may send it.
        byte[] request = HexFormat.of().parseHex("bf69537461727454696d65c1fb3ff8000000000000ff");
        Reply reply = call(RPC_PATH, CBOR, request);
        assertEquals("{\"StartTime\":1.5}", String.valueOf(seen));
        String hex = HexFormat.of().formatHex(reply.body());
        assertTrue(hex.contains("c11a" + Long.toHexString(TIME.getEpochSecond())), hex);
        assertTrue(hex.contains("fb3ff8000000000000"), hex);
        assertEquals("rpc-v2-cbor", reply.headers().first("Smithy-Protocol"));
        assertEquals("GetMetricData", MonitoringApi.operation(new Call("POST", RPC_PATH, null, CBOR, request)));
    }

    @Test
    void errorsAreInTheProtocolThatWasSpoken() {
        Refused refused = new Refused("InvalidParameterValueException", "It is <bad>.");
        String xml = text(MonitoringApi.error(refused, FORM, "id-1"));
        assertTrue(xml.contains("<Code>InvalidParameterValue</Code><Message>It is &lt;bad&gt;.</Message>"), xml);
        Reply json = MonitoringApi.error(refused, JSON, "id-1");
        assertTrue(text(json).startsWith("{\"__type\":\"InvalidParameterValueException\""), text(json));
        assertEquals("InvalidParameterValue;Sender", json.headers().first("x-amzn-query-error"));
        Reply cbor = MonitoringApi.error(refused, CBOR, "id-1");
        assertEquals(400, cbor.status());
        assertTrue(text(cbor).contains("com.amazonaws.cloudwatch#InvalidParameterValueException"), text(cbor));
    }

    @Test
    void octetsThatAreNoDocumentAreRefusedAndNothingElse() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] body = new byte[random.nextInt(1, 60)];
            random.nextBytes(body);
            try {
                call(RPC_PATH, CBOR, body);
            } catch (Refused refused) {
                assertTrue(refused.status() == 400, "seed " + seed + ": " + refused.code());
            }
        }
        byte[] deep = new byte[10_000];
        java.util.Arrays.fill(deep, (byte) 0x81);
        assertThrows(Refused.class, () -> call(RPC_PATH, CBOR, deep));
        assertThrows(Refused.class, () -> call("/", JSON, ascii("{\"a\":".repeat(10_000))));
        String many = "Action=GetMetricData&" + "a.".repeat(100) + "b=1";
        assertThrows(Refused.class, () -> call("/", FORM, ascii(many)));
        assertThrows(Refused.class, () -> call("/", FORM, ascii("Action=GetMetricData&L.member.x=1")));
    }

    @Test
    void aKeyOfOneDistributionSeesNoMetrics() {
        Attempt attempt = new Attempt("POST", "/", "127.0.0.1", "id-1");
        attempt.of("monitoring");
        Caller one = new Caller("K", "s", Role.DEPLOY, "E1");
        Call call = new Call("POST", "/", null, FORM, ascii("Action=GetMetricData"));
        assertEquals(
                "AccessDenied",
                assertThrows(Refused.class, () -> api.handle(call, one, attempt))
                        .code());
    }
}
