package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;

import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.ReplyPart;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CloudFront's table of lifetimes (Expiration), seen from outside. */
class FreshnessTest {
    @ParameterizedTest(name = "Cache-Control {0}, Expires in {1}, TTLs {2}/{3}/{4} -> {5} s")
    @CsvSource(delimiter = '|', textBlock = """
                    max-age=60                     |        |  0 | 86400 | 31536000 |       60
                    max-age=60, s-maxage=30        |        |  0 | 86400 | 31536000 |       30
                    s-maxage=90, max-age=60        |        |  0 | 86400 | 31536000 |       90
                                                   |    120 |  0 | 86400 | 31536000 |      120
                    max-age=60                     |    120 |  0 | 86400 | 31536000 |       60
                                                   |        |  0 | 86400 | 31536000 |    86400
                                                   |        |  0 |   100 |      200 |      100
                    public                         |        |  0 |   100 |      200 |      100
                    MAX-AGE=60                     |        |  0 | 86400 | 31536000 |       60
                    max-age=60                     |        |100 |   100 | 31536000 |      100
                    max-age=600                    |        |  0 |   100 |      300 |      300
                    max-age=99999999999999         |        |  0 | 86400 | 31536000 | 31536000
                                                   |    600 |  0 |   100 |      300 |      300
                                                   |     20 | 50 |   100 |      300 |       50
                    no-store                       |        |  0 | 86400 | 31536000 |        0
                    no-cache                       |        |  0 | 86400 | 31536000 |        0
                    private                        |        |  0 | 86400 | 31536000 |        0
                    private, max-age=600           |        |  0 | 86400 | 31536000 |        0
                    no-store                       |        | 50 | 86400 | 31536000 |       50
                    no-cache                       |        | 50 | 86400 | 31536000 |       50
                    private, max-age=600           |        | 50 | 86400 | 31536000 |       50
                    no-cache="Set-Cookie", max-age=60 |     |  0 | 86400 | 31536000 |       60
                    max-age=0                      |        |  0 | 86400 | 31536000 |        0
                    s-maxage=0, max-age=60         |        |  0 | 86400 | 31536000 |        0
                    max-age=0                      |        | 50 | 86400 | 31536000 |       50
                                                   |    -10 |  0 | 86400 | 31536000 |        0
                    """)
    @ExtendWith(ScenarioExtension.class)
    void staysFreshFor(
            @Nullable String cacheControl,
            @Nullable Long expiresIn,
            long min,
            long byDefault,
            long max,
            long lifetime,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer,
            ManualClock clock) {
        edge.serve(distribution(origin).byDefault(b -> b.ttl(min, byDefault, max)));
        List<ReplyPart> parts = new ArrayList<>(List.of(body("hello")));
        if (cacheControl != null) parts.add(header("Cache-Control", cacheControl));
        if (expiresIn != null) parts.add(header("Expires", clock.httpDateIn(expiresIn)));
        origin.on("GET", "/a").reply(200, parts.toArray(ReplyPart[]::new));
        expect(viewer.get("/a")).body("hello").miss();
        if (lifetime > 0) {
            clock.advanceSeconds(lifetime - 1);
            expect(viewer.get("/a")).body("hello").hit().age(lifetime - 1);
            origin.expectRequests(1);
            clock.advanceSeconds(1);
        }
        expect(viewer.get("/a")).body("hello").miss();
        origin.expectRequests(2);
    }

    @ParameterizedTest(name = "Expires: {0}")
    @CsvSource({"0", "-1", "never", "'Thu, 99 Nov 2026 12:00:00 GMT'"})
    @ExtendWith(ScenarioExtension.class)
    void anExpiresThatIsNoDateMeansExpired(String expires, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, header("Expires", expires), body("hello"));
        expect(viewer.get("/a")).body("hello").miss();
        expect(viewer.get("/a")).body("hello").miss();
        origin.expectRequests(2);
    }
}
