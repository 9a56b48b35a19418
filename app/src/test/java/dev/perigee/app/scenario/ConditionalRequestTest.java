package dev.perigee.app.scenario;

import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.lastModified;
import static dev.perigee.testkit.Replies.maxAge;

import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionalRequestTest {
    private static void store(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a")
                .reply(
                        200,
                        maxAge(3600),
                        etag("v1"),
                        lastModified(clock.httpDateIn(-86_400)),
                        header("Content-Type", "text/plain"),
                        body("hello"));
        expect(viewer.get("/a")).body("hello").miss();
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource({
        "If-None-Match, '\"v1\"',          304",
        "If-None-Match, 'W/\"v1\"',        304",
        "If-None-Match, '\"v0\", \"v1\"',  304",
        "If-None-Match, *,                 304",
        "If-None-Match, '\"v2\"',          200",
        "If-None-Match, v1,                200",
        "If-Match,      '\"v1\"',          200",
        "If-Match,      *,                 200",
        "If-Match,      '\"v2\"',          412",
        "If-Match,      'W/\"v1\"',        412"
    })
    @ExtendWith(ScenarioExtension.class)
    void aStoredObjectAnswersEntityTagConditions(
            String name, String value, int status, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        expect(viewer.get("/a", name, value)).status(status);
        expect(viewer.get("/a")).status(200).body("hello").hit();
        origin.expectRequests(1);
    }

    /** The object was changed a day ago. */
    @ParameterizedTest(name = "{0} {1} s from now -> {2}")
    @CsvSource({
        "If-Modified-Since,   -86400, 304",
        "If-Modified-Since,   -86399, 304",
        "If-Modified-Since,   -86401, 200",
        "If-Unmodified-Since, -86400, 200",
        "If-Unmodified-Since, -86401, 412"
    })
    @ExtendWith(ScenarioExtension.class)
    void aStoredObjectAnswersDateConditions(
            String name, long seconds, int status, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        expect(viewer.get("/a", name, clock.httpDateIn(seconds))).status(status);
        origin.expectRequests(1);
    }

    @Scenario
    void theEntityTagDecidesOverTheDate(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        expect(viewer.get("/a", "If-None-Match", "\"v2\"", "If-Modified-Since", clock.httpDateIn(-86_400)))
                .status(200)
                .body("hello");
        expect(viewer.get("/a", "If-None-Match", "\"v1\"", "If-Modified-Since", clock.httpDateIn(-86_401)))
                .status(304);
    }

    @Scenario
    void a304CarriesTheValidatorsAndNoContent(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        clock.advanceSeconds(9);
        expect(viewer.get("/a", "If-None-Match", "\"v1\""))
                .status(304)
                .body("")
                .hit()
                .age(9)
                .header("ETag", "\"v1\"")
                .header("Cache-Control", "max-age=3600")
                .noHeader("Transfer-Encoding");
        expect(viewer.head("/a", "If-None-Match", "\"v1\"")).status(304);
    }

    @Scenario
    void aConditionOnAColdObjectLeavesTheWholeObjectForOthers(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(200, maxAge(3600), etag("v2"), body("hello"));
        expect(viewer.get("/a", "If-None-Match", "\"v1\"")).status(200).body("hello");
        expect(viewer.get("/a")).status(200).body("hello");
        expect(viewer.get("/a", "If-Modified-Since", clock.httpDate()))
                .status(200)
                .body("hello");
    }
}
