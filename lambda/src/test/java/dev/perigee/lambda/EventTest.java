package dev.perigee.lambda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.EdgeLambda.Event;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.lambda.SeenRequest.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Fields FIELDS = Fields.of(
            "Host",
            "d1.cloudfront.net",
            "X-Two",
            "a",
            "x-two",
            "b",
            "Via",
            "1.1 me",
            "X-Amz-Cf-Id",
            "hidden",
            "CDN-Loop",
            "CloudFront",
            "Cookie",
            "c=\"1\"");

    private static Origin bucket(OriginAccess access) {
        return origin(Origin.Kind.S3, "cats.s3.eu-west-1.amazonaws.com", access);
    }

    private static Origin custom() {
        return origin(Origin.Kind.CUSTOM, "example.org", new OriginAccess.Anonymous());
    }

    private static Origin origin(Origin.Kind kind, String name, OriginAccess access) {
        return Origin.builder("o", name)
                .customHeaders(List.of(new Field("X-Mine", "m")))
                .kind(kind)
                .protocolPolicy(Origin.ProtocolPolicy.MATCH_VIEWER)
                .access(access)
                .build();
    }

    private static SeenRequest request(Event event, @Nullable Origin origin, SeenRequest.@Nullable Content content) {
        Fields fields =
                origin == null ? FIELDS : FIELDS.toBuilder().add("X-Mine", "m").build();
        return new SeenRequest(
                new EventContext("d1.cloudfront.net", "E1", event, "id==", "203.0.113.178"),
                content == null ? "GET" : "POST",
                "/a%20b",
                "x=1",
                fields,
                content,
                origin,
                true);
    }

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private static ObjectNode shown(SeenRequest request) throws Exception {
        return (ObjectNode) JSON.readTree(request.event(null)).at("/Records/0/cf/request");
    }

    @Test
    void eventsAreToTheLetter() throws Exception {
        SeenRequest viewer = request(Event.VIEWER_REQUEST, null, null);
        assertEquals(json("""
                {'Records':[{'cf':{'config':{'distributionDomainName':'d1.cloudfront.net','distributionId':'E1',
                'eventType':'viewer-request','requestId':'id=='},'request':{'clientIp':'203.0.113.178','method':'GET',
                'uri':'/a%20b','querystring':'x=1','headers':{'host':[{'key':'Host','value':'d1.cloudfront.net'}],
                'x-two':[{'key':'X-Two','value':'a'},{'key':'x-two','value':'b'}],'via':[{'key':'Via','value':'1.1 me'}],
                'cookie':[{'key':'Cookie','value':'c=\\\\"1\\\\"'}]}}}}]}""".replace("\\\\\"", "\\\"")), JSON.readTree(viewer.event(null)));
        JsonNode origin = shown(request(Event.ORIGIN_REQUEST, custom(), null)).path("origin");
        assertEquals(
                json("{'custom':{'customHeaders':{'x-mine':[{'key':'X-Mine','value':'m'}]},'domainName':'example.org',"
                        + "'keepaliveTimeout':5,'path':'','port':443,'protocol':'https','readTimeout':30,"
                        + "'sslProtocols':['TLSv1.2']}}"),
                origin);
        JsonNode bucket = shown(request(Event.ORIGIN_REQUEST, bucket(new OriginAccess.Anonymous()), null))
                .path("origin");
        assertEquals(
                json("{'s3':{'authMethod':'none','customHeaders':{'x-mine':[{'key':'X-Mine','value':'m'}]},"
                        + "'domainName':'cats.s3.eu-west-1.amazonaws.com','path':'','region':'eu-west-1'}}"),
                bucket);
        var content = new SeenRequest.Content("hi".getBytes(StandardCharsets.UTF_8), true);
        assertEquals(
                json("{'inputTruncated':true,'action':'read-only','encoding':'base64','data':'aGk='}"),
                shown(request(Event.VIEWER_REQUEST, null, content)).path("body"));
        SeenResponse response = new SeenResponse(200, "OK", Fields.of("Content-Type", "text/html"));
        assertEquals(
                json("{'status':'200','statusDescription':'OK','headers':{'content-type':[{'key':'Content-Type',"
                        + "'value':'text/html'}]}}"),
                JSON.readTree(viewer.event(response)).at("/Records/0/cf/response"));
    }

    @Test
    void whatIsReturnedUntouchedIsUntouched() throws Exception {
        for (Event event : List.of(Event.VIEWER_REQUEST, Event.ORIGIN_REQUEST)) {
            Origin origin =
                    event == Event.ORIGIN_REQUEST ? bucket(new OriginAccess.Signed("s3", "eu-west-1", false)) : null;
            SeenRequest seen = request(event, origin, null);
            var same = assertInstanceOf(Verdict.GoOn.class, seen.verdict(shown(seen)));
            assertEquals(seen.uri(), same.uri());
            assertEquals(seen.query(), same.query());
            assertEquals(seen.fields(), same.fields());
            assertSame(origin, same.origin());
            assertNull(same.content());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            VIEWER_REQUEST | {'headers':{'host':[{'value':'other'}]}}
            VIEWER_REQUEST | {'headers':{'cloudfront-viewer-country':[{'value':'DE'}]}}
            VIEWER_REQUEST | {'headers':{'x-amz-cf-id':[{'value':'DE'}]}}
            VIEWER_REQUEST | {'headers':{'content-length':[{'value':'1'}]}}
            VIEWER_REQUEST | {'headers':{'x-a':[{'key':'X-B','value':'1'}]}}
            VIEWER_REQUEST | {'headers':{'xk':[{'key':'X\u212a','value':'1'}]}}
            VIEWER_REQUEST | {'headers':{'x a':[{'value':'1'}]}}
            VIEWER_REQUEST | {'headers':{'x-a':[{'value':1}]}}
            VIEWER_REQUEST | {'headers':{'x-a':'1'}}
            VIEWER_REQUEST | {'headers':[]}
            ORIGIN_REQUEST | {'origin':{'custom':{'sslProtocols':'TLSv1.2'}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'sslProtocols':[]}}}
            VIEWER_REQUEST | {'uri':'a'}
            VIEWER_REQUEST | {'uri':'/a b'}
            VIEWER_REQUEST | {'uri':'/a?b'}
            VIEWER_REQUEST | {'uri':7}
            VIEWER_REQUEST | {'querystring':{}}
            VIEWER_REQUEST | {'querystring':'a#b'}
            VIEWER_REQUEST | {'method':'POST'}
            ORIGIN_REQUEST | {'headers':{'if-none-match':[{'value':'x'}]}}
            ORIGIN_REQUEST | {'headers':{'accept-encoding':[{'value':'x'}]}}
            ORIGIN_REQUEST | {'origin':{}}
            ORIGIN_REQUEST | {'origin':{'custom':{'port':22}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'protocol':'ftp'}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'domainName':'10.0.0.1'}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'domainName':'a b'}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'path':'a'}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'readTimeout':0}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'sslProtocols':['TLSv9']}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'customHeaders':{'host':[{'value':'a'}]}}}}
            ORIGIN_REQUEST | {'origin':{'custom':{'customHeaders':{'x-edge-a':[{'value':'a'}]}}}}
            ORIGIN_REQUEST | {'origin':{'s3':{'domainName':'UPPER.s3.amazonaws.com'}}}
            ORIGIN_REQUEST | {'origin':{'s3':{'domainName':'a.s3.amazonaws.com','authMethod':'origin-access-identity'}}}
            """)
    void whatMayNotBeIsRefused(Event event, String change) throws Exception {
        SeenRequest seen = request(event, event == Event.ORIGIN_REQUEST ? custom() : null, null);
        ObjectNode made = shown(seen);
        for (var each : json(change).properties()) {
            if (each.getKey().equals("headers") && each.getValue().isObject()) {
                ((ObjectNode) made.path("headers")).setAll((ObjectNode) each.getValue());
            } else {
                made.set(each.getKey(), each.getValue());
            }
        }
        Invalid invalid = assertThrows(Invalid.class, () -> seen.verdict(made), made::toString);
        assertTrue(invalid.text().startsWith("The Lambda function result failed validation: "));
    }

    @Test
    void anotherBucketKeepsItsAccessControl() throws Exception {
        SeenRequest seen =
                request(Event.ORIGIN_REQUEST, bucket(new OriginAccess.Signed("s3", "eu-west-1", false)), null);
        ObjectNode made = shown(seen);
        ((ObjectNode) made.at("/origin/s3"))
                .put("domainName", "dogs.s3.us-west-2.amazonaws.com")
                .put("region", "us-west-2");
        var chosen = ((Verdict.GoOn) seen.verdict(made)).origin();
        assertTrue(chosen != null && chosen.access().equals(new OriginAccess.Signed("s3", "us-west-2", false)));
        made.set("origin", json("{'custom':{'domainName':'localhost','port':9000,'protocol':'http','path':'/p'}}"));
        Origin other = ((Verdict.GoOn) seen.verdict(made)).origin();
        assertTrue(other != null && other.access() instanceof OriginAccess.Anonymous && other.httpPort() == 9000);
        assertEquals(Origin.ProtocolPolicy.HTTP_ONLY, other.protocolPolicy());
        assertEquals(List.of(), other.customHeaders());
    }

    @Test
    void responsesAreMadeWithinLimits() throws Exception {
        SeenRequest seen = request(Event.VIEWER_REQUEST, null, null);
        var answered = assertInstanceOf(
                Verdict.Answered.class,
                seen.verdict(json("{'status':'302','headers':{'location':[{'key':'Location','value':'/a'}],"
                        + "'content-length':[{'value':'99'}]},'body':'aGk=','bodyEncoding':'base64'}")));
        assertEquals(302, answered.response().status());
        assertEquals("Location: /a\n", answered.response().fields().toString());
        assertArrayEquals(new byte[] {'h', 'i'}, answered.response().body());
        ObjectNode large = JSON.createObjectNode().put("status", "200").put("body", "x".repeat(41_000));
        assertThrows(Invalid.class, () -> seen.verdict(large));
        SeenRequest atOrigin = request(Event.ORIGIN_REQUEST, custom(), null);
        assertInstanceOf(Verdict.Answered.class, atOrigin.verdict(large));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MANY",
                "LARGE",
                "{'status':'199'}",
                "{'status':'600'}",
                "{'status':'ok'}",
                "{'status':null}",
                "{'status':'204','body':'x'}",
                "{'status':'200','body':7}",
                "{'status':'200','body':'%','bodyEncoding':'base64'}",
                "{'status':'200','body':'a','bodyEncoding':'hex'}",
                "{'status':'200','headers':{'via':[{'value':'a'}]}}"
            })
    void generatedResponsesThatAreNone(String named) throws Exception {
        String text = switch (named) {
            case "MANY" -> "{'status':'200','headers':{'x':[" + "{'value':'a'},".repeat(512) + "{'value':'a'}]}}";
            case "LARGE" -> "{'status':'200','headers':{'x':[{'value':'" + "a".repeat(32_768) + "'}]}}";
            default -> named;
        };
        SeenRequest seen = request(Event.VIEWER_REQUEST, null, null);
        JsonNode made = json(text);
        assertThrows(Invalid.class, () -> seen.verdict(made));
    }

    @Test
    void viewersResponsesKeepStatusAndBody() throws Exception {
        SeenResponse seen = new SeenResponse(200, "OK", Fields.of("Via", "1.1 me", "ETag", "\"v\"", "X-Cache", "Hit"));
        JsonNode changed = json("{'status':'200','headers':{'x-a':[{'value':'1'}]}}");
        SeenResponse.Made made = seen.changed(Event.VIEWER_RESPONSE, changed);
        // What is read-only stays, also where the function has left it out; what it did not see does, too.
        assertEquals("Via: 1.1 me\nX-Cache: Hit\nX-A: 1\n", made.fields().toString());
        assertThrows(Invalid.class, () -> seen.changed(Event.VIEWER_RESPONSE, json("{'status':'404'}")));
        assertThrows(Invalid.class, () -> seen.changed(Event.VIEWER_RESPONSE, json("{'status':'200','body':''}")));
        assertEquals(
                404,
                seen.changed(Event.ORIGIN_RESPONSE, json("{'status':'404'}")).status());
    }

    @Test
    void contentIsReplacedWhereItWasShown() throws Exception {
        var content = new SeenRequest.Content(new byte[0], false);
        SeenRequest seen = request(Event.VIEWER_REQUEST, null, content);
        ObjectNode made = shown(seen);
        made.set("body", json("{'action':'replace','encoding':'base64','data':'aGk='}"));
        assertArrayEquals(new byte[] {'h', 'i'}, ((Verdict.GoOn) seen.verdict(made)).content());
        made.set("body", json("{'action':'replace','encoding':'text','data':'" + "x".repeat(40_961) + "'}"));
        assertThrows(Invalid.class, () -> seen.verdict(made));
        made.set("body", json("{'action':'delete'}"));
        assertThrows(Invalid.class, () -> seen.verdict(made));
        made.set("body", json("{'action':'read-only','data':'ignored'}"));
        assertNull(((Verdict.GoOn) seen.verdict(made)).content());
    }
}
