package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.Component.Oversize;
import dev.perigee.core.firewall.RateKey;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.RuleAction.Block;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Step;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.http.Field;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.time.Duration;
import java.util.List;

/** What a web ACL does to requests, by the edge's side. */
class FirewallTest {
    private static final String ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1";
    private static final Block PAGE = Block.PAGE;

    private static WebAcl acl(Step... steps) {
        return new WebAcl(ACL, "acl", true, new RuleAction.Allow(List.of()), List.of(steps), 16_384);
    }

    private static Step.Rule rule(String name, Statement statement, RuleAction action) {
        return new Step.Rule(name, name, true, statement, action, List.of());
    }

    private static Statement contains(Component component, String text) {
        return new Statement.Octets(component, List.of(), Statement.Position.CONTAINS, text);
    }

    private static void guard(ScenarioEdge edge, ScriptedOrigin origin, Step... steps) {
        guard(edge, distribution(origin).byDefault(b -> b.allMethods()), steps);
    }

    private static void guard(ScenarioEdge edge, DistributionBuilder distribution, Step... steps) {
        edge.webAcls(acl(steps));
        edge.serve(distribution.webAcl(ACL));
    }

    @Scenario
    void whatARuleBlocksGetsThePageOfCloudFrontAndNeverReachesTheOrigin(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        guard(edge, origin, rule("admin", contains(new Component.Path(), "/admin"), PAGE));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        // Also once the request is remembered, and its answer stored.
        for (int i = 0; i < 4; i++) {
            expect(viewer.get("/a")).status(200).body("hello").hitElseMiss(i > 0);
            expect(viewer.get("/admin"))
                    .status(403)
                    .bodyContains("Request blocked.")
                    .header("Server", "CloudFront")
                    .error();
        }
        origin.expectRequests(1);
        String[] line = edge.logLines(8).get(1).split("\t", -1);
        assertEquals("403", line[8]);
        assertEquals("Error", line[13]);
        assertEquals("InvalidRequestBlocked", line[28]);
        var kept = edge.edge().samples(ACL, "admin", 0, Long.MAX_VALUE);
        assertEquals(4, kept.samples().size());
        assertEquals("/admin", kept.samples().getFirst().uri());
        assertEquals(4, edge.edge().samples(ACL, "acl", 0, Long.MAX_VALUE).population());
    }

    @Scenario
    void aNewPlanChangesWhatIsBlockedFromTheNextRequestOn(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        for (int round = 0; round < 2; round++) {
            guard(edge, origin);
            for (int i = 0; i < 3; i++) expect(viewer.get("/a")).status(200);
            guard(edge, origin, rule("here", new Statement.Addresses(List.of("127.0.0.0/8", "::1/128"), null), PAGE));
            for (int i = 0; i < 3; i++) expect(viewer.get("/a")).status(403);
            edge.serve(distribution(origin));
            for (int i = 0; i < 3; i++) expect(viewer.get("/a")).status(200);
        }
    }

    @Scenario
    void aResponseOfTheRulesOwn(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        RuleAction slow =
                new Block(429, List.of(new Field("Retry-After", "60")), "application/json", "{\"slow\":true}");
        guard(edge, origin, rule("slow", contains(new Component.Query(), "slow"), slow));
        expect(viewer.get("/a?slow"))
                .status(429)
                .body("{\"slow\":true}")
                .header("Retry-After", "60")
                .header("Content-Type", "application/json")
                .error();
        expect(viewer.head("/a?slow")).status(429).body("");
        origin.expectRequests(0);
    }

    @Scenario
    void aCustomErrorPageStandsInForABlockedRequest(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        DistributionBuilder distribution = distribution(origin).errorPage(403, 60, "/no.html", 404);
        guard(edge, distribution, rule("admin", contains(new Component.Path(), "/admin"), PAGE));
        origin.on("GET", "/no.html").reply(200, maxAge(60), header("Content-Type", "text/html"), body("no"));
        expect(viewer.get("/admin")).status(404).body("no").error();
        // But for nothing that the rule says itself.
        Block said = new Block(403, List.of(), "text/plain", "go away");
        guard(edge, distribution, rule("admin", contains(new Component.Path(), "/admin"), said));
        expect(viewer.get("/admin")).status(403).body("go away").error();
    }

