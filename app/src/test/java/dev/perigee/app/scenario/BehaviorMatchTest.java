package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each behavior has an OriginPath of its own, which tells which one matched. */
class BehaviorMatchTest {
    private static void serveFive(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin)
                .behavior("/images/*.jpg", b -> b.origin(o -> o.path("/jpg")))
                .behavior("/images/*", b -> b.origin(o -> o.path("/img")))
                .behavior("/a?c.txt", b -> b.origin(o -> o.path("/one")))
                .behavior("*.css", b -> b.origin(o -> o.path("/css")))
                .behavior("/private/*", b -> b.origin(o -> o.path("/priv")))
                .byDefault(b -> b.origin(o -> o.path("/rest"))));
        origin.on("GET", "*").reply(200, body("x"));
    }

    private static String chosen(ScriptedOrigin origin) {
        String path = origin.lastRequest().path();
        return path.substring(1, path.indexOf('/', 1));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "/images/x.jpg,         jpg",
        "/images/deep/er/y.jpg, jpg",
        "/images/x.jpg?v=1,     jpg",
        "/images/x.png,         img",
        "/images/,              img",
        "/images/x.css,         img",
        "/images,               rest",
        "/Images/x.jpg,         rest",
        "/abc.txt,              one",
        "/a/c.txt,              one",
        "/ac.txt,               rest",
        "/abbc.txt,             rest",
        "/site.css,             css",
        "/deep/site.css,        css",
        "/site.css.map,         rest",
        "/private/x,            priv",
        "/,                     rest"
    })
    @ExtendWith(ScenarioExtension.class)
    void theFirstPatternThatMatchesWins(
            String target, String behavior, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serveFive(edge, origin);
        expect(viewer.get(target)).status(200);
        assertEquals(behavior, chosen(origin));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "/public/../private/x,     priv",
        "/./private/x,             priv",
        "/%70rivate/x,             priv",
        "/public/%2e%2e/private/x, priv",
        "/public/%2E./private/x,   priv",
        "/private/../site.html,    rest",
        "/images/./x.%6apg,        jpg"
    })
    @ExtendWith(ScenarioExtension.class)
    void aDisguisedPathMatchesAsWhatItMeans(
            String target, String behavior, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serveFive(edge, origin);
        expect(viewer.get(target)).status(200);
        assertEquals(behavior, chosen(origin));
    }

    @Scenario
    void orderDecidesAndNotLength(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin)
                .behavior("/a/*", b -> b.origin(o -> o.path("/first")))
                .behavior("/a/b/*", b -> b.origin(o -> o.path("/second"))));
        origin.on("GET", "*").reply(200, body("x"));
        expect(viewer.get("/a/b/c")).status(200);
        assertEquals("/first/a/b/c", origin.lastRequest().target());
    }

    @Scenario
    void theOriginPathIsNoPartOfTheKey(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.path("/v1"))));
        origin.on("GET", "/v1/a").reply(200, body("one"));
        expect(viewer.get("/a")).body("one").miss();
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.path("/v2"))));
        expect(viewer.get("/a")).body("one").hit();
    }
}
