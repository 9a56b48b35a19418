package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadParserTest {
    private final HeadParser parser = new HeadParser(EdgeLimits.defaults());

    /** Parses a head whose lines are separated by {@code |}; an empty line is put at the end. */
    private @Nullable RequestHead parse(String lines) {
        return parseRaw(lines.replace("|", "\r\n") + "\r\n\r\n");
    }

    private @Nullable RequestHead parseRaw(String text) {
        byte[] bytes = ("##" + text).getBytes(StandardCharsets.ISO_8859_1);
        parser.parse(bytes, 2, bytes.length);
        return parser.head();
    }

    @Test
    void readsAnOrdinaryRequest() {
        RequestHead head = parse("GET /pets/a%20b.jpg?size=2&x HTTP/1.1|Host: D1.CloudFront.net:8080|Accept:  */* \t");
        assertNotNull(head);
        assertEquals("GET", head.method());
        assertEquals("/pets/a%20b.jpg", head.path());
        assertEquals("size=2&x", head.query());
        assertEquals("d1.cloudfront.net", head.host());
        assertEquals(HttpVersion.HTTP_1_1, head.version());
        assertEquals("*/*", head.fields().first("accept"));
        assertEquals(RequestFraming.NO_CONTENT, parser.framing());
    }

    @ParameterizedTest(name = "{0} -> host {1} path {2} query {3}")
    @CsvSource({
        "GET http://a.b/c?d HTTP/1.1|Host: a.b, a.b, /c, d",
        "GET http://a.b HTTP/1.1|Host: a.b, a.b, /,",
        "GET https://A.b?q HTTP/1.1|Host: a.B, a.b, /, q",
        "GET /? HTTP/1.1|Host: a.b., a.b, /, ''",
        "GET / HTTP/1.0|Host: [::1]:8080, [::1], /,",
        "GET //x/../y HTTP/1.1|Host: 127.0.0.1, 127.0.0.1, //x/../y,",
    })
    void readsEveryFormOfTarget(String request, String host, String path, @Nullable String query) {
        RequestHead head = parse(request);
        assertNotNull(head);
        assertEquals(host, head.host());
        assertEquals(path, head.path());
        assertEquals(query, head.query());
    }

    @ParameterizedTest(name = "{0} -> content {1}, waits {2}, kept {3}")
    @CsvSource({
        "POST / HTTP/1.1|Host: a|Content-Length: 12, 12, false, true",
        "POST / HTTP/1.1|Host: a|Content-Length: 012, 12, false, true",
        "POST / HTTP/1.1|Host: a|Transfer-Encoding: Chunked, -1, false, true",
        "PUT / HTTP/1.1|Host: a|Content-Length: 5|Expect: 100-Continue, 5, true, true",
        "PUT / HTTP/1.0|Host: a|Content-Length: 5|Expect: 100-continue, 5, false, false",
        "GET / HTTP/1.1|Host: a|Connection: foo, 0, false, true",
        "GET / HTTP/1.1|Host: a|Connection: CLOSE, 0, false, false",
        "GET / HTTP/1.0|Host: a|Connection: Keep-Alive, 0, false, true",
        "GET / HTTP/1.0|Host: a, 0, false, false",
    })
    void readsTheFraming(String request, long length, boolean waits, boolean kept) {
        assertNotNull(parse(request), () -> String.valueOf(parser.refusal()));
        assertEquals(new RequestFraming(length, waits, kept), parser.framing());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "GET / HTTP/1.1|Host: a|Host: a",
                "GET / HTTP/1.1|Host:",
                "GET / HTTP/1.1|Host: a b",
                "GET / HTTP/1.1|Host: a@b",
                "GET / HTTP/1.1|Host: a/b",
                "GET / HTTP/1.1|Host: a:80x",
                "GET / HTTP/1.1|Host: a:808080",
                "GET / HTTP/1.1|Host: a,b",
                "GET http://b/ HTTP/1.1|Host: a",
                "GET http://a:81/ HTTP/1.1|Host: a:80",
                "GET ftp://a/ HTTP/1.1|Host: a",
                "GET a HTTP/1.1|Host: a",
                "OPTIONS * HTTP/1.1|Host: a",
                "GET /#x HTTP/1.1|Host: a",
                "GET /a b HTTP/1.1|Host: a",
                "GET  / HTTP/1.1|Host: a",
                "GET /  HTTP/1.1|Host: a",
                " GET / HTTP/1.1|Host: a",
                "GET / HTTP/1.9|Host: a",
                "GET / HTTP/2.0|Host: a",
                "GET / HTTP/11|Host: a",
                "GET / http/1.1|Host: a",
                "GET /|Host: a",
                "G(T / HTTP/1.1|Host: a",
                "GET / HTTP/1.1|Host: a|X : y",
                "GET / HTTP/1.1|Host: a|: y",
                "GET / HTTP/1.1|Host: a|X y",
                "GET / HTTP/1.1|Host: a|X: y| folded",
                "GET / HTTP/1.1|Host: a|\tX: y",
                "GET / HTTP/1.1| Host: a",
                "POST / HTTP/1.1|Host: a|Content-Length: 1|Content-Length: 1",
                "POST / HTTP/1.1|Host: a|Content-Length: 1, 1",
                "POST / HTTP/1.1|Host: a|Content-Length: +1",
                "POST / HTTP/1.1|Host: a|Content-Length: -1",
                "POST / HTTP/1.1|Host: a|Content-Length: 0x1",
                "POST / HTTP/1.1|Host: a|Content-Length: 1 2",
                "POST / HTTP/1.1|Host: a|Content-Length:",
                "POST / HTTP/1.1|Host: a|Content-Length: 99999999999999999999",
                "POST / HTTP/1.1|Host: a|Content-Length: 1|Transfer-Encoding: chunked",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked, identity",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: xchunked",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: \"chunked\"",
                "POST / HTTP/1.0|Host: a|Transfer-Encoding: chunked",
                "POST / HTTP/1.1|Host: a|Content_Length: 1",
                "POST / HTTP/1.1|Host: a|CONTENT--LENGTH: 1",
                "POST / HTTP/1.1|Host: a|ContentLength: 1",
                "POST / HTTP/1.1|Host: a|Transfer_Encoding: chunked",
                "POST / HTTP/1.1|Host: a|transfer-_-encoding: chunked",
                "GET / HTTP/1.1|Host: a|Connection: Content-Length",
                "GET / HTTP/1.1|Host: a|Connection: close, Transfer-Encoding",
                "GET / HTTP/1.1|Host: a|Connection: host",
            })
    void refusesWhatCouldBeReadInTwoWays(String request) {
        assertNull(parse(request), request);
        assertEquals(Rejection.MALFORMED, parser.refusal());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\rHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\u007fb\r\n\r\n",
                "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\t HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
            })
    void refusesStrayControlOctets(String request) {
        assertNull(parseRaw(request), request);
        assertEquals(Rejection.MALFORMED, parser.refusal());
    }

    @ParameterizedTest(name = "Expect: {0}")
    @ValueSource(strings = {"100-continued", "200-ok", "100-continue, 100-continue", ""})
    void refusesOtherExpectations(String expect) {
        assertNull(parse("PUT / HTTP/1.1|Host: a|Content-Length: 1|Expect: " + expect));
        assertEquals(Rejection.EXPECTATION, parser.refusal());
    }

    @Test
    void octetsAboveAsciiInAFieldValueArePassedOn() {
        RequestHead head = parse("GET / HTTP/1.1|Host: a|X: caf\u00e9");
        assertNotNull(head);
        assertEquals("caf\u00e9", head.fields().first("x"));
    }

    @Test
    void countsFieldsAndMeasuresTheTarget() {
        assertNull(parse("GET / HTTP/1.1|Host: a" + "|X: y".repeat(200)));
        assertEquals(Rejection.HEAD_TOO_LARGE, parser.refusal());
        assertNull(parse("GET /" + "a".repeat(9000) + " HTTP/1.1|Host: a"));
        assertEquals(Rejection.URL_TOO_LONG, parser.refusal());
        assertNotNull(parse("GET /" + "a".repeat(8191) + " HTTP/1.1|Host: a"));
    }

    @Test
    void everyPrefixOfAGoodHeadIsRefusedAndNeverThrows() {
        String good = "POST http://a.b/c?d HTTP/1.1\r\nHost: a.b\r\nContent-Length: 10\r\nX: y\r\n\r\n";
        for (int length = 1; length < good.length(); length++) {
            assertNull(parseRaw(good.substring(0, length)), good.substring(0, length));
        }
        assertNotNull(parseRaw(good));
    }
}
