package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.perigee.core.plan.Cors;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.plan.ResponseHeadersPolicy.Rule;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class ResponseFieldsTest {
    private static final String REQUEST_ID = "[A-Za-z0-9_-]{54}==";
    private static final String VIA = "1\\.1 [0-9a-f]{32}\\.cloudfront\\.net \\(CloudFront\\)";
    private static final String POP = "IAD[0-9]*(-[CP][0-9]+)?";

    @Scenario
    void everyResponseSaysWhereItComesFrom(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        origin.on("GET", "/missing").reply(404, body("missing"));
        for (Response response : List.of(
                viewer.get("/a").response(),
                viewer.get("/a").response(),
                viewer.head("/a").response(),
                viewer.get("/missing").response(),
                edge.viewer("unknown.example.org").get("/a").response())) {
            expect(response)
                    .headerMatches("X-Amz-Cf-Id", REQUEST_ID)
                    .headerMatches("X-Amz-Cf-Pop", POP)
                    .headerMatches("Via", VIA)
                    .hasHeader("X-Cache")
                    .hasHeader("Date");
            assertEquals(1, response.fields().count("X-Cache"));
            assertEquals(1, response.fields().count("Date"));
        }
    }

    @Scenario
    void everyRequestHasAnIdOfItsOwn(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String id = viewer.get("/a").response().header("X-Amz-Cf-Id");
            ids.add(String.valueOf(id));
            assertEquals(56, String.valueOf(id).length());
        }
        assertEquals(100, ids.size());
    }

    @Scenario
    void theOriginsOwnMarksAreReplaced(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a")
                .reply(
                        200,
                        maxAge(60),
                        header("X-Cache", "forged"),
                        header("X-Amz-Cf-Id", "forged"),
                        header("X-Amz-Cf-Pop", "forged"),
                        body("hello"));
        Response response = viewer.get("/a").response();
        expect(response).miss();
        assertNotEquals("forged", response.header("X-Amz-Cf-Id"));
        assertNotEquals("forged", response.header("X-Amz-Cf-Pop"));
        assertEquals(1, response.fields().count("X-Amz-Cf-Id"));
    }

    @Scenario
    void fieldsOfTheOriginsConnectionStayThere(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a")
                .reply(
                        200,
                        maxAge(60),
                        header("Connection", "X-Hop"),
                        header("X-Hop", "one"),
                        header("Keep-Alive", "timeout=5"),
                        header("Proxy-Connection", "keep-alive"),
                        header("Trailer", "X-T"),
                        header("Upgrade", "h2c"),
                        header("X-End", "two"),
                        body("hello"));
        for (int i = 0; i < 2; i++) {
            expect(viewer.get("/a"))
                    .body("hello")
                    .noHeader("X-Hop")
                    .noHeader("Trailer")
                    .noHeader("Upgrade")
                    .noHeader("Proxy-Connection")
                    .header("X-End", "two");
        }
    }

    @Scenario
    void theDateIsTheOrigins(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        String date = clock.httpDate();
        origin.on("GET", "/a").reply(200, maxAge(60), header("Date", date), body("hello"));
        expect(viewer.get("/a")).header("Date", date);
        clock.advanceSeconds(30);
        expect(viewer.get("/a")).header("Date", date).hit().age(30);
    }

    @Scenario
    void repeatedFieldsKeepTheirOrder(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a")
                .reply(200, maxAge(60), header("Link", "<a>"), header("X", "1"), header("Link", "<b>"), body("hello"));
        for (int i = 0; i < 2; i++) {
            Response response = viewer.get("/a").response();
            assertEquals("<a>, <b>", response.fields().joined("Link"));
        }
    }

    @Scenario
    void aResponseHeadersPolicyIsAppliedToHitsMissesAndErrors(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        ResponseHeadersPolicy policy = new ResponseHeadersPolicy(
                "policy",
                List.of(
                        new Rule("Strict-Transport-Security", "max-age=31536000", true),
                        new Rule("X-Frame-Options", "DENY", false),
                        new Rule("X-Added", "edge", true)),
                List.of("x-powered-by"),
                new Cors(List.of("*"), true, List.of(), List.of()),
                null);
        edge.serve(distribution(origin).byDefault(b -> b.responseHeaders(policy)));
        origin.on("GET", "/a")
                .reply(
                        200,
                        maxAge(60),
                        header("X-Frame-Options", "SAMEORIGIN"),
                        header("X-Added", "origin"),
                        header("X-Powered-By", "secret"),
                        body("hello"));
        origin.on("GET", "/missing").reply(404, body("missing"));
        for (int i = 0; i < 2; i++) {
            expect(viewer.get("/a"))
                    .header("Strict-Transport-Security", "max-age=31536000")
                    .header("X-Frame-Options", "SAMEORIGIN")
                    .header("X-Added", "edge")
                    .noHeader("X-Powered-By")
                    .noHeader("Access-Control-Allow-Origin");
        }
        expect(viewer.get("/a", "Origin", "https://pettracker.com")).header("Access-Control-Allow-Origin", "*");
        expect(viewer.get("/missing")).status(404).header("X-Frame-Options", "DENY");
    }

    @Scenario
    void whatTheEdgeAnswersItselfGetsTheHeadersToo(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        ResponseHeadersPolicy policy = new ResponseHeadersPolicy(
                "policy",
                List.of(new Rule("X-Frame-Options", "DENY", false)),
                List.of(),
                new Cors(List.of("https://a.example"), true, List.of(), List.of()),
                null);
        edge.serve(distribution(origin).byDefault(b -> b.responseHeaders(policy)));
        origin.on("GET", "/a").reply(200, maxAge(60), header("Content-Length", "5"), body("hello"));
        expect(viewer.request("POST", "/a")
                        .field("Origin", "https://a.example")
                        .body("x")
                        .send())
                .status(403)
                .header("X-Frame-Options", "DENY")
                .header("Access-Control-Allow-Origin", "https://a.example")
                .header("Vary", "Origin");
        expect(viewer.get("/a")).status(200).header("X-Frame-Options", "DENY").noHeader("Vary");
        expect(viewer.get("/a", "Range", "bytes=9-")).status(416).header("X-Frame-Options", "DENY");
        origin.stopListening();
        origin.dropConnections();
        expect(viewer.get("/b")).status(502).header("X-Frame-Options", "DENY");
        edge.serve(distribution(origin).byDefault(b -> b.redirectToHttps().responseHeaders(policy)));
        expect(edge.clearViewer().get("/a")).status(301).noHeader("X-Frame-Options");
    }

    @Scenario
    void hitsOfOneResponseDifferByOriginAndMoment(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        ResponseHeadersPolicy policy = new ResponseHeadersPolicy(
                "policy",
                List.of(),
                List.of("date", "server"),
                new Cors(List.of("https://a.example", "https://b.example"), true, List.of(), List.of()),
                null);
        edge.serve(distribution(origin).byDefault(b -> b.responseHeaders(policy)));
        origin.on("GET", "/a")
                .reply(200, maxAge(600), header("Date", clock.httpDate()), header("Server", "Apache"), body("hello"));
        for (String asking : List.of("https://a.example", "https://b.example", "https://a.example")) {
            expect(viewer.get("/a", "Origin", asking))
                    .header("Access-Control-Allow-Origin", asking)
                    .header("Server", "CloudFront")
                    .header("Date", clock.httpDate());
            clock.advanceSeconds(61);
        }
        expect(viewer.get("/a", "Origin", "https://c.example")).hit().noHeader("Access-Control-Allow-Origin");
        expect(viewer.get("/a")).hit().header("Date", clock.httpDate());
        origin.expectRequests(1);
    }
}
