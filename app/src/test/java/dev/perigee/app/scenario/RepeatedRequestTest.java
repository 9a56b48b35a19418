package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;

import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.time.Duration;

/** The same octets again: what the edge remembers of a request must never outlive what it follows from. */
class RepeatedRequestTest {
    /** More often than anything has to come to be remembered, on each of the edge's loops. */
    private static void repeat(ScriptedViewer viewer, String path) {
        for (int i = 0; i < 5; i++) expect(viewer.get(path)).status(200).body("hello");
    }

    private static String text(int size) {
        StringBuilder text = new StringBuilder(size + 8);
        for (int i = 0; text.length() < size; i++) text.append(i).append(' ');
        return text.substring(0, size);
    }

    @Scenario
    void aNewPlanDecidesAnew(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        repeat(viewer, "/a");
        edge.serve(distribution(origin).disabled());
        expect(viewer.get("/a")).status(403);
        edge.serve(distribution(origin).behavior("/a", b -> b.httpsOnly()));
        expect(viewer.get("/a")).status(403);
        edge.serve(distribution(origin));
        repeat(viewer, "/a");
    }

    @Scenario
    void theSameOctetsOverTlsAreAnotherRequest(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin).byDefault(b -> b.redirectToHttps()));
        for (int connection = 0; connection < 4; connection++) {
            repeat(edge.tlsViewer(), "/a");
            ScriptedViewer clear = edge.viewer();
            for (int i = 0; i < 3; i++) expect(clear.get("/a")).status(301);
        }
    }

    @Scenario
    void timeAndPurgesAreSeen(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        repeat(viewer, "/a");
        origin.expectRequests(1);
        clock.advanceSeconds(61);
        expect(viewer.get("/a")).body("hello").miss();
        edge.purge("/a");
        expect(viewer.get("/a")).body("hello").miss();
        expect(viewer.get("/a")).body("hello").hit().age(0);
        origin.expectRequests(3);
    }

    @Scenario
    void aKeyWithTheViewersAddressIsMadeAnew(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin).byDefault(b -> b.keyHeaders("cloudfront-viewer-address")));
        for (int connection = 1; connection <= 4; connection++) {
            ScriptedViewer viewer = edge.viewer();
            expect(viewer.get("/a")).body("hello").miss();
            repeat(viewer, "/a");
            origin.expectRequests(connection);
        }
    }

    @Scenario
    void largeContentInARowOnOneConnection(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        String large = text(700_001);
        origin.on("GET", "/large").reply(200, maxAge(60), body(large));
        origin.on("GET", "/small").reply(200, maxAge(60), body("hello"));
        for (int round = 0; round < 3; round++) {
            expect(viewer.get("/large")).body(large);
            expect(viewer.get("/small")).body("hello");
        }
        String head = " HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
        viewer.sendOnly(("GET /large" + head + "GET /small" + head).repeat(3) + "GET /large" + head);
        for (int round = 0; round < 3; round++) {
            expect(viewer.next("GET")).body(large).hit();
            expect(viewer.next("GET")).body("hello").hit();
        }
        expect(viewer.next("GET")).body(large).hit();
        expect(viewer.get("/large", "Range", "bytes=65000-400000")).status(206).body(large.substring(65_000, 400_001));
        expect(viewer.get("/large", "Connection", "close")).body(large).hit();
        origin.expectRequests(2);
    }

    @Scenario
    void neighboursInMemoryAreAnsweredOneByOne(ScriptedOrigin origin, ScriptedViewer viewer) {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            origin.on("GET", "/" + i)
                    .reply(200, maxAge(60), body(text(65_536 + i).substring(i)));
            expect(viewer.get("/" + i)).status(200);
            requests.append("GET /")
                    .append(i)
                    .append(" HTTP/1.1\r\nHost: ")
                    .append(HOST)
                    .append("\r\n\r\n");
        }
        for (int round = 0; round < 3; round++) {
            viewer.sendOnly(requests.toString());
            for (int i = 0; i < 6; i++)
                expect(viewer.next("GET")).hit().body(text(65_536 + i).substring(i));
        }
    }

    @Scenario
    void contentThatIsPurgedOnItsWayArrivesAsItWas(ScenarioEdge edge, ScriptedOrigin origin) {
        String before = text(3_000_000);
        origin.on("GET", "/large").reply(200, maxAge(60), body(before));
        expect(edge.viewer().get("/large")).body(before);
        ScriptedViewer slow = edge.viewer().receiveBuffer(4096);
        slow.pauseReading();
        var waits = slow.get("/large");
        edge.purge("/large");
        origin.on("GET", "/other*").reply(200, maxAge(60), body("x".repeat(3_000_000)));
        for (int i = 0; i < 5; i++) expect(edge.viewer().get("/other" + i)).status(200);
        slow.resumeReading();
        expect(waits).status(200).body(before);
    }

    @Scenario
    void aViewerWhoTakesNothingOfLargeContentIsCut(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().stallTimeout(Duration.ofMillis(300)).build());
        edge.serve(distribution(origin));
        String large = text(8_000_000);
        origin.on("GET", "/large").reply(200, maxAge(60), body(large));
        expect(edge.viewer().get("/large")).body(large);
        ScriptedViewer slow = edge.viewer().receiveBuffer(4096);
        slow.pauseReading();
        var _ = slow.get("/large");
        Patience.eventually("both are here", () -> edge.status().connections() == 2);
        Patience.eventually("the slow one is gone", () -> edge.status().connections() == 1);
    }
}
