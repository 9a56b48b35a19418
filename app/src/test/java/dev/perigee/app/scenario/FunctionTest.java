package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.JsRuntime;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.LogField;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CloudFront Functions in the life of a request. */
class FunctionTest {
    private static void serve(
            ScenarioEdge edge, ScriptedOrigin origin, @Nullable String request, @Nullable String response) {
        EdgeFunction none = new EdgeFunction("none", JsRuntime.JS_2_0, "");
        edge.functions(
                request == null
                        ? none
                        : new EdgeFunction("asks", JsRuntime.JS_2_0, "function handler(event) {" + request + "}"),
                response == null
                        ? new EdgeFunction("unused", JsRuntime.JS_2_0, "")
                        : new EdgeFunction("answers", JsRuntime.JS_2_0, "function handler(event) {" + response + "}"));
        edge.serve(distribution(origin)
                .byDefault(b ->
                        b.forwardAll().functions(request == null ? null : "asks", response == null ? null : "answers"))
                .errorPage(503, 10, "/sorry.html", 200));
    }

    @Scenario
    void aRequestIsWhatItsFunctionMakesOfIt(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, """
                var r = event.request;
                r.uri += 'index.html';
                r.headers['x-added'] = {value: r.querystring.a.value + event.viewer.ip};
                delete r.headers['x-gone'];
                r.querystring = {b: {value: '2'}};
                r.cookies.c = {value: 'd'};
                return r;""", null);
        origin.on("GET", "/dir/index.html?b=2").reply(200, maxAge(60), body("index"));
        expect(viewer.get("/dir/?a=1", "X-Gone", "1", "X-Kept", "k"))
                .status(200)
                .body("index")
                .miss();
        assertEquals("1127.0.0.1", origin.lastRequest().header("X-Added"));
        assertEquals("c=d", origin.lastRequest().header("Cookie"));
        assertEquals("k", origin.lastRequest().header("X-Kept"));
        assertNull(origin.lastRequest().header("X-Gone"));
        // The key is made of the changed request.
        expect(viewer.get("/dir/?a=1")).status(200).body("index").hit();
        expect(viewer.get("/dir/?a=2")).status(200).body("index").hit();
        origin.expectRequests(1);
    }

    @Scenario
    void whatAFunctionMakesOfARequestAloneIsRemembered(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(
                edge,
                origin,
                """
                var r = event.request;
                if (r.uri === '/each') r.uri += '/' + event.context.requestId;
                else r.uri = '/same' + r.uri;
                return r;""",
                "event.response.headers['x-n'] = {value: event.context.requestId}; return event.response;");
        origin.on("GET", "/same/a").reply(200, maxAge(60), body("same"));
        expect(viewer.get("/a")).status(200).body("same").miss();
        String before = "";
        for (int i = 0; i < 4; i++) {
            var again = viewer.get("/a");
            expect(again).status(200).body("same").hit();
            String now = String.valueOf(again.response().header("X-N"));
            assertNotEquals(before, now);
            before = now;
        }
        origin.expectRequests(1);
        origin.on("GET", "/each/*").reply(200, maxAge(60), body("each"));
        for (int i = 0; i < 4; i++)
            expect(viewer.get("/each")).status(200).body("each").miss();
        origin.expectRequests(5);
        // Another function, another answer.
        serve(edge, origin, "event.request.uri = '/same/b'; return event.request;", null);
        origin.on("GET", "/same/b").reply(200, maxAge(60), body("other"));
        for (int i = 0; i < 4; i++) expect(viewer.get("/a")).status(200).body("other");
        origin.expectRequests(6);
    }

    @Scenario
    void aFunctionAnswers(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, """
                return {statusCode: 302, statusDescription: 'Found', headers: {location: {value: '/b'}},
                    cookies: {s: {value: '1', attributes: 'Secure; Path=/'}}, body: {encoding: 'base64', data: 'aGk='}};""", "throw new Error('not for generated responses');");
        expect(viewer.get("/a"))
                .status(302)
                .header("Location", "/b")
                .header("Set-Cookie", "s=1; Secure; Path=/")
                .header("X-Cache", "FunctionGeneratedResponse from cloudfront")
                .header("Server", "CloudFront")
                .header("Content-Length", "2")
                .body("hi");
        expect(viewer.head("/a")).status(302).body("");
        origin.expectRequests(0);
    }

    @Scenario
    void aFunctionChoosesTheOrigin(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.functions(new EdgeFunction("asks", JsRuntime.JS_2_0, """
                import cf from 'cloudfront';
                function handler(event) {
                    if (event.request.uri === '/bad') cf.updateRequestOrigin({domainName: 'a b'});
                    else cf.updateRequestOrigin({originPath: '/other', customHeaders: {'X-Chosen': 'yes'}});
                    return event.request;
                }"""));
        edge.serve(distribution(origin).byDefault(b -> b.functions("asks", null)));
        origin.on("GET", "/other/a").reply(200, maxAge(60), body("other"));
        expect(viewer.get("/a")).status(200).body("other").miss();
        assertEquals("yes", origin.lastRequest().header("X-Chosen"));
        expect(viewer.get("/a")).status(200).body("other").hit();
        expect(viewer.get("/bad"))
                .status(502)
                .header("X-Cache", "FunctionValidationError from cloudfront")
                .bodyContains("for origin rewrite");
    }

    @Scenario
    void aResponseIsWhatItsFunctionMakesOfIt(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, null, """
                var r = event.response;
                r.headers['x-status'] = {value: String(r.statusCode)};
                r.headers.etag.value = '"other"';
                if (event.request.uri === '/replaced') { r.statusCode = 404; r.body = 'gone'; }
                return r;""");
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v"), header("X-Origin", "o"), body("hello"));
        origin.on("GET", "/replaced").reply(200, maxAge(60), etag("v"), body("hello"));
        origin.on("GET", "/none").reply(404, maxAge(60), body("none"));
        expect(viewer.get("/a"))
                .status(200)
                .body("hello")
                .miss()
                .header("X-Status", "200")
                .header("ETag", "\"other\"");
        expect(viewer.get("/a"))
                .status(200)
                .body("hello")
                .hit()
                .header("X-Status", "200")
                .header("X-Origin", "o");
        expect(viewer.get("/a", "Range", "bytes=1-2"))
                .status(206)
                .body("el")
                .header("X-Status", "206")
                .header("Content-Range", "bytes 1-2/5");
        expect(viewer.get("/a", "If-None-Match", "\"v\"")).status(304).header("X-Status", "304");
        expect(viewer.head("/a")).status(200).header("X-Status", "200").header("Content-Length", "5");
        expect(viewer.get("/replaced")).status(404).body("gone");
        expect(viewer.get("/none")).status(404).body("none").noHeader("X-Status");
    }

    @Scenario
    void whatFailsIsTheFunctionsOwn(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, """
                var r = event.request;
                console.log('asked for ' + r.uri);
                if (r.uri === '/throws') throw new TypeError('mine');
                if (r.uri === '/loops') for (;;) {}
                if (r.uri === '/null') return null;
                if (r.uri === '/upper') r.headers['X-A'] = {value: 'a'};
                if (r.uri === '/split') r.headers['x-a'] = {value: 'a\\r\\nSet-Cookie: b=c'};
                if (r.uri === '/host') r.headers.host.value = 'evil';
                if (r.uri === '/space') r.uri = '/a b';
                if (r.uri === '/method') r.method = 'POST';
                return r;""", null);
        origin.on("GET", "/fine").reply(200, maxAge(60), body("fine"));
        for (String path : new String[] {"/throws", "/loops"}) {
            expect(viewer.get(path))
                    .status(503)
                    .header("X-Cache", "FunctionExecutionError from cloudfront")
                    .bodyContains("is invalid or could not run.");
        }
        for (String path : new String[] {"/null", "/upper", "/split", "/host", "/space", "/method"}) {
            expect(viewer.get(path))
                    .status(502)
                    .header("X-Cache", "FunctionValidationError from cloudfront")
                    .noHeader("Set-Cookie");
        }
        origin.expectRequests(0);
        expect(viewer.get("/fine")).status(200).body("fine");
        String log = log(edge);
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!log.contains("asked for /fine") && System.nanoTime() - end < 0) log = log(edge);
        assertTrue(log.contains("ERROR: TypeError: mine"));
        assertTrue(log.contains("    at handler (asks:3:"));
        assertTrue(edge.logLines(9).stream().anyMatch(line -> line.contains("FunctionExecutionError")));
    }

    private static String log(ScenarioEdge edge) {
        try {
            return Files.readString(edge.state().resolve("functions").resolve("asks.log"));
        } catch (IOException e) {
            return "";
        }
    }

    @Scenario
    void overHttp2AndWithAPlanThatChanges(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("a"));
        serve(edge, origin, null, "event.response.headers['x-v'] = {value: '1'}; return event.response;");
        try (ScriptedViewer viewer = edge.http2Viewer("d111111abcdef8.cloudfront.net")) {
            expect(viewer.get("/a")).status(200).header("x-v", "1").body("a");
            serve(edge, origin, null, "event.response.headers['x-v'] = {value: '2'}; return event.response;");
            expect(viewer.get("/a")).status(200).header("x-v", "2").body("a").hit();
        }
    }

    @Scenario
    void aFunctionReadsItsKeyValueStore(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.functions(new EdgeFunction("asks", JsRuntime.JS_2_0, """
                import cf from 'cloudfront';
                async function handler(event) {
                    const key = event.request.uri.slice(1);
                    if (!await cf.kvs().exists(key)) return {statusCode: 404};
                    return {statusCode: 302, headers: {location: {value: await cf.kvs().get(key)}}};
                }""", List.of("s")));
        edge.stores(new KeyValueStore("s", 1, 1, List.of(new KeyValueStore.Pair("old", "/new"))));
        edge.serve(distribution(origin).byDefault(b -> b.functions("asks", null)));
        expect(viewer.get("/old")).status(302).header("Location", "/new");
        expect(viewer.get("/other")).status(404);
        edge.stores(new KeyValueStore(
                "s", 1, 2, List.of(new KeyValueStore.Pair("old", "/newer"), new KeyValueStore.Pair("other", "/o"))));
        expect(viewer.get("/old")).status(302).header("Location", "/newer");
        expect(viewer.get("/other")).status(302).header("Location", "/o");
    }

    @Scenario
    void functionsSayWhatIsInTheAccessLog(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.functions(
                new EdgeFunction("asks", JsRuntime.JS_2_0, """
                        import cf from 'cloudfront';
                        function handler(event) {
                            cf.logCustomData('first');
                            if (event.request.uri === '/a') cf.logCustomData('\u00fc ' + JSON.stringify({a: 1}));
                            if (event.request.uri === '/long') cf.logCustomData('\u00fc'.repeat(900));
                            return event.request;
                        }"""), new EdgeFunction("answers", JsRuntime.JS_2_0, """
                        import cf from 'cloudfront';
                        function handler(event) { cf.logCustomData('' + event.response.statusCode); return event.response; }"""));
        origin.on("GET", "/*").reply(200, maxAge(60), body("x"));
        edge.serve(distribution(origin)
                .byDefault(b -> b.functions("asks", "answers")
                        .realtimeLog(
                                "said",
                                100,
                                List.of(LogField.VIEWER_REQUEST_LOG_DATA, LogField.VIEWER_RESPONSE_LOG_DATA))));
        for (String path : List.of("/a", "/a", "/a", "/long")) viewer.get(path).response();
        List<String> lines = edge.realtimeLines("said", 4);
        String said = "%C3%BC%20%7B%22a%22:1%7D\t200";
        assertEquals(List.of(said, said, said, "%C3%BC".repeat(133) + "\t200"), lines);
    }

    @Scenario
    void aFunctionSelectsAnOriginAndMakesAGroup(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.functions(new EdgeFunction("asks", JsRuntime.JS_2_0, """
                import cf from 'cloudfront';
                function handler(event) {
                    switch (event.request.uri) {
                        case '/select': cf.selectRequestOriginById('two', {hostHeader: 'Chosen.test'}); break;
                        case '/update': cf.updateRequestOrigin({originPath: '/u', hostHeader: 'u.test'}); break;
                        case '/where': return {statusCode: 200, headers: {'x-where': {value: JSON.stringify(cf.edgeLocation)}}};
                        case '/none': cf.selectRequestOriginById('three'); break;
                        case '/group': cf.createRequestOriginGroup({originIds: [{originId: 'one'},
                            {originId: 'two', originOverrides: {originPath: '/second'}}],
                            failoverCriteria: {statusCodes: [500]}}); break;
                        default: cf.createRequestOriginGroup({originIds: [{originId: 'one'}],
                            failoverCriteria: {statusCodes: [500]}});
                    }
                    return event.request;
                }"""));
        edge.serve(distribution(origin)
                .byDefault(b -> b.functions("asks", null))
                .choice(o -> o.id("one").path("/one"))
                .choice(o -> o.id("two").path("/two")));
        origin.on("GET", "/two/select").reply(200, maxAge(60), body("selected"));
        expect(viewer.get("/select")).status(200).body("selected");
        assertEquals("chosen.test", origin.lastRequest().header("Host"));
        origin.on("GET", "/u/update").reply(200, maxAge(60), body("updated"));
        expect(viewer.get("/update")).status(200).body("updated");
        assertEquals("u.test", origin.lastRequest().header("Host"));
        expect(viewer.get("/where"))
                .status(200)
                .header("X-Where", "{\"name\":\"IAD\",\"serverIp\":\"127.0.0.1\",\"region\":\"us-east-1\"}");
        origin.on("GET", "/one/group").reply(500, maxAge(60), body("broken"));
        origin.on("GET", "/second/group").reply(200, maxAge(60), body("second"));
        expect(viewer.get("/group")).status(200).body("second");
        for (String bad : List.of("/none", "/other")) {
            expect(viewer.get(bad))
                    .status(502)
                    .header("X-Cache", "FunctionValidationError from cloudfront")
                    .bodyContains("for origin rewrite");
        }
    }
}