    @Scenario
    void contentIsInspectedBeforeTheOriginGetsAny(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        guard(edge, origin, rule("evil", contains(new Component.Content(Oversize.CONTINUE), "evil"), PAGE));
        origin.on("POST", "/up").reply(200, body("stored"));
        expect(viewer.request("POST", "/up").body("all is evil here").send()).status(403);
        expect(viewer.request("POST", "/up").chunked(Content.text("evil")).send())
                .status(403);
        origin.expectRequests(0);
        expect(viewer.request("POST", "/up").body("good").send()).status(200).body("stored");
        expect(viewer.request("POST", "/up").chunked(Content.text("good")).send())
                .status(200);
        assertEquals("good", origin.lastRequest().body().text());
        // The inspected part ends before the word.
        Content late = Content.text("x".repeat(16_384) + "evil");
        expect(viewer.request("POST", "/up").body(late).send()).status(200);
        assertEquals(late.sha256(), origin.lastRequest().body().sha256());
        Content straddles = Content.text("x".repeat(16_380) + "evil");
        expect(viewer.request("POST", "/up").chunked(straddles).send()).status(403);
    }

    @Scenario
    void largeContentFlowsOnWholeAfterItsBeginningWasInspected(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        guard(edge, origin, rule("evil", contains(new Component.Content(Oversize.CONTINUE), "no such text"), PAGE));
        origin.on("PUT", "/up").reply(200, body("stored"));
        for (long size : new long[] {1, 16_383, 16_384, 16_385, 100_003, 1_000_000}) {
            Content content = Content.generated(size, size);
            expect(viewer.request("PUT", "/up").body(content).send())
                    .status(200)
                    .body("stored");
            assertEquals(content.sha256(), origin.lastRequest().body().sha256());
            expect(viewer.request("PUT", "/up").chunked(content).send())
                    .status(200)
                    .body("stored");
            assertEquals(content.sha256(), origin.lastRequest().body().sha256());
        }
    }

    @Scenario
    void moreContentThanIsInspectedMatchesOrNotAsTheRuleSays(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        Statement any = new Statement.Length(
                new Component.Content(Oversize.MATCH), List.of(), Statement.Comparison.GT, 1_000_000);
        guard(edge, origin, rule("large", any, PAGE));
        origin.on("PUT", "/up").reply(200, body("stored"));
        expect(viewer.request("PUT", "/up").body(Content.generated(16_384, 1)).send())
                .status(200);
        expect(viewer.request("PUT", "/up").body(Content.generated(16_385, 1)).send())
                .status(403);
        expect(viewer.request("PUT", "/up")
                        .chunked(Content.generated(60_000, 1))
                        .send())
                .status(403);
    }

    @Scenario
    void fieldsThatARuleInsertsGoToTheOrigin(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        DistributionBuilder distribution = distribution(origin).byDefault(b -> b.forwardAll());
        RuleAction count = new RuleAction.Count(List.of(new Field("x-amzn-waf-seen", "yes")));
        guard(edge, distribution, rule("count", contains(new Component.Path(), "/"), count));
        origin.on("GET", "/a").reply(200, body("hello"));
        expect(viewer.get("/a", "X-Amzn-Waf-Seen", "forged")).status(200);
        assertEquals(List.of("yes"), origin.lastRequest().fields().all("x-amzn-waf-seen"));
    }

    @Scenario
    void aRateLimitsWhoIsAboveItUntilTheWindowIsOver(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        Statement rate = new Statement.Rate(
                20, 60, List.of(new RateKey.Part(new Component.Header("x-client"), List.of())), null);
        guard(edge, origin, rule("rate", rate, PAGE));
        origin.on("GET", "/a").reply(200, maxAge(600), body("hello"));
        for (int i = 1; i <= 30; i++) {
            expect(viewer.get("/a", "X-Client", "mallory")).status(i <= 20 ? 200 : 403);
        }
        // Another rule in the next plan does not start the count anew.
        guard(edge, origin, rule("x", contains(new Component.Path(), "/x"), PAGE), rule("rate", rate, PAGE));
        expect(viewer.get("/a", "X-Client", "mallory")).status(403);
        expect(viewer.get("/a", "X-Client", "alice")).status(200);
        expect(viewer.get("/a")).status(200);
        clock.advance(Duration.ofSeconds(61));
        expect(viewer.get("/a", "X-Client", "mallory")).status(200);
    }
}
