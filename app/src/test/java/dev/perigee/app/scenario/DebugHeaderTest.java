package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.access.DebugPass;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A request that proves a right to it is told in its response's head how it was served; no other is, and nothing else is different. */
class DebugHeaderTest {
    private static String pass(ScenarioEdge edge, String target) {
        return edge.debugPass().issue(HOST, target, System.currentTimeMillis() / 1000 + 600);
    }

    private static Response asked(ScriptedViewer viewer, String target, String pass, String... fields) {
        String[] all = new String[fields.length + 2];
        all[0] = "perigee-debug";
        all[1] = pass;
        System.arraycopy(fields, 0, all, 2, fields.length);
        return viewer.get(target, all).response();
    }

    private static boolean tells(Response response) {
        for (int i = 0; i < response.fields().size(); i++)
            if (response.fields().name(i).regionMatches(true, 0, "Perigee-", 0, 8)) return true;
        return false;
    }

    @Scenario
    void aResponseTellsHowItWasServed(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a?x=1").reply(200, maxAge(60), body("one"));
        origin.on("GET", "/a?x=2").reply(200, maxAge(60), body("two"));
        edge.serve(distribution(origin)
                .offers(OfferedVersions.HTTP_2_AND_3)
                .byDefault(b -> b.keyQueries(Selection.ALL).keyCookies(Selection.ALL)));
        for (ScriptedViewer viewer : List.of(edge.clearViewer(), edge.http2Viewer(HOST), edge.http3Viewer(HOST))) {
            edge.purge("/*");
            expect(viewer.get("/a?x=1", "Cookie", "session=secret")).status(200).body("one");
            String pass = pass(edge, "/a?x=2");
            Response miss = asked(viewer, "/a?x=2", pass, "Cookie", "session=\"mine");
            expect(miss).status(200).body("two").header("x-cache", "Miss from cloudfront");
            String told = miss.header("perigee-explain");
            assertNotNull(told, miss::toString);
            assertTrue(told.startsWith("Miss;cause="), told);
            assertTrue(told.contains(";distribution=\"") && told.contains(";behavior=\"*\""), told);
            String steps = String.valueOf(miss.header("perigee-explain-steps"));
            assertTrue(steps.startsWith("route;outcome=\"found\";why=\"The host is"), steps);
            assertTrue(
                    steps.contains(", lookup;outcome=\"not stored\";why=")
                            && steps.contains(", decide;outcome=\"fetch\""),
                    steps);
            String key = String.valueOf(miss.header("perigee-explain-key"));
            assertTrue(key.contains("/a?x=2") && key.contains("session=\\\"mine"), key);
            // Keys of others' may have their cookies in them.
            assertFalse(miss.toString().contains("secret"), miss::toString);
            Response hit = asked(viewer, "/a?x=2", pass, "Cookie", "session=\"mine");
            expect(hit).status(200).body("two").header("x-cache", "Hit from cloudfront");
            assertTrue(String.valueOf(hit.header("perigee-explain")).startsWith("Hit;status=200;"), hit::toString);
            assertTrue(String.valueOf(hit.header("perigee-explain-steps")).contains(";ttl-seconds=60"), hit::toString);
            assertNull(hit.header("perigee-explain-nearest"), hit::toString);
            // And nobody else is told of what these were.
            assertFalse(tells(viewer.get("/a?x=2", "Cookie", "session=\"mine").response()));
        }
    }

