package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two parsers might read differently: refused with 400, the connection closed, nothing at the origin. */
@ExtendWith(ScenarioExtension.class)
class RequestSmugglingTest {
    @BeforeEach
    void allowEverything(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods().forwardAll()));
        origin.on("*", "*").reply(200, body("reached"));
    }

    private static void expectRefused(String raw, ScriptedOrigin origin, ScriptedViewer viewer) {
        Response response = viewer.send(raw).response();
        assertEquals(400, response.status(), response::toString);
        assertTrue(response.whole());
        assertTrue(viewer.closedByEdge(), "still open");
        origin.expectRequests(0);
    }

    /** Fields of a POST whose content is said in two ways, or in none that is valid; in them {@code |} is CRLF. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4|Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked|Content-Length: 4",
                "Content-Length: 0|Transfer-Encoding: chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked|Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked|Transfer-Encoding: identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding:",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: chunked\u000b",
                "Transfer-Encoding : chunked",
                " Transfer-Encoding: chunked",
                "Transfer-Encoding\t: chunked",
                "X: y\nTransfer-Encoding: chunked",
                "X: y\rTransfer-Encoding: chunked",
                "Transfer-Encoding:| chunked",
                "Transfer_Encoding: chunked|Transfer-Encoding: xyz",
                "Content-Length: 4|Content-Length: 5",
                "Content-Length: 4|Content-Length: 4",
                "Content-Length: 4, 4",
                "Content-Length: +4",
                "Content-Length: -4",
                "Content-Length: 0x4",
                "Content-Length: 4 4",
                "Content-Length: 4;",
                "Content-Length: \"4\"",
                "Content-Length: 4.0",
                "Content-Length:",
                "Content-Length: 99999999999999999999",
                "Content-Length: 18446744073709551620",
                "Content-Length : 4",
                "Content-Length\u0000: 4",
                "Content-Length: 4|Content-Length:",
                "Connection: Content-Length|Content-Length: 4",
                "Connection: close, transfer-encoding|Transfer-Encoding: chunked"
            })
    void SM_01_framingThatIsNotPlain(String fields, ScriptedOrigin origin, ScriptedViewer viewer) {
        String smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
        expectRefused(
                "POST /a HTTP/1.1\r\nHost: " + HOST + "\r\n" + fields.replace("|", "\r\n") + "\r\n\r\n" + smuggled,
                origin,
                viewer);
    }

    /** Contents in chunks; the origin may have seen the head by then, but never a whole request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "3\r\nabc\r\n0\n\n",
                "3\r\nabc\r\n0\n\r\n",
                "3\rabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                "+3\r\nabc\r\n0\r\n\r\n",
                "-3\r\nabc\r\n0\r\n\r\n",
                " 3\r\nabc\r\n0\r\n\r\n",
                "3 \r\nabc\r\n0\r\n\r\n",
                "\r\nabc\r\n0\r\n\r\n",
                "g\r\nabc\r\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3\r\nabcX\r\n0\r\n\r\n",
                "2\r\nabc\r\n0\r\n\r\n",
                "10000000000000003\r\nabc\r\n0\r\n\r\n",
                "FFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n",
                "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n",
                "3;\u0000\r\nabc\r\n0\r\n\r\n",
                "3;a\nb\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n",
                "3\r\nabc\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "3\r\nabc\r\n0\r\nHost: other\r\n\r\n",
                "3\r\nabc\r\n0\r\nbad trailer\r\n\r\n",
                "3\r\nabc\r\n0\r\n folded\r\n\r\n"
            })
    void SM_02_chunksThatAreNotPlain(String chunks, ScriptedOrigin origin, ScriptedViewer viewer) {
        Response response = viewer.send(
                        "POST /a HTTP/1.1\r\nHost: " + HOST + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
                .response();
        assertEquals(400, response.status(), response::toString);
        assertTrue(viewer.closedByEdge(), "still open");
        for (RecordedRequest request : origin.requests())
            assertFalse(request.body().whole(), request::toString);
    }

    /** Heads without the empty line at their end; {@code |} is CRLF. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a HTTP/1.1",
                "GET /a HTTP/1.1|Host:",
                "GET /a HTTP/1.1|Host: " + HOST + "|Host: " + HOST,
                "GET /a HTTP/1.1|Host: " + HOST + "|Host: other",
                "GET /a HTTP/1.1|Host: " + HOST + ", other",
                "GET /a HTTP/1.1|Host: a b",
                "GET /a HTTP/1.1|Host: " + HOST + "/path",
                "GET /a HTTP/1.1|Host: user@" + HOST,
                "GET /a HTTP/1.1|Host: http://" + HOST,
                "GET /a HTTP/1.1|Host: " + HOST + ":port",
                "GET /a HTTP/1.1|Host: " + HOST + ":80:80",
                "GET /a HTTP/1.1|Host: " + HOST + "\u0000",
                "GET /a HTTP/1.1|Host: " + HOST + "?x",
                "GET /a HTTP/1.1|Host: " + HOST + "#x",
                "GET /a HTTP/1.1|Host : " + HOST,
                "GET /a HTTP/1.1|Host: " + HOST + "| folded",
                "GET /a HTTP/1.1|Host: " + HOST + "|\tContent-Length: 5",
                "GET http://other.example.org/a HTTP/1.1|Host: " + HOST,
                "GET http://" + HOST + "@other/a HTTP/1.1|Host: " + HOST,
                "GET http:///a HTTP/1.1|Host: " + HOST,
                "GET ftp://" + HOST + "/a HTTP/1.1|Host: " + HOST,
                "GET a HTTP/1.1|Host: " + HOST,
                "GET * HTTP/1.1|Host: " + HOST
            })
    void SM_04_hostsAndTargetsThatAreNotOne(String head, ScriptedOrigin origin, ScriptedViewer viewer) {
        expectRefused(head.replace("|", "\r\n") + "\r\n\r\n", origin, viewer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000GET /a HTTP/1.1",
                "\u0001GET /a HTTP/1.1",
                "\u007fGET /a HTTP/1.1",
                " GET /a HTTP/1.1",
                "\tGET /a HTTP/1.1",
                "\u000bGET /a HTTP/1.1",
                "\u0000\r\nGET /a HTTP/1.1",
                "\rGET /a HTTP/1.1",
                "GET  /a HTTP/1.1",
                "GET /a  HTTP/1.1",
                "GET\t/a HTTP/1.1",
                "GET /a\tHTTP/1.1",
                "GET /a HTTP/1.1 ",
                "GET /a\u0000 HTTP/1.1",
                "GET /a\u0001b HTTP/1.1",
                "GET /a\rb HTTP/1.1",
                "GET /a b HTTP/1.1",
                "G\u0000ET /a HTTP/1.1",
                "GET /a HTTP/1.9",
                "GET /a HTTP/2.0",
                "GET /a HTTP/1.10",
                "GET /a HTTP/01.1",
                "GET /a HTTP/1,1",
                "GET /a http/1.1",
                "GET /a XTTP/1.1",
                "GET /a",
                "GET HTTP/1.1",
                "G(T /a HTTP/1.1",
                "(GET) /a HTTP/1.1"
            })
    void SM_11_controlBytesAndMisspeltRequestLines(String line, ScriptedOrigin origin, ScriptedViewer viewer) {
        expectRefused(line + "\r\nHost: " + HOST + "\r\n\r\n", origin, viewer);
    }

    /** Fields besides Host; {@code |} is CRLF. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-A: a\u0000b",
                "X-A: a\u0001b",
                "X-A: a\u007fb",
                "X-A: a\rb",
                "X-A: a| b",
                "X A: b",
                "X-A : b",
                ": b",
                "novalue",
                "X\u0000A: b",
                "X(A: b",
                "X-\u00e4: b",
                "X-A: b\nX-B: c"
            })
    void fieldsThatAreNotFields(String fields, ScriptedOrigin origin, ScriptedViewer viewer) {
        expectRefused(
                "GET /a HTTP/1.1\r\nHost: " + HOST + "\r\n" + fields.replace("|", "\r\n") + "\r\n\r\n", origin, viewer);
    }

    @Scenario
    void bareLineFeedsEndNoLine(ScriptedOrigin origin, ScriptedViewer viewer) {
        expectRefused("GET /a HTTP/1.1\nHost: " + HOST + "\n\n", origin, viewer);
    }

    @Scenario
    void anExpectationOtherThanContinueIsRefused(ScriptedOrigin origin, ScriptedViewer viewer) {
        Response response = viewer.request("PUT", "/a")
                .field("Expect", "the-unexpected")
                .body("x")
                .send()
                .response();
        assertTrue(response.status() == 417 || response.status() == 400, response::toString);
        origin.expectRequests(0);
    }

    @Scenario
    void bytesBehindAnUpgradeAreNotPassedThrough(ScriptedOrigin origin, ScriptedViewer viewer) {
        Response response = viewer.send("GET /a HTTP/1.1\r\nHost: " + HOST
                        + "\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")
                .response();
        assertTrue(response.status() == 200 || response.status() == 400, response::toString);
        for (RecordedRequest request : origin.requests()) {
            assertFalse(request.fields().has("Upgrade"), request.rawHead());
            assertFalse(request.fields().has("HTTP2-Settings"), request.rawHead());
        }
    }

    @Scenario
    void aRefusedRequestTakesTheBytesBehindItAlong(ScriptedOrigin origin, ScriptedViewer viewer) {
        String good = "GET /good HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
        expectRefused("GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + good + good, origin, viewer);
    }

    @Scenario
    void contentThatTheEdgeDoesNotWantIsNotTheNextRequest(ScriptedOrigin origin, ScriptedViewer viewer) {
        String hidden = "GET /hidden HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
        expect(viewer.send("GET /a HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: " + hidden.length() + "\r\n\r\n"
                        + hidden))
                .status(403);
        assertTrue(viewer.closedByEdge(), "still open, or a second answer");
        origin.expectRequests(0);
    }

    @Scenario
    void emptyLinesBeforeARequestAreForgivenOrRefused(ScriptedOrigin origin, ScriptedViewer viewer) {
        Response response =
                viewer.send("\r\nGET /a HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n").response();
        assertTrue(response.status() == 200 || response.status() == 400, response::toString);
        assertTrue(origin.requests().size() <= 1);
    }
}
