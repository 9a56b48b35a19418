package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.thenClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import dev.perigee.testkit.ViewerRequest;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestBodyTest {
    private static void allowAll(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
    }

    @ParameterizedTest(name = "{0}, chunked {1}, {2} bytes")
    @CsvSource({
        "PUT,    false, 67108864",
        "POST,   true,  67108864",
        "PUT,    true,  100003",
        "POST,   false, 100003",
        "PATCH,  true,  100003",
        "PATCH,  false, 1",
        "DELETE, false, 100003",
        "OPTIONS, false, 100"
    })
    @Timeout(60)
    @ExtendWith(ScenarioExtension.class)
    void everyByteReachesTheOrigin(
            String method,
            boolean chunked,
            long size,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        allowAll(edge, origin);
        Content content = Content.generated(size, 1);
        origin.on(method, "/up").reply(200, body("stored"));
        ViewerRequest request = viewer.request(method, "/up").field("Content-Type", "image/jpeg");
        expect((chunked ? request.chunked(content) : request.body(content)).send())
                .status(200)
                .body("stored")
                .miss();
        RecordedRequest received = origin.lastRequest();
        assertTrue(received.body().whole());
        assertEquals(size, received.body().size());
        assertEquals(content.sha256(), received.body().sha256());
        assertEquals("image/jpeg", received.header("Content-Type"));
        origin.expectRequests(1);
    }

    @Scenario
    void anEmptyPostIsForwardedAsEmpty(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        allowAll(edge, origin);
        origin.on("POST", "/up").reply(201, body("ok"));
        expect(viewer.request("POST", "/up").body("").send()).status(201).body("ok");
        expect(viewer.request("POST", "/up").send()).status(201).body("ok");
        assertEquals(0, origin.lastRequest().body().size());
    }

    @Scenario
    void theConnectionServesMoreAfterAnUpload(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        allowAll(edge, origin);
        origin.on("PUT", "/up").reply(204);
        origin.on("GET", "/a").reply(200, body("hello"));
        for (int i = 0; i < 3; i++) {
            expect(viewer.request("PUT", "/up")
                            .body(Content.generated(50_000, i))
                            .send())
                    .status(204);
            expect(viewer.get("/a")).body("hello");
        }
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void expect100ContinueIsAnsweredBeforeTheContent(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        allowAll(edge, origin);
        Content content = Content.generated(100_000, 2);
        origin.on("PUT", "/up").reply(200, body("stored"));
        Response response = viewer.request("PUT", "/up")
                .expectContinue()
                .body(content)
                .send()
                .response();
        expect(response).status(200).body("stored");
        assertEquals(List.of(100), response.interim());
        assertEquals(content.sha256(), origin.lastRequest().body().sha256());
    }

    @Scenario
    void aRefusedUploadIsNotAskedFor(ScriptedOrigin origin, ScriptedViewer viewer) {
        Response response = viewer.request("PUT", "/up")
                .expectContinue()
                .body(Content.generated(100_000, 3))
                .send()
                .response();
        expect(response).status(403);
        assertEquals(List.of(), response.interim());
        origin.expectRequests(0);
    }

    @Scenario
    void anOriginMayAnswerBeforeItHasTheContent(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        allowAll(edge, origin);
        origin.on("PUT", "/up").beforeContent().reply(413, body("too large for me"), thenClose());
        expect(viewer.request("PUT", "/up").body(Content.generated(200_000, 4)).send())
                .status(413)
                .bodyContains("too large for me");
        origin.expectRequests(1);
    }

    @RepeatedTest(8)
    @ExtendWith(ScenarioExtension.class)
    void anEarlyAnswerReachesTheViewerThoughTheOriginResetsItsConnection(ScenarioEdge edge) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin()) {
            edge.serve(distribution(origin.port()).byDefault(b -> b.allMethods()));
            Exchange upload = edge.viewer()
                    .request("PUT", "/up")
                    .body(Content.generated(2_000_000, 4))
                    .send();
            try (TunnelPeer asked = origin.next()) {
                asked.head();
                asked.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 17\r\nConnection: close\r\n\r\n");
                asked.send("too large for me!");
            }
            expect(upload).status(413).body("too large for me!").error();
        }
    }

    @Scenario
    void anUploadThatTheViewerBreaksOffNeverLooksWholeToTheOrigin(ScenarioEdge edge, ScriptedOrigin origin) {
        allowAll(edge, origin);
        origin.on("PUT", "/*").reply(200, body("stored"));
        edge.viewer()
                .sendOnly("PUT /length HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 1000\r\n\r\nabc")
                .sendOnly("def")
                .hangUp();
        edge.viewer()
                .sendOnly(
                        "PUT /chunked HTTP/1.1\r\nHost: " + HOST + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                .hangUp();
        // Whether a request that broke off early reaches the origin at all is left to the edge.
        expect(edge.viewer().request("PUT", "/whole").body("abc").send()).status(200);
        for (RecordedRequest request : origin.requests()) {
            assertEquals(request.path().equals("/whole"), request.body().whole(), request::toString);
        }
    }

    @Scenario
    void aPostIsNeverSentTwice(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods().origin(o -> o.attempts(3))));
        origin.on("POST", "/pay").hangUp();
        expect(viewer.request("POST", "/pay").body("amount=1").send())
                .status(502)
                .error();
        origin.expectRequests(1);
    }

    @Scenario
    void trailersOfAnUploadAreNotForwardedAsFields(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        allowAll(edge, origin);
        origin.on("POST", "/up").reply(200, body("ok"));
        Response response = viewer.send("POST /up HTTP/1.1\r\nHost: " + HOST
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: canary\r\n\r\n")
                .response();
        if (response.status() == 200) {
            assertEquals("abc", origin.lastRequest().body().text());
            assertFalse(origin.lastRequest().rawHead().contains("canary"));
        } else {
            assertEquals(400, response.status());
        }
    }

    @Scenario
    void anUploadGoesToATlsViewersOriginToo(ScenarioEdge edge, ScriptedOrigin origin) {
        allowAll(edge, origin);
        Content content = Content.generated(3_000_000, 5);
        origin.on("PUT", "/up").reply(200, body("stored"));
        expect(edge.tlsViewer().request("PUT", "/up").body(content).send())
                .status(200)
                .body("stored");
        assertEquals(content.sha256(), origin.lastRequest().body().sha256());
    }
}
