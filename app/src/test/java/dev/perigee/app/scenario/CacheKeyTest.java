package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheKeyTest {
    private static void answer(ScriptedOrigin origin) {
        origin.on("*", "*").reply(200, maxAge(3600), body("x"));
    }

    @Scenario
    void theQueryIsNeitherInTheKeyNorForwardedByDefault(ScriptedOrigin origin, ScriptedViewer viewer) {
        answer(origin);
        expect(viewer.get("/a?x=1")).miss();
        expect(viewer.get("/a?x=2")).hit();
        expect(viewer.get("/a")).hit();
        assertEquals("/a", origin.lastRequest().target());
        origin.expectRequests(1);
    }

    @ParameterizedTest(name = "{0}: {1} and {2} shared: {3}, origin sees {4}")
    @CsvSource(textBlock = """
                    ALL,        /a?x=1&y=2,  /a?x=1&y=2,  true,  /a?x=1&y=2
                    ALL,        /a?x=1&y=2,  /a?y=2&x=1,  false, /a?x=1&y=2
                    ALL,        /a?x=1,      /a?X=1,      false, /a?x=1
                    ALL,        /a?x=a,      /a?x=A,      false, /a?x=a
                    ALL,        /a?x,        /a?x=,       false, /a?x
                    LIST,       /a?x=1&y=2,  /a?y=3&x=1,  true,  /a?x=1
                    LIST,       /a?x=1&y=2,  /a?x=2&y=2,  false, /a?x=1
                    LIST,       /a?X=1,      /a?X=2,      true,  /a
                    LIST,       /a?y=1,      /a,          true,  /a
                    LIST,       /a?x=1&z=2,  /a?z=2&x=1,  false, /a?x=1&z=2
                    LIST,       /a?x=1&x=2,  /a?x=2&x=1,  false, /a?x=1&x=2
                    LIST,       /a?xx=1,     /a?xx=2,     true,  /a
                    ALL_EXCEPT, /a?x=1&y=2,  /a?x=9&y=2,  true,  /a?y=2
                    ALL_EXCEPT, /a?x=1&y=2,  /a?x=1&y=3,  false, /a?y=2
                    """)
    @ExtendWith(ScenarioExtension.class)
    void theQueryPolicyMakesTheKey(
            Selection.Mode mode,
            String first,
            String second,
            boolean shared,
            String target,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        List<String> names = mode == Selection.Mode.ALL ? List.of() : List.of("x", "z");
        edge.serve(distribution(origin).byDefault(b -> b.keyQueries(new Selection(mode, names))));
        answer(origin);
        expect(viewer.get(first)).miss();
        assertEquals(target, origin.lastRequest().target());
        expect(viewer.get(second)).hitElseMiss(shared);
        expect(viewer.get(first)).hit();
    }

    @ParameterizedTest(name = "X-Lang {0} and {1} shared: {2}")
    @CsvSource({"en, en, true", "en, de, false", "en, EN, false", ", en, false", "en, , false", ", , true"})
    @ExtendWith(ScenarioExtension.class)
    void aHeaderInTheKeySeparates(
            @Nullable String first,
            @Nullable String second,
            boolean shared,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.keyHeaders("x-lang")));
        answer(origin);
        expect(viewer.get("/a", lang(first))).miss();
        assertEquals(first, origin.lastRequest().header("X-Lang"));
        expect(viewer.get("/a", lang(second))).hitElseMiss(shared);
    }

    private static String[] lang(@Nullable String value) {
        return value == null ? new String[0] : new String[] {"X-Lang", value};
    }

    @Scenario
    void headersInTheKeyAreNotConfused(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin)
                .byDefault(b -> b.keyHeaders("x-one", "x-two").keyQueries(Selection.ALL)));
        answer(origin);
        expect(viewer.get("/a", "X-One", "v")).miss();
        expect(viewer.get("/a", "X-Two", "v")).miss();
        expect(viewer.get("/a", "X-One", "v", "X-Two", "v")).miss();
        expect(viewer.get("/a?v")).miss();
        expect(viewer.get("/a", "X-One", "v, x-two: v")).miss();
        expect(viewer.get("/a", "X-One", "v")).hit();
        origin.expectRequests(5);
    }

    @ParameterizedTest(name = "cookies {0} and {1} shared: {2}, origin sees {3}")
    @CsvSource(delimiter = '|', textBlock = """
                    lang=en         | lang=en; id=9   | true  | lang=en
                    lang=en; id=1   | id=2; lang=en   | true  | lang=en
                    lang=en         | lang=de         | false | lang=en
                    Lang=en         | Lang=de         | true  |
                    id=1            |                 | true  |
                    theme=d;lang=en | lang=en;theme=d | true  | lang=en; theme=d
                    """)
    @ExtendWith(ScenarioExtension.class)
    void theCookiePolicyMakesTheKey(
            String first,
            @Nullable String second,
            boolean shared,
            @Nullable String forwarded,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.keyCookies(Selection.of(List.of("lang", "theme")))));
        answer(origin);
        expect(viewer.get("/a", "Cookie", first)).miss();
        assertEquals(forwarded, origin.lastRequest().header("Cookie"));
        expect(second == null ? viewer.get("/a") : viewer.get("/a", "Cookie", second))
                .hitElseMiss(shared);
    }

    @Scenario
    void pathsDifferByCase(ScriptedOrigin origin, ScriptedViewer viewer) {
        answer(origin);
        expect(viewer.get("/a")).miss();
        expect(viewer.get("/A")).miss();
        origin.expectRequests(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "D111111ABCDEF8.CloudFront.NET",
                HOST + ":80",
                HOST + ":8080",
                "D111111ABCDEF8.cloudfront.net:443"
            })
    @ExtendWith(ScenarioExtension.class)
    void CS_04_caseAndPortOfTheHostReachTheSameObject(
            String host, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        answer(origin);
        expect(viewer.get("/a")).miss();
        expect(edge.viewer(host).get("/a")).hit();
        origin.expectRequests(1);
    }

    @Scenario
    void CS_04_twoDistributionsNeverShareAPath(ScenarioEdge edge, ScriptedOrigin origin) {
        String other = "d222222abcdef8.cloudfront.net";
        edge.serve(
                distribution(origin).byDefault(b -> b.origin(o -> o.path("/one"))),
                distribution(origin).named("EOTHER", other).byDefault(b -> b.origin(o -> o.path("/two"))));
        origin.on("GET", "/one/a").reply(200, maxAge(3600), body("one"));
        origin.on("GET", "/two/a").reply(200, maxAge(3600), body("two"));
        for (String expected : List.of("Miss from cloudfront", "Hit from cloudfront")) {
            expect(edge.viewer().get("/a")).body("one").header("X-Cache", expected);
            expect(edge.viewer(other).get("/a")).body("two").header("X-Cache", expected);
        }
        expect(edge.viewer().send("GET http://" + other + "/a HTTP/1.1\r\nHost: " + other + "\r\n\r\n"))
                .body("two")
                .hit();
    }

    @Scenario
    void anAliasSharesWithTheDomainNameUnlessTheHostIsInTheKey(ScenarioEdge edge, ScriptedOrigin origin) {
        answer(origin);
        edge.serve(distribution(origin).alias("images.pettracker.com"));
        expect(edge.viewer().get("/a")).miss();
        expect(edge.viewer("images.pettracker.com").get("/a")).hit();
        edge.serve(distribution(origin).alias("images.pettracker.com").byDefault(b -> b.keyHeaders("host")));
        expect(edge.viewer().get("/b")).miss();
        expect(edge.viewer("images.pettracker.com").get("/b")).miss();
        assertEquals("images.pettracker.com", origin.lastRequest().header("Host"));
        expect(edge.viewer("Images.PetTracker.com").get("/b")).status(200);
    }

    @ParameterizedTest(name = "gzip {0}, brotli {1}: Accept-Encoding {2} becomes {3}")
    @CsvSource(delimiter = '|', textBlock = """
                    true  | true  | gzip, deflate, br | br,gzip
                    true  | true  | br, gzip          | br,gzip
                    true  | true  | gzip              | gzip
                    true  | true  | br                | br
                    true  | true  | deflate           | identity
                    true  | true  |                   |
                    true  | false | gzip, br          | gzip
                    false | true  | gzip, br          | br
                    false | false | gzip, br          |
                    """)
    @ExtendWith(ScenarioExtension.class)
    void acceptEncodingIsNormalised(
            boolean gzip,
            boolean brotli,
            @Nullable String sent,
            @Nullable String forwarded,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.acceptEncoding(gzip, brotli)));
        answer(origin);
        expect(sent == null ? viewer.get("/a") : viewer.get("/a", "Accept-Encoding", sent))
                .miss();
        if (forwarded == null) assertNull(origin.lastRequest().header("Accept-Encoding"));
        else assertEquals(forwarded, origin.lastRequest().header("Accept-Encoding"));
    }

    @Scenario
    void acceptEncodingSeparatesWhatItMust(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.acceptEncoding(true, true)));
        answer(origin);
        expect(viewer.get("/a", "Accept-Encoding", "gzip, deflate, br")).miss();
        expect(viewer.get("/a", "Accept-Encoding", "br;q=1.0, gzip;q=0.8")).hit();
        expect(viewer.get("/a", "Accept-Encoding", "gzip")).miss();
        expect(viewer.get("/a")).miss();
        expect(viewer.get("/a", "Accept-Encoding", "deflate")).hit();
        origin.expectRequests(3);
    }
}
