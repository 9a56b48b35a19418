package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.http.Method;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CachedMethods: GET and HEAD always, OPTIONS where that is chosen, the others never. */
class CachedMethodsTest {
    private static Exchange preflight(ScriptedViewer viewer, String origin, String method, String headers) {
        return viewer.request("OPTIONS", "/a")
                .fields(
                        "Origin", origin,
                        "Access-Control-Request-Method", method,
                        "Access-Control-Request-Headers", headers)
                .send();
    }

    private static void cachingOptions(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin)
                .byDefault(b -> b.allMethods().cachedMethods(Method.GET, Method.HEAD, Method.OPTIONS)));
        origin.on("OPTIONS", "/a")
                .reply(200, maxAge(60), body("preflight"), header("Access-Control-Allow-Origin", "*"));
        origin.on("GET", "/a").reply(200, maxAge(60), body("object"));
    }

    @Scenario
    void optionsAreNotCachedUnlessChosen(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("OPTIONS", "/a").reply(200, maxAge(60), body("preflight"));
        expect(preflight(viewer, "https://a.example", "PUT", "x-a")).status(200).miss();
        expect(preflight(viewer, "https://a.example", "PUT", "x-a")).status(200).miss();
        origin.expectRequests(2);
    }

    @Scenario
    void optionsAreCachedApartFromGet(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        cachingOptions(edge, origin);
        expect(preflight(viewer, "https://a.example", "PUT", "x-a"))
                .status(200)
                .body("preflight")
                .miss();
        expect(viewer.get("/a")).status(200).body("object").miss();
        expect(preflight(viewer, "https://a.example", "PUT", "x-a"))
                .status(200)
                .body("preflight")
                .hit();
        expect(viewer.get("/a")).status(200).body("object").hit();
        origin.expectRequests(2);
    }

    /** An answer to one page's preflight must not let another page in. */
    @ParameterizedTest
    @CsvSource({"https://b.example, PUT, x-a", "https://a.example, DELETE, x-a", "https://a.example, PUT, x-b"})
    @ExtendWith(ScenarioExtension.class)
    void whatAPreflightAsksIsInTheKey(
            String page,
            String method,
            String headers,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        cachingOptions(edge, origin);
        expect(preflight(viewer, "https://a.example", "PUT", "x-a")).miss();
        expect(preflight(viewer, page, method, headers)).miss();
        expect(preflight(viewer, page, method, headers)).hit();
        // As CloudFront's documents have it, the origin sees them when a policy names them.
        assertNull(origin.lastRequest().header("Access-Control-Request-Method"));
        edge.serve(distribution(origin)
                .byDefault(b -> b.allMethods()
                        .cachedMethods(Method.GET, Method.HEAD, Method.OPTIONS)
                        .keyHeaders("origin", "access-control-request-method", "access-control-request-headers")));
        edge.purge("/a");
        expect(preflight(viewer, "https://a.example", "PUT", "x-a")).miss();
        expect(preflight(viewer, page, method, headers)).miss();
        assertEquals(page, origin.lastRequest().header("Origin"));
        assertEquals(method, origin.lastRequest().header("Access-Control-Request-Method"));
        assertEquals(headers, origin.lastRequest().header("Access-Control-Request-Headers"));
        expect(preflight(viewer, page, method, headers)).hit();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    @ExtendWith(ScenarioExtension.class)
    void othersAreNeverCachedAndTakeNothingOutOfTheCache(
            String method, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        cachingOptions(edge, origin);
        origin.on(method, "/a").reply(200, maxAge(60), body("done"));
        expect(viewer.get("/a")).status(200).miss();
        for (int i = 0; i < 2; i++) {
            expect(viewer.request(method, "/a").body("x").send())
                    .status(200)
                    .body("done")
                    .miss();
        }
        expect(viewer.get("/a")).status(200).body("object").hit();
        origin.expectRequests(3);
    }

    @Scenario
    void whatEndsAtTheEdgeDoesNotReachTheOrigin(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods().forwardAll()));
        origin.on("PUT", "/up").reply(200, body("stored"));
        expect(viewer.request("PUT", "/up")
                        .fields("TE", "trailers", "Trailer", "X-Sum", "Connection", "TE, Trailer")
                        .expectContinue()
                        .body(Content.generated(1_000, 1))
                        .send())
                .status(200)
                .body("stored");
        for (String name : new String[] {"Expect", "TE", "Trailer", "Keep-Alive", "Upgrade"}) {
            assertNull(origin.lastRequest().header(name), name);
        }
        assertEquals("Keep-Alive", origin.lastRequest().header("Connection"));
    }
}
