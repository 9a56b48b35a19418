package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.edge.TrustedProxies;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.List;

/** Requests per second of one network, and what a distribution may cost. */
class GuardTest {
    @Scenario
    void oneNetworkIsLimitedAndAnotherSeesNothingOfIt(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.trustProxies(TrustedProxies.LOOPBACK);
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin).guards(1, 0));
        ScriptedViewer greedy = edge.viewerFrom("192.0.2.1");
        expect(greedy.get("/a")).status(200);
        Response limited = null;
        for (int i = 0; limited == null && i < 200; i++) {
            Response response = greedy.get("/a").response();
            if (response.status() == 429) limited = response;
        }
        if (limited == null) throw new AssertionError("200 requests, and none was limited");
        assertEquals("1", limited.fields().first("Retry-After"));
        assertTrue(limited.text().startsWith("Requests from your network come faster than"), limited.text());
        assertEquals("LimitExceeded from cloudfront", limited.fields().first("X-Cache"));
        // Its neighbour in the same network shares the limit; others do not.
        boolean shared = false;
        for (int i = 0; !shared && i < 200; i++) {
            greedy.get("/a").response();
            shared = edge.http2ViewerFrom("192.0.2.99").get("/a").response().status() == 429;
        }
        assertTrue(shared, "the network is one, whatever it speaks");
        expect(edge.viewerFrom("192.0.3.1").get("/a")).status(200).hit();
        expect(edge.http2ViewerFrom("2001:db8::1").get("/a")).status(200).hit();
        assertTrue(edge.status().guards().networkLimited() >= 2);
        edge.serve(distribution(origin));
        for (int i = 0; i < 5; i++) expect(greedy.get("/a")).status(200);
    }

    /** A flood must not have the rules run; and what they block costs nothing. */
    @Scenario
    void theLimitsComeBeforeTheRulesOfAWebAcl(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.trustProxies(TrustedProxies.LOOPBACK);
        String acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1";
        edge.webAcls(new WebAcl(acl, "acl", true, RuleAction.Block.PAGE, List.of(), 16_384));
        edge.serve(distribution(origin).guards(1, 1_000_000).webAcl(acl));
        ScriptedViewer greedy = edge.viewerFrom("192.0.2.1");
        expect(greedy.get("/a")).status(403);
        assertEquals(List.of(), edge.status().guards().spending(), "what is blocked costs nothing");
        int limited = 0;
        int blocked = 1;
        while (limited == 0 && blocked < 200) {
            if (greedy.get("/a").response().status() == 429) limited++;
            else blocked++;
        }
        assertEquals(1, limited, "blocked requests count, too");
        assertEquals(
                blocked, edge.edge().samples(acl, "acl", 0, Long.MAX_VALUE).population(), "looked at by the rules");
        assertEquals(1, edge.status().guards().spending().size(), "who is over the limit is paid for");
        expect(edge.viewerFrom("192.0.3.1").get("/a")).status(403);
        origin.expectRequests(0);
    }

    @Scenario
    void theCapHoldsUntilTheMonthEnds(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        // Three requests over HTTP at IAD, 0.75 millionths of a dollar each, and some octets.
        edge.serve(distribution(origin).guards(0, 2));
        ScriptedViewer viewer = edge.clearViewer();
        for (int i = 0; i < 3; i++) expect(viewer.get("/a")).status(200);
        Response refused = viewer.get("/a").response();
        assertEquals(429, refused.status());
        assertTrue(refused.text().contains("spending cap"), refused.text());
        long left = Long.parseLong(String.valueOf(refused.fields().first("Retry-After")));
        assertTrue(left > 0 && left <= 31 * 86_400, () -> "until the next month: " + left);
        assertEquals(1, edge.status().guards().capReached());
        edge.restart();
        expect(edge.clearViewer().get("/a")).status(429);
        clock.advanceSeconds(left);
        expect(edge.clearViewer().get("/a")).status(200);
        assertEquals(1, edge.status().guards().spending().size());
    }
}
