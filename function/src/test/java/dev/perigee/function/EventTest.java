package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.EdgeFunction.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REST = "\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":{}";

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static Verdict verdict(String result, EventRequest request) throws Invalid {
        return verdict(Result.of(json(result)), request);
    }

    private static Verdict verdict(Result result, EventRequest request) throws Invalid {
        return Verdict.of(
                new Outcome.Returned(result, MissingNode.getInstance(), List.of(), 0, false, null),
                request,
                null,
                null);
    }

    private static RequestHead head(String path, @Nullable String query, String... fields) {
        return new RequestHead("GET", path, query, "h", HttpVersion.HTTP_1_1, Fields.of(fields));
    }

    @Test
    void anEventIsWhatCloudFrontDocuments() {
        EventRequest request = new EventRequest(
                head(
                        "/media/index.mpd",
                        "ID=42&NoValue&mv=val1&mv=val2,val3",
                        "Host",
                        "video.example.com",
                        "Accept",
                        "application/json",
                        "accept",
                        "text/html",
                        "Cookie",
                        "id=1; mv=3; mv=4",
                        "Connection",
                        "close"),
                Fields.of("CloudFront-Viewer-Country", "DE"));
        EventResponse response = new EventResponse(
                200, "OK", Fields.of("Content-Type", "a/b", "Set-Cookie", "ID=x; Secure; Path=/", "X-Cache", "no"));
        String text = new EventContext("d1.cloudfront.net", "E1", Event.VIEWER_RESPONSE, "r==", "1.2.3.4")
                .text(request, response);
        assertEquals(json("""
                        {"version":"1.0","context":{"distributionDomainName":"d1.cloudfront.net","distributionId":"E1",
                        "eventType":"viewer-response","requestId":"r=="},"viewer":{"ip":"1.2.3.4"},
                        "request":{"method":"GET","uri":"/media/index.mpd","querystring":{"ID":{"value":"42"},
                        "NoValue":{"value":""},"mv":{"value":"val1","multiValue":[{"value":"val1"},{"value":"val2,val3"}]}},
                        "headers":{"host":{"value":"video.example.com"},"accept":{"value":"application/json",
                        "multiValue":[{"value":"application/json"},{"value":"text/html"}]},
                        "cloudfront-viewer-country":{"value":"DE"}},
                        "cookies":{"id":{"value":"1"},"mv":{"value":"3","multiValue":[{"value":"3"},{"value":"4"}]}}},
                        "response":{"statusCode":200,"statusDescription":"OK","headers":{"content-type":{"value":"a/b"}},
                        "cookies":{"ID":{"value":"x","attributes":"Secure; Path=/"}}}}"""), json(text));
    }

    @Test
    void whatIsNotChangedStaysAsItWas() throws Invalid {
        RequestHead head = head("/%C3%A9", "b&a=%20&a", "hOST", "h", "Cookie", "a=1;b=2", "Connection", "close");
        EventRequest request = new EventRequest(head, Fields.EMPTY);
        JsonNode event = json(new EventContext("d", "E", Event.VIEWER_REQUEST, "r", "::1").text(request, null))
                .path("request");
        RequestHead same = request.changed(event);
        assertEquals(head, same);
        assertSame(head.fields(), same.fields());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"value\":\"x\",\"multiValue\":[{\"value\":\"a\"},{\"value\":\"b\"}]} | x,b",
                "{\"value\":\"x\",\"multiValue\":[{\"value\":\"a\"},{\"value\":\"c\"}]} | a,c",
                "{\"value\":\"x\"} | x",
                "{\"value\":\"a\",\"multiValue\":[{\"value\":\"z\"}]} | z"
            })
    void aChangedMultiValueWinsOtherwiseTheFirstIsReplaced(String entry, String expected) throws Invalid {
        EventRequest request = new EventRequest(head("/a", null, "X-M", "a", "X-M", "b"), Fields.EMPTY);
        RequestHead changed = request.changed(json("{" + REST + ",\"headers\":{\"x-m\":" + entry + "}}"));
        assertEquals(expected, String.join(",", changed.fields().all("x-m")));
    }

    @Test
    void whatIsAddedIsWrittenAsHttpHasIt() throws Invalid {
        EventRequest request = new EventRequest(head("/a", "x=1", "Host", "h", "Upgrade", "u"), Fields.EMPTY);
        RequestHead changed = request.changed(json("""
                {"method":"GET","uri":"/\u00e9","querystring":{"q":{"value":"\u2603"}},
                "headers":{"x-new-name":{"value":"1"}},"cookies":{"c":{"value":"2"},"d":{"value":"3"}}}"""));
        assertEquals("/%C3%A9", changed.path());
        assertEquals("q=%E2%98%83", changed.query());
        // The host cannot be taken away, nor what functions do not see.
        assertEquals(Fields.of("Host", "h", "Upgrade", "u", "X-New-Name", "1", "Cookie", "c=2; d=3"), changed.fields());
        assertEquals(
                "a=b",
                request.changed(json("{\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":\"a=b\"}"))
                        .query());
        assertNull(request.changed(json("{\"method\":\"GET\",\"uri\":\"/a\"}")).query());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "null",
                "\"text\"",
                "[]",
                "{}",
                "{\"uri\":7}",
                "{\"uri\":\"a\"}",
                "{\"uri\":\"/a b\"}",
                "{\"uri\":\"/a#b\"}",
                "{\"uri\":\"/a?b\"}",
                "{\"uri\":\"/\\r\\n\"}",
                "{\"uri\":\"/a\",\"method\":\"POST\"}",
                "{\"uri\":\"/a\",\"statusCode\":200}",
                "{\"uri\":\"/a\",\"headers\":[]}",
                "{\"uri\":\"/a\",\"headers\":{\"a\":\"b\"}}",
                "{\"uri\":\"/a\",\"headers\":{\"a\":{}}}",
                "{\"uri\":\"/a\",\"headers\":{\"a\":{\"value\":1}}}",
                "{\"uri\":\"/a\",\"headers\":{\"A\":{\"value\":\"b\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"a b\":{\"value\":\"b\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"a:b\":{\"value\":\"b\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"a\":{\"value\":\"b\\r\\nc: d\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"a\":{\"value\":\"b\\u0000\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"host\":{\"value\":\"other\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"via\":{\"value\":\"1\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"connection\":{\"value\":\"close\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"x-amz-cf-id\":{\"value\":\"1\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"cookie\":{\"value\":\"1\"}}}",
                "{\"uri\":\"/a\",\"headers\":{\"cloudfront-viewer-country\":{\"value\":\"DE\"}}}",
                "{\"uri\":\"/a\",\"cookies\":{\"a\":{\"value\":\"b; c=d\"}}}",
                "{\"uri\":\"/a\",\"cookies\":{\"a=b\":{\"value\":\"c\"}}}",
                "{\"uri\":\"/a\",\"querystring\":{\"a\":{\"value\":\"b c\"}}}",
                "{\"statusCode\":\"200\"}",
                "{\"statusCode\":200.5}",
                "{\"statusCode\":199}",
                "{\"statusCode\":600}",
                "{\"statusCode\":200,\"body\":7}",
                "{\"statusCode\":200,\"body\":{\"encoding\":\"base64\",\"data\":\"?\"}}",
                "{\"statusCode\":200,\"body\":{\"encoding\":\"gzip\",\"data\":\"\"}}",
                "{\"statusCode\":200,\"headers\":{\"set-cookie\":{\"value\":\"a=b\"}}}",
                "{\"statusCode\":200,\"headers\":{\"transfer-encoding\":{\"value\":\"chunked\"}}}",
                "{\"statusCode\":200,\"headers\":{\"x-cache\":{\"value\":\"Hit\"}}}",
                "{\"statusCode\":200,\"cookies\":{\"a\":{\"value\":\"b\",\"attributes\":\"c\\r\\nd\"}}}"
            })
    void whatCannotBeSentOnIsInvalid(String result) {
        EventRequest request = new EventRequest(head("/a", null, "Host", "h"), Fields.EMPTY);
        Invalid e = assertThrows(Invalid.class, () -> verdict(result, request));
        assertTrue(e.text().startsWith("The CloudFront function returned an invalid value: "), e.text());
    }

    @Test
    void tooMuchIsInvalid() {
        EventRequest request = new EventRequest(head("/a", null), Fields.EMPTY);
        String long1 = "x".repeat(8192);
        assertThrows(Invalid.class, () -> verdict("{\"uri\":\"/" + long1 + "\"}", request));
        String long2 = "x".repeat(20_480);
        assertThrows(
                Invalid.class,
                () -> verdict("{\"uri\":\"/\",\"headers\":{\"a\":{\"value\":\"" + long2 + "\"}}}", request));
    }
}
