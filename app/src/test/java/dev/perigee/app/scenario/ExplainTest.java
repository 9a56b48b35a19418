package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static dev.perigee.testkit.OriginBuilder.origin;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.http.Field;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.Selection;
import dev.perigee.edge.EdgeStatus;
import dev.perigee.edge.explain.Cause;
import dev.perigee.edge.explain.DryRequest;
import dev.perigee.edge.explain.Explanation;
import dev.perigee.edge.explain.Step;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A dry run says what serving does, and leaves no trace. */
class ExplainTest {
    private static Explanation explain(ScenarioEdge edge, String from, String target, String... fields) {
        List<Field> all = new java.util.ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) all.add(new Field(fields[i], fields[i + 1]));
        return edge.edge().explain(new DryRequest("GET", false, target, HOST, all, InetAddress.ofLiteral(from)));
    }

    private static String steps(Explanation explained) {
        return explained.steps().stream()
                .map(step -> step.step() + "=" + step.outcome())
                .collect(Collectors.joining(", "));
    }

    @Scenario
    void whatIsStoredIsToldAndNotTouched(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        origin.on("GET", "/a?x=1").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin)
                .byDefault(
                        b -> b.keyQueries(Selection.of(List.of("x"))).keyHeaders("accept", "cloudfront-viewer-country"))
                .behavior("/off/*", b -> b.cachingDisabled())
                .behavior("/tls/*", b -> b.redirectToHttps()));
        String target = "/a?x=1&y=2";
        Explanation before = explain(edge, "127.0.0.1", target);
        assertEquals("Miss", before.result());
        assertEquals("first-time", cause(before));
        origin.expectRequests(0);
        expect(edge.clearViewer().get("/a?x=1&y=2")).status(200);
        // A request is counted after its last octet has left.
        Patience.eventually("the request is counted", () -> edge.status().requests() == 1);
        EdgeStatus status = edge.status();
        Explanation hit = explain(edge, "127.0.0.1", target);
        assertEquals("Hit", hit.result());
        assertEquals(
                "accept=read, route=found, match=found, protocol=allowed, method=allowed, key=made, lookup=stored, decide=serve",
                steps(hit));
        Step key = hit.steps().get(5);
        assertEquals(
                "{path=/a, query=x=1, header accept=(absent), header cloudfront-viewer-country=(absent)}",
                String.valueOf(key.details().get("parts")));
        assertEquals(60L, hit.steps().get(6).details().get("ttlSeconds"));
        // From elsewhere, or with another header, the key is another.
        assertEquals("Miss", explain(edge, "139.130.4.5", target).result());
        assertEquals("Miss", explain(edge, "127.0.0.1", target, "Accept", "x").result());
        clock.advanceSeconds(61);
        Explanation stale = explain(edge, "127.0.0.1", target);
        assertEquals("Miss", stale.result());
        assertEquals("expired", cause(stale));
        assertEquals("ttl-zero", cause(explain(edge, "127.0.0.1", "/off/a")));
        assertEquals("Redirect", explain(edge, "127.0.0.1", "/tls/a").result());
        origin.expectRequests(1);
        assertEquals(status.requests(), edge.status().requests());
        assertEquals(status.storedObjects(), edge.status().storedObjects());
    }

    private static @Nullable String cause(Explanation explained) {
        Cause cause = explained.cause();
        return cause == null ? null : cause.name();
    }

    @Scenario
    void aMissNamesItsCauseAndWhatIsNear(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a?x=1&y=1").reply(200, maxAge(60), body("hello"));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        origin.on("GET", "/private").reply(200, header("Cache-Control", "private"), body("mine"));
        origin.on("GET", "/zero").reply(200, header("Cache-Control", "max-age=0"), body("now"));
        origin.on("GET", "/broken").reply(500, body("no"));
        edge.serve(distribution(origin)
                .byDefault(b -> b.keyQueries(Selection.ALL)
                        .keyCookies(Selection.ALL)
                        .keyHeaders("accept-language")
                        .acceptEncoding(true, true)
                        .ttl(0, 60, 600)));
        ScriptedViewer viewer = edge.clearViewer();
        expect(viewer.get("/a?x=1&y=1")).status(200);
        Explanation query = explain(edge, "127.0.0.1", "/a?y=1&x=2&z=3");
        assertEquals("query-string", cause(query));
        assertEquals(
                List.of("query parameter x", "query parameter z"),
                Objects.requireNonNull(query.cause()).nearest().getFirst().texts());
        assertEquals("cookie", cause(explain(edge, "127.0.0.1", "/a?x=1&y=1", "Cookie", "s=1")));
        assertEquals("header", cause(explain(edge, "127.0.0.1", "/a?x=1&y=1", "Accept-Language", "de")));
        assertEquals("accept-encoding", cause(explain(edge, "127.0.0.1", "/a?x=1&y=1", "Accept-Encoding", "br")));
        assertEquals("first-time", cause(explain(edge, "127.0.0.1", "/b?x=1&y=1")));
        expect(viewer.get("/private")).status(200);
        assertEquals("private", cause(explain(edge, "127.0.0.1", "/private")));
        expect(viewer.get("/zero")).status(200);
        assertEquals("ttl-zero", cause(explain(edge, "127.0.0.1", "/zero")));
        expect(viewer.get("/broken")).status(500);
        Explanation broken = explain(edge, "127.0.0.1", "/broken");
        assertEquals("Error", broken.result());
        assertEquals("error", cause(broken));
        edge.purge("/a*");
        assertEquals("invalidated", cause(explain(edge, "127.0.0.1", "/a?x=1&y=1")));
        expect(viewer.get("/a?x=1&y=1")).status(200);
        assertEquals("Hit", explain(edge, "127.0.0.1", "/a?x=1&y=1").result());
    }

    @Scenario
    void theFunctionIsRunWithoutATrace(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        String code = """
                function handler(event) {
                    console.log('called');
                    var r = event.request;
                    if (r.uri === '/stop') return {statusCode: 302, headers: {location: {value: '/'}}};
                    if (r.uri === '/invalid') return {statusCode: 9999};
                    if (r.uri === '/break') throw new Error('on purpose');
                    if (r.uri.endsWith('/')) r.uri += 'index.html';
                    return r;
                }""";
        edge.functions(new EdgeFunction("index", EdgeFunction.JsRuntime.JS_2_0, code));
        edge.serve(distribution(origin).byDefault(b -> b.functions("index", null)));
        origin.on("GET", "/dir/index.html").reply(200, maxAge(60), body("hello"));
        assertEquals("first-time", cause(explain(edge, "127.0.0.1", "/dir/")));
        expect(edge.clearViewer().get("/dir/")).status(200);
        Explanation hit = explain(edge, "127.0.0.1", "/dir/");
        assertEquals("Hit", hit.result());
        assertTrue(steps(hit).contains("viewer-request=went on, key=made"), steps(hit));
        Explanation answered = explain(edge, "127.0.0.1", "/stop");
        assertEquals("FunctionGeneratedResponse", answered.result());
        assertEquals(302, answered.status());
        Explanation invalid = explain(edge, "127.0.0.1", "/invalid");
        assertEquals("FunctionValidationError 502", invalid.result() + ' ' + invalid.status());
        for (int i = 0; i < 100; i++) {
            Explanation broken = explain(edge, "127.0.0.1", "/break");
            assertEquals("FunctionExecutionError 503", broken.result() + ' ' + broken.status());
        }
        // Not throttled, and the only line of the log is from the request.
        expect(edge.clearViewer().get("/dir/")).status(200);
        String log = Files.readString(edge.state().resolve("functions").resolve("index.log"));
        assertTrue(!log.contains("on purpose") && log.split("called", -1).length <= 3, log);
    }

    @Scenario
    void whatHadToMakeRoomIsEvicted(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(limits().memory(4 << 20, 1 << 20).disk(0).build());
        edge.serve(distribution(origin));
        for (int i = 0; i < 10; i++) {
            origin.on("GET", "/" + i).reply(200, maxAge(60), body(Content.generated(900_000, i)));
            expect(edge.clearViewer().get("/" + i)).status(200);
        }
        Map<String, Integer> told = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            Explanation explained = explain(edge, "127.0.0.1", "/" + i);
            told.merge(String.valueOf(cause(explained)), 1, Integer::sum);
        }
        assertEquals(Set.of("evicted", "null"), told.keySet(), told.toString());
        assertTrue(told.getOrDefault("evicted", 0) >= 6, told.toString());
    }

    @Scenario
    void eachRefusalNamesItsRule(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin).countries(false, "AU").guards(1, 1_000));
        Explanation blocked = explain(edge, "139.130.4.5", "/a");
        assertEquals("Error", blocked.result());
        assertEquals(403, blocked.status());
        assertEquals("AU", blocked.country());
        assertEquals(
                "accept=read, route=found, spending cap=not reached, network rate=within, geo=blocked", steps(blocked));
        // However often it is explained, no limit is used up.
        for (int i = 0; i < 20; i++)
            assertEquals("Miss", explain(edge, "127.0.0.1", "/a").result());
        expect(edge.clearViewer().get("/a")).status(200);
        boolean limited = false;
        for (int i = 0; !limited && i < 200; i++) {
            edge.clearViewer().get("/a").response();
            limited = explain(edge, "127.0.0.1", "/a").result().equals("LimitExceeded");
        }
        assertTrue(limited);
        assertEquals(400, explain(edge, "127.0.0.1", "/a", "Host", "two words").status());
        Explanation nobody = explain(edge, "127.0.0.1", "/a", "Host", "nobody.example");
        assertEquals("accept=read, route=refused", steps(nobody));
        assertNotNull(nobody.steps().getLast().details().get("detailedResult"));
        // The page says "Bad request." for all of them.
        assertTrue(nobody.steps().getLast().why().contains("host"), nobody::toString);
    }

    @Scenario
    void aRefusalSaysMoreThanItsPage(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).behavior("/tls/*", b -> b.httpsOnly()));
        assertTrue(lastOf(edge, "GET", "/tls/a").contains("takes no HTTP"));
        assertTrue(lastOf(edge, "PROPFIND", "/a").contains("No behavior can allow"));
        assertTrue(lastOf(edge, "DELETE", "/a").contains("[GET, HEAD]"), lastOf(edge, "DELETE", "/a"));
    }

    private static String lastOf(ScenarioEdge edge, String method, String target) {
        DryRequest request = new DryRequest(method, false, target, HOST, List.of(), InetAddress.ofLiteral("127.0.0.1"));
        return edge.edge().explain(request).steps().getLast().why();
    }

    @Scenario
    void theStatusIsWhatConditionsAndRangesMakeOfIt(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("ETag", "\"e\""), body("hello"));
        edge.serve(distribution(origin));
        expect(edge.clearViewer().get("/a")).status(200);
        assertEquals(200, explain(edge, "127.0.0.1", "/a").status());
        assertEquals(
                304, explain(edge, "127.0.0.1", "/a", "If-None-Match", "\"e\"").status());
        assertEquals(412, explain(edge, "127.0.0.1", "/a", "If-Match", "\"f\"").status());
        assertEquals(206, explain(edge, "127.0.0.1", "/a", "Range", "bytes=0-1").status());
        assertEquals(416, explain(edge, "127.0.0.1", "/a", "Range", "bytes=9-").status());
        assertEquals(
                200,
                explain(edge, "127.0.0.1", "/a", "Range", "bytes=0-1", "If-Range", "\"f\"")
                        .status());
    }

    @Scenario
    void aPageThatStandsInForAnErrorIsToldWithItsStatus(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(404, body("no"));
        origin.on("GET", "/whole").reply(200, maxAge(60), body("hello"));
        origin.on("GET", "/errors/sorry.html").reply(200, maxAge(60), body("sorry"));
        edge.serve(distribution(origin)
                .countries(false, "AU")
                .errorPage(404, 60, "/errors/sorry.html", 200)
                .errorPage(403, 60, "/errors/sorry.html", 403)
                .errorPage(416, 60, "/errors/sorry.html", 200)
                .behavior("/errors/*", b -> b.ttl(0, 60, 60)));
        expect(edge.clearViewer().get("/a")).status(200).body("sorry");
        Explanation stored = explain(edge, "127.0.0.1", "/a");
        assertEquals("Error 200", stored.result() + ' ' + stored.status());
        assertTrue(steps(stored).endsWith("decide=serve, error page=shown"), steps(stored));
        assertEquals("/errors/*", stored.steps().getLast().details().get("pathPattern"));
        Explanation blocked = explain(edge, "139.130.4.5", "/a");
        assertEquals("Error 403", blocked.result() + ' ' + blocked.status());
        assertTrue(steps(blocked).endsWith("geo=blocked, error page=shown"), steps(blocked));
        expect(edge.clearViewer().get("/whole")).status(200);
        expect(edge.clearViewer().get("/whole", "Range", "bytes=9-"))
                .status(200)
                .body("sorry");
        Explanation range = explain(edge, "127.0.0.1", "/whole", "Range", "bytes=9-");
        assertEquals("Error 200", range.result() + ' ' + range.status());
        // No page for hosts that are nobody's.
        assertEquals("accept=read, route=refused", steps(explain(edge, "127.0.0.1", "/a", "Host", "nobody.example")));
    }

    @Scenario
    void theResponseOfARuleAndTheOtherOriginAreTold(ScenarioEdge edge, ScriptedOrigin origin) {
        String acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1";
        var statement = new Statement.Addresses(List.of("192.0.2.0/24"), null);
        var own = new RuleAction.Block(429, List.of(), null, null);
        var rule = new dev.perigee.core.firewall.Step.Rule("net", "net", true, statement, own, List.of());
        edge.webAcls(new WebAcl(acl, "acl", true, new RuleAction.Allow(List.of()), List.of(rule), 16_384));
        edge.serve(distribution(origin)
                .webAcl(acl)
                .errorPage(429, 60, "/sorry.html", 200)
                .byDefault(b -> b.failover(origin(origin.port()).id("second"), 500, 404)));
        assertEquals(429, explain(edge, "192.0.2.7", "/a").status());
        Step match = explain(edge, "127.0.0.1", "/a").steps().stream()
                .filter(step -> step.step().equals("match"))
                .findFirst()
                .orElseThrow();
        assertEquals("second", match.details().get("failover"));
        assertEquals(List.of(404, 500), match.details().get("failoverStatuses"));
    }

    @Scenario
    void aWebAclIsTriedWithoutCounting(ScenarioEdge edge, ScriptedOrigin origin) {
        String acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1";
        var statement = new Statement.Addresses(List.of("192.0.2.0/24"), null);
        var rule = new dev.perigee.core.firewall.Step.Rule(
                "net", "net", true, statement, RuleAction.Block.PAGE, List.of("known"));
        edge.webAcls(new WebAcl(acl, "acl", true, new RuleAction.Allow(List.of()), List.of(rule), 16_384));
        edge.serve(distribution(origin).webAcl(acl));
        Explanation blocked = explain(edge, "192.0.2.7", "/a");
        assertEquals("Error", blocked.result());
        assertEquals(403, blocked.status());
        assertEquals("accept=read, route=found, web ACL=blocked", steps(blocked));
        assertEquals(List.of("net"), blocked.steps().getLast().details().get("matched"));
        assertTrue(steps(explain(edge, "198.51.100.7", "/a")).contains("web ACL=allowed, match=found"));
        assertEquals(0, edge.edge().samples(acl, "net", 0, Long.MAX_VALUE).population());
        origin.expectRequests(0);
    }
}
