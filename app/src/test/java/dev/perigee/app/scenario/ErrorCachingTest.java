package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;

import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCachingTest {
    /** A rule of -1 is none; the lifetime is the number of seconds during which the origin is not asked again. */
    @ParameterizedTest(name = "{0} with Cache-Control {1} and ErrorCachingMinTTL {2} is kept {3} s")
    @CsvSource(textBlock = """
                    404,            , -1, 10
                    414,            , -1, 10
                    500,            , -1, 10
                    501,            , -1, 10
                    502,            , -1, 10
                    503,            , -1, 10
                    504,            , -1, 10
                    404,            ,  0,  0
                    404,            , 30, 30
                    404, max-age=60 , -1, 60
                    404, s-maxage=60, -1, 60
                    404, max-age=5  , -1, 10
                    503, max-age=60 , 20, 60
                    400,            , -1,  0
                    403,            , -1,  0
                    405,            , -1,  0
                    415,            , -1,  0
                    400, max-age=30 , -1, 30
                    403, max-age=30 , -1, 30
                    403, s-maxage=30, -1, 30
                    403, max-age=5  , -1, 10
                    401,            , -1,  0
                    409,            , -1,  0
                    410,            , -1,  0
                    429,            , -1,  0
                    """)
    @ExtendWith(ScenarioExtension.class)
    void errorsAreKeptFor(
            int status,
            String cacheControl,
            long rule,
            long lifetime,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer,
            ManualClock clock) {
        DistributionBuilder distribution = distribution(origin);
        edge.serve(rule < 0 ? distribution : distribution.errorTtl(status, rule));
        origin.on("GET", "/a")
                .reply(
                        status,
                        cacheControl == null ? header("X-None", "1") : cacheControl(cacheControl),
                        body("an error"));
        expect(viewer.get("/a")).status(status).body("an error").error();
        if (lifetime > 0) {
            clock.advanceSeconds(lifetime - 1);
            expect(viewer.get("/a")).status(status).body("an error").error();
            origin.expectRequests(1);
            clock.advanceSeconds(1);
        }
        expect(viewer.get("/a")).status(status).body("an error").error();
        origin.expectRequests(2);
    }

    @Scenario
    void anErrorIsReplacedByTheObjectOnceItIsThere(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/a").reply(404, body("missing"));
        expect(viewer.get("/a")).status(404);
        origin.on("GET", "/a").reply(200, maxAge(60), body("here"));
        expect(viewer.get("/a")).status(404);
        clock.advanceSeconds(10);
        expect(viewer.get("/a")).status(200).body("here").miss();
        expect(viewer.get("/a")).status(200).body("here").hit();
    }

    @Scenario
    void withCachingDisabledErrorsAreNotKept(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.cachingDisabled()));
        origin.on("GET", "/a").reply(404, body("missing"));
        expect(viewer.get("/a")).status(404).body("missing").error();
        expect(viewer.get("/a")).status(404).body("missing").error();
        origin.expectRequests(2);
    }
}
