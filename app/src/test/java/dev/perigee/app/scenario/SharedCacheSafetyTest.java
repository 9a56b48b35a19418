package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedCacheSafetyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/account",
                "/account/x.css",
                "/account%2Fx.css",
                "/account;x.css",
                "/account;/x.css",
                "/account/..%2Fstatic%2Fx.css",
                "/account%00.css",
                "/account%0Ax.css",
                "/account%23x.css",
                "/account%3Fx.css",
                "/account?x.css",
                "/static/../account",
                "/static/..%2Faccount",
                "/static/%2e%2e/account",
                "/account/.css",
                "//account/x.css",
                "/account/x.css%20",
                "/account\\x.css"
            })
    @ExtendWith(ScenarioExtension.class)
    void CS_01_aPrivatePageIsNeverServedToSomeoneElse(
            String target, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer victim) {
        edge.serve(distribution(origin)
                .behavior("*.css", b -> b.ttl(0, 86_400, 31_536_000))
                .behavior("/static/*", b -> b.ttl(0, 86_400, 31_536_000))
                .byDefault(b -> b.forwardAll()));
        origin.on("GET", "*").reply(200, cacheControl("private, no-store"), body("attacker's own page"));
        origin.on("GET", "*")
                .when(r -> "session=victim".equals(r.header("Cookie")))
                .reply(200, cacheControl("private, no-store"), body("the victim's secret"));
        Response own = victim.get(target, "Cookie", "session=victim").response();
        Response other = edge.viewer().get(target).response();
        assertFalse(other.text().contains("secret"), () -> target + ": " + own + "\n" + other);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Host",
                "X-Forwarded-Scheme",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-Host",
                "Forwarded",
                "X-HTTP-Method-Override",
                "Referer",
                "Accept",
                "Accept-Language",
                "Cookie",
                "Origin2",
                "X-Amz-Cf-Id",
                "CloudFront-Viewer-Country",
                "X-Real-IP",
                "X-Edge-Anything"
            })
    @ExtendWith(ScenarioExtension.class)
    void CS_02_aHeaderThatIsNotInTheKeyDoesNotReachTheOrigin(
            String name, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a", name, "canary")).body("hello");
        String head = origin.lastRequest().rawHead();
        assertFalse(head.toLowerCase(Locale.ROOT).contains("canary"), head);
    }

    @Scenario
    void CS_02_theQueryDoesNotReachTheOriginUnlessItIsInTheKey(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a?utm=canary", "User-Agent", "canary/1.0")).body("hello");
        assertFalse(origin.lastRequest().rawHead().contains("canary"));
        assertEquals("Amazon CloudFront", origin.lastRequest().header("User-Agent"));
    }

    @Scenario
    void CS_06_setCookieIsRemovedWhereCookiesAreNotForwarded(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("Set-Cookie", "session=1"), body("hello"));
        expect(viewer.get("/a")).body("hello").miss().noHeader("Set-Cookie");
        expect(viewer.get("/a")).body("hello").hit().noHeader("Set-Cookie");
    }

    @Scenario
    void CS_06_setCookieBelongsToTheCookiesItWasSentFor(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.keyCookies(Selection.ALL)));
        origin.on("GET", "/a").reply(200, maxAge(60), header("Set-Cookie", "theme=dark"), body("hello"));
        expect(viewer.get("/a", "Cookie", "user=1")).miss().header("Set-Cookie", "theme=dark");
        expect(viewer.get("/a", "Cookie", "user=1")).hit().header("Set-Cookie", "theme=dark");
        expect(viewer.get("/a", "Cookie", "user=2")).miss();
        origin.expectRequests(2);
    }

    @Scenario
    void CS_06_noCacheOfSetCookieKeepsItOutOfTheStore(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.keyCookies(Selection.ALL)));
        origin.on("GET", "/a")
                .reply(
                        200,
                        cacheControl("max-age=60, no-cache=\"Set-Cookie\""),
                        header("Set-Cookie", "session=1"),
                        body("hello"));
        expect(viewer.get("/a")).miss().header("Set-Cookie", "session=1");
        expect(viewer.get("/a")).hit().noHeader("Set-Cookie").body("hello");
    }

    @Scenario
    void CS_06_authorizationIsRemovedFromACacheableRequest(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a", "Authorization", "Basic YTpi")).miss();
        assertNull(origin.lastRequest().header("Authorization"));
    }

    @Scenario
    void CS_06_authorizationInTheKeySeparatesItsOwners(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.keyHeaders("authorization")));
        origin.on("GET", "/a").reply(200, cacheControl("public, max-age=60"), body("for all"));
        origin.on("GET", "/a")
                .when(r -> "Basic YTpi".equals(r.header("Authorization")))
                .reply(200, cacheControl("public, max-age=60"), body("for a"));
        expect(viewer.get("/a", "Authorization", "Basic YTpi")).body("for a").miss();
        expect(viewer.get("/a")).body("for all").miss();
        expect(viewer.get("/a", "Authorization", "Basic Yjpj")).body("for all").miss();
        origin.expectRequests(3);
    }

    @Scenario
    void CS_06_varyOnEverythingIsNeverReused(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("Vary", "*"), body("hello"));
        expect(viewer.get("/a")).body("hello").miss();
        expect(viewer.get("/a")).body("hello").miss();
        origin.expectRequests(2);
    }

    @Scenario
    void CS_06_varyDoesNotChangeTheKeyAndNamesOnlyWhatTheOriginCouldSee(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), header("Vary", "Accept-Language"), body("hello"));
        expect(viewer.get("/a", "Accept-Language", "de")).miss().noHeader("Vary");
        expect(viewer.get("/a", "Accept-Language", "en")).hit().noHeader("Vary");
        origin.expectRequests(1);
    }
}
