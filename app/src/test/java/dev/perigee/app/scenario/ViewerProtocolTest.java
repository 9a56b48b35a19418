package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewerProtocolTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"GET, 301", "HEAD, 301", "POST, 307", "PUT, 307", "DELETE, 307", "PATCH, 307", "OPTIONS, 307"})
    @ExtendWith(ScenarioExtension.class)
    void clearTextIsRedirected(
            String method, int status, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.redirectToHttps().allMethods()));
        expect(viewer.request(method, "/a/b.html?x=1&y=%20").send())
                .status(status)
                .header("Location", "https://" + HOST + "/a/b.html?x=1&y=%20")
                .header("X-Cache", "Redirect from cloudfront")
                .header("Server", "CloudFront");
        origin.expectRequests(0);
    }

    @Scenario
    void theRedirectKeepsTheHostThatTheViewerAskedFor(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).alias("images.pettracker.com").byDefault(b -> b.redirectToHttps()));
        expect(edge.viewer("images.pettracker.com").get("/a"))
                .status(301)
                .header("Location", "https://images.pettracker.com/a");
    }

    @Scenario
    void httpsIsServedWhereClearTextIsRedirected(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.redirectToHttps()));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(edge.tlsViewer().get("/a")).status(200).body("hello").miss();
    }

    @Scenario
    void httpsOnlyRefusesClearText(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.httpsOnly()));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).status(403).error().bodyContains("ERROR: The request could not be satisfied");
        origin.expectRequests(0);
        expect(edge.tlsViewer().get("/a")).status(200).body("hello");
        expect(viewer.get("/a")).status(403);
    }

    @Scenario
    void anHttp10PostIsNotRedirected(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.redirectToHttps().allMethods()));
        expect(viewer.send("POST /a HTTP/1.0\r\nHost: " + HOST + "\r\nContent-Length: 0\r\n\r\n"))
                .status(403);
        origin.expectRequests(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
    @ExtendWith(ScenarioExtension.class)
    void aMethodThatTheBehaviorDoesNotAllowIs403(String method, ScriptedOrigin origin, ScriptedViewer viewer) {
        expect(viewer.request(method, "/a").send())
                .status(403)
                .error()
                .bodyContains("This distribution is not configured to allow the HTTP request method");
        origin.expectRequests(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "BREW", "get", "PROPFIND"})
    @ExtendWith(ScenarioExtension.class)
    void anUnknownMethodIsRefused(String method, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        int status = viewer.request(method, "/a").send().response().status();
        assertTrue(status == 403 || status == 400 || status == 405 || status == 501, () -> method + ": " + status);
        origin.expectRequests(0);
    }

    @Scenario
    void connectIsRefused(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        int status = viewer.send("CONNECT " + HOST + ":443 HTTP/1.1\r\nHost: " + HOST + ":443\r\n\r\n")
                .response()
                .status();
        assertTrue(status >= 400 && status < 502, () -> "CONNECT: " + status);
        origin.expectRequests(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    @ExtendWith(ScenarioExtension.class)
    void aGetWithContentIs403(String method, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        expect(viewer.request(method, "/a").body("content").send()).status(403).error();
        origin.expectRequests(0);
    }

    @Scenario
    void aGetWithEmptyContentIsAGet(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.request("GET", "/a").body("").send()).status(200).body("hello");
        expect(viewer.get("/a")).hit();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
    @ExtendWith(ScenarioExtension.class)
    void otherMethodsAlwaysReachTheOrigin(
            String method, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on(method, "/a").reply(200, maxAge(60), body("done"));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).body("hello").miss();
        expect(viewer.request(method, "/a").send()).status(200).body("done").miss();
        expect(viewer.request(method, "/a").send()).status(200).body("done").miss();
        expect(viewer.get("/a")).body("hello").hit();
        origin.expectRequests(3);
    }
}