    @Scenario
    void theCauseIsTheOneBeforeItWasServed(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a?x=1").reply(200, maxAge(60), body("one"));
        origin.on("GET", "/a?x=2").reply(200, maxAge(60), body("two"));
        edge.serve(distribution(origin)
                .byDefault(b -> b.keyQueries(Selection.ALL))
                .behavior("/tls/*", b -> b.redirectToHttps()));
        ScriptedViewer viewer = edge.clearViewer();
        Response first = asked(viewer, "/a?x=1", pass(edge, "/a?x=1"));
        assertTrue(
                String.valueOf(first.header("perigee-explain")).startsWith("Miss;cause=first-time;"), first::toString);
        Response other = asked(viewer, "/a?x=2", pass(edge, "/a?x=2"));
        assertTrue(
                String.valueOf(other.header("perigee-explain")).startsWith("Miss;cause=query-string;"),
                other::toString);
        assertEquals("\"query parameter x\"", other.header("perigee-explain-nearest"));
        Response redirect = asked(viewer, "/tls/a", pass(edge, "/tls/a"));
        expect(redirect).status(301);
        assertTrue(String.valueOf(redirect.header("perigee-explain")).startsWith("Redirect;"), redirect::toString);
        edge.purge("/a*");
        Response purged = asked(viewer, "/a?x=1", pass(edge, "/a?x=1"));
        assertTrue(
                String.valueOf(purged.header("perigee-explain")).startsWith("Miss;cause=invalidated;"),
                purged::toString);
        origin.expectRequests(3);
        Response empty =
                viewer.head("/a?x=1", "Perigee-Debug", pass(edge, "/a?x=1")).response();
        assertTrue(String.valueOf(empty.header("perigee-explain")).startsWith("Hit;"), empty::toString);
    }

    @Scenario
    void whatIsNoPassChangesNothing(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        origin.on("GET", "/b").reply(200, maxAge(60), body("other"));
        edge.serve(distribution(origin));
        ScriptedViewer viewer = edge.clearViewer();
        expect(viewer.get("/a")).status(200).body("hello");
        expect(viewer.get("/b")).status(200).body("other");
        String good = pass(edge, "/a");
        long now = System.currentTimeMillis() / 1000;
        byte[] other = new byte[DebugPass.KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(other);
        List<String> bad = List.of(
                "1",
                "",
                "*",
                good.substring(0, good.length() - 1),
                good + "A",
                good.toUpperCase(java.util.Locale.ROOT),
                good.replace('.', ','),
                pass(edge, "/b"),
                pass(edge, "/a?"),
                edge.debugPass().issue("other.example", "/a", now + 600),
                edge.debugPass().issue(HOST, "/a", now - 1),
                edge.debugPass().issue(HOST, "/a", now + 100_000),
                new DebugPass(other).issue(HOST, "/a", now + 600));
        for (String pass : bad) {
            // The third one comes from what is remembered of the second.
            for (int i = 0; i < 3; i++) {
                Response response = asked(viewer, "/a", pass);
                expect(response).status(200).body("hello").header("x-cache", "Hit from cloudfront");
                assertFalse(tells(response), pass);
            }
        }
        // One pass, not one among others.
        Response several =
                viewer.get("/a", "Perigee-Debug", good, "Perigee-Debug", "x").response();
        assertFalse(tells(several), several::toString);
        assertFalse(tells(viewer.get("/b", "Perigee-Debug", good).response()));
        // However often it is shown, it is not remembered with the request.
        for (int i = 0; i < 4; i++) assertTrue(tells(asked(viewer, "/a", good)));
        assertFalse(tells(viewer.get("/a").response()));
        origin.expectRequests(2);
    }

    @Scenario
    void nobodyBehindTheEdgeSeesThePass(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(0), body("hello"));
        origin.on("GET", "/gone").reply(404, body("none"));
        String code = """
                function handler(event) {
                    console.log(JSON.stringify(event.request.headers));
                    return event.request;
                }""";
        edge.functions(new EdgeFunction("look", EdgeFunction.JsRuntime.JS_2_0, code));
        edge.serve(distribution(origin)
                .byDefault(b -> b.cachingDisabled().forwardAll().functions("look", null)));
        ScriptedViewer viewer = edge.clearViewer();
        Response told = asked(viewer, "/a", pass(edge, "/a"), "X-Own", "1");
        expect(told).status(200).body("hello");
        assertTrue(String.valueOf(told.header("perigee-explain")).startsWith("Miss;cause=ttl-zero;"), told::toString);
        assertEquals("1", origin.requests().getFirst().header("x-own"));
        assertNull(origin.requests().getFirst().header("perigee-debug"));
        Response error = asked(viewer, "/gone", pass(edge, "/gone"));
        expect(error).status(404);
        assertTrue(tells(error), error::toString);
        // A header that is no pass is the viewer's own affair.
        asked(viewer, "/a", "mine");
        assertEquals("mine", origin.requests().getLast().header("perigee-debug"));
        List<String> log = edge.logLines(3);
        assertFalse(log.toString().contains("perigee-debug"), log::toString);
    }
}
