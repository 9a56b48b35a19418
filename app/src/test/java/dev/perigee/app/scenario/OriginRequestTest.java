package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an origin gets to see. */
class OriginRequestTest {
    private static RecordedRequest ask(ScriptedOrigin origin, ScriptedViewer viewer, String... fields) {
        origin.on("GET", "*").reply(200, maxAge(0), body("hello"));
        expect(viewer.get("/a", fields)).status(200);
        return origin.lastRequest();
    }

    private static void matches(String regex, RecordedRequest request, String field) {
        String value = String.valueOf(request.header(field));
        assertTrue(value.matches(regex), () -> field + ": " + value + " in\n" + request.rawHead());
    }

    @Scenario
    void theEdgeIntroducesItself(ScriptedOrigin origin, ScriptedViewer viewer) {
        RecordedRequest request = ask(origin, viewer, "User-Agent", "curl/8");
        matches("localhost(:" + origin.port() + ")?", request, "Host");
        assertEquals("Amazon CloudFront", request.header("User-Agent"));
        matches("1\\.1 [0-9a-f]{32}\\.cloudfront\\.net \\(CloudFront\\)", request, "Via");
        assertEquals("127.0.0.1", request.header("X-Forwarded-For"));
        matches("[A-Za-z0-9_-]{54}==", request, "X-Amz-Cf-Id");
        assertEquals(1, request.fields().count("Host"));
        assertNull(request.header("Transfer-Encoding"));
        assertNull(request.header("Content-Length"));
    }

    @Scenario
    void theViewersAddressIsAppended(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.forwardAll()));
        RecordedRequest request = ask(origin, viewer, "X-Forwarded-For", "192.0.2.7", "Via", "1.0 proxy");
        matches("192\\.0\\.2\\.7, ?127\\.0\\.0\\.1", request, "X-Forwarded-For");
        matches("1\\.0 proxy, 1\\.1 [0-9a-f]{32}\\.cloudfront\\.net \\(CloudFront\\)", request, "Via");
    }

    @Scenario
    void forwardingAllMeansAllButTheHopAndTheForgeries(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.forwardAll()));
        origin.on("GET", "*").reply(200, maxAge(0), body("hello"));
        expect(viewer.get(
                        "/a?x=1&y=2",
                        "X-Custom",
                        "one",
                        "Accept",
                        "image/*",
                        "Cookie",
                        "b=2; a=1",
                        "User-Agent",
                        "curl/8",
                        "Authorization",
                        "Basic YTpi",
                        "Connection",
                        "X-Hop",
                        "X-Hop",
                        "hop",
                        "Keep-Alive",
                        "timeout=5",
                        "Proxy-Authorization",
                        "Basic YTpi",
                        "Proxy-Connection",
                        "keep-alive",
                        "TE",
                        "trailers",
                        "X-Real-IP",
                        "10.0.0.1",
                        "X-Edge-Forged",
                        "1",
                        "CloudFront-Viewer-Country",
                        "XX"))
                .status(200);
        RecordedRequest request = origin.lastRequest();
        assertEquals("/a?x=1&y=2", request.target());
        assertEquals("one", request.header("X-Custom"));
        assertEquals("image/*", request.header("Accept"));
        assertEquals("curl/8", request.header("User-Agent"));
        assertEquals("Basic YTpi", request.header("Authorization"));
        assertEquals(HOST, request.header("Host"));
        assertTrue(
                List.of("b=2; a=1", "a=1; b=2").contains(String.valueOf(request.header("Cookie"))), request::rawHead);
        for (String gone : List.of(
                "X-Hop", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "X-Real-IP", "X-Edge-Forged")) {
            assertNull(request.header(gone), request::rawHead);
        }
        assertFalse("XX".equals(request.header("CloudFront-Viewer-Country")), request::rawHead);
    }

    @Scenario
    void aListForwardsWhatItNames(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin)
                .byDefault(b -> b.forward(new Forwarding(
                        Forwarding.Headers.LIST,
                        List.of("referer", "user-agent"),
                        Selection.of(List.of("a")),
                        Selection.of(List.of("x"))))));
        origin.on("GET", "*").reply(200, maxAge(0), body("hello"));
        expect(viewer.get(
                        "/a?x=1&y=2",
                        "Referer",
                        "https://pettracker.com/",
                        "User-Agent",
                        "curl/8",
                        "Accept",
                        "image/*",
                        "Cookie",
                        "b=2; a=1"))
                .status(200);
        RecordedRequest request = origin.lastRequest();
        assertEquals("/a?x=1", request.target());
        assertEquals("https://pettracker.com/", request.header("Referer"));
        assertEquals("curl/8", request.header("User-Agent"));
        assertEquals("a=1", request.header("Cookie"));
        assertNull(request.header("Accept"));
    }

    @Scenario
    void customHeadersOverrideTheViewers(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin)
                .byDefault(b -> b.forwardAll().origin(o -> o.header("X-Secret", "from the plan"))));
        RecordedRequest request = ask(origin, viewer, "X-Secret", "from the viewer");
        assertEquals(List.of("from the plan"), request.fields().all("X-Secret"));
    }

    @Scenario
    void theViewersConditionsDoNotReplaceTheEdgesOwn(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a", "Range", "bytes=0-1, 3-4")).headerMatches("X-Cache", ".*");
        expect(viewer.get("/a")).status(200).body("hello");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "/a%20b,            /a%20b",
        "/caf%C3%A9,        /caf%C3%A9",
        "/a+b,              /a+b",
        "/a;p=1,            /a;p=1",
        "/a%2Fb,            /a%2Fb",
        "//a//b,            //a//b",
        "/a:b@c,            /a:b@c",
        "/(a)!$&'*,         /(a)!$&'*"
    })
    @ExtendWith(ScenarioExtension.class)
    void thePathReachesTheOriginAsItWasSent(String target, String seen, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "*").reply(200, maxAge(60), body("hello"));
        expect(viewer.get(target)).status(200);
        assertEquals(seen, origin.lastRequest().target());
    }
}
