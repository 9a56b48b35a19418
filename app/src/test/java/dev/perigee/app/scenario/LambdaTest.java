package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.plan.EdgeLambdas.Association;
import dev.perigee.testkit.OriginBuilder;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.EnabledIf;

/** Lambda functions in the life of a request. Needs node and python3. */
@EnabledIf(
        value = "dev.perigee.app.local.Programs#haveNodeAndPython",
        disabledReason = "Debian's nodejs and python3 are not installed")
class LambdaTest {
    private static @Nullable Association node(ScenarioEdge edge, @Nullable String body) {
        if (body == null) return null;
        EdgeLambda function = edge.lambda(
                "f",
                "nodejs20.x",
                "index.js",
                "exports.handler = async (event) => {\n"
                        + "const cf = event.Records[0].cf, request = cf.request, response = cf.response;\n" + body
                        + "\n};");
        return new Association(function, true);
    }

    /** The same, with less time. */
    private static Association brief(Association given) {
        EdgeLambda function = given.function();
        return new Association(
                new EdgeLambda(function.arn(), function.runtime(), function.handler(), 128, 1, function.codeSha256()),
                true);
    }

    private static void serve(
            ScenarioEdge edge,
            ScriptedOrigin origin,
            @Nullable String viewerRequest,
            @Nullable String originRequest,
            @Nullable String originResponse,
            @Nullable String viewerResponse) {
        edge.serve(distribution(origin)
                .byDefault(b -> b.allMethods()
                        .lambdas(new EdgeLambdas(
                                node(edge, viewerRequest),
                                node(edge, originRequest),
                                node(edge, originResponse),
                                node(edge, viewerResponse)))));
    }

    @Scenario
    void eachEventChangesWhatItMay(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, """
                request.uri = '/v' + request.uri;
                request.headers['x-seen'] = [{key: 'X-Seen', value: [cf.config.eventType, request.clientIp, request.method,
                    request.querystring, request.headers.host[0].value, cf.config.distributionId, 'origin' in request].join()}];
                return request;""", """
                request.uri = '/o' + request.uri;
                request.querystring = 'a=b';
                request.headers['x-origin'] = [{value: [cf.config.eventType, request.origin.custom.domainName,
                    request.origin.custom.port, request.origin.custom.protocol, request.headers['user-agent'][0].value].join()}];
                return request;""", """
                response.headers['x-stored'] = [{key: 'X-Stored', value: response.status + response.statusDescription + request.uri}];
                if (request.uri.endsWith('.new')) response.body = 'made new';
                return response;""", """
                response.headers['x-last'] = [{key: 'X-Last', value: response.status + request.uri}];
                return response;""");
        origin.on("GET", "/o/v/a?a=b").reply(200, maxAge(60), etag("v"), body("hello"));
        origin.on("GET", "/o/v/b.new?a=b").reply(200, maxAge(60), header("X-Kept", "k"), body("hello, old"));
        for (boolean hit : new boolean[] {false, true, true}) {
            expect(viewer.get("/a", "X-Seen", "forged"))
                    .status(200)
                    .body("hello")
                    .hitElseMiss(hit)
                    .header("X-Stored", "200OK/o/v/a")
                    .header("X-Last", "200/v/a");
        }
        origin.expectRequests(1);
        String seen = String.valueOf(origin.lastRequest().header("X-Origin"));
        assertTrue(seen.matches("origin-request,[a-z0-9.]+," + origin.port() + ",http,Amazon CloudFront"), seen);
        expect(viewer.get("/b.new")).status(200).body("made new").header("X-Kept", "k");
        expect(viewer.get("/b.new")).status(200).body("made new").hit();
        expect(viewer.get("/a", "If-None-Match", "\"v\"")).status(304).header("X-Last", "304/v/a");
    }

    @Scenario
    void aGeneratedResponseIsStoredWhereTheOriginsWouldBe(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, """
                return request.uri === '/login' ? {status: '302', statusDescription: 'Found', headers: {
                    location: [{key: 'Location', value: '/in'}],
                    'set-cookie': [{value: 'a=1'}, {value: 'b=2'}]}} : request;""", """
                return {status: '404', headers: {'cache-control': [{value: 'max-age=60'}]},
                    body: Buffer.from('none ' + Date.now()).toString('base64'), bodyEncoding: 'base64'};""", "throw new Error('not for generated responses');", null);
        expect(viewer.get("/login"))
                .status(302)
                .header("Location", "/in")
                .header("X-Cache", "LambdaGeneratedResponse from cloudfront")
                .body("");
        expect(viewer.get("/a"))
                .status(404)
                .bodyContains("none 1")
                .header("X-Cache", "LambdaGeneratedResponse from cloudfront");
        expect(viewer.get("/a")).status(404).bodyContains("none 1").header("X-Cache", "Error from cloudfront");
        origin.expectRequests(0);
        assertTrue(edge.logLines(2).stream().anyMatch(line -> line.contains("LambdaGeneratedResponse")));
    }

    @Scenario
    void contentIsShownAndReplaced(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, """
                const text = Buffer.from(request.body.data, 'base64').toString();
                request.headers['x-viewer'] = [{value: text.length + ' ' + request.body.inputTruncated}];
                if (text === 'mine') request.body = {action: 'replace', encoding: 'text', data: 'yours'};
                return request;""", """
                const text = Buffer.from(request.body.data, 'base64').toString();
                request.headers['x-origin'] = [{value: text.length + ' ' + request.body.inputTruncated}];
                if (text === 'yours') request.body = {action: 'replace', encoding: 'base64', data: 'dGhlaXJz'};
                return request;""", null, null);
        origin.on("POST", "/a").reply(200, body("done"));
        expect(viewer.request("POST", "/a").body("mine").send()).status(200).body("done");
        assertEquals("theirs", origin.lastRequest().body().text());
        assertEquals("5 false", origin.lastRequest().header("X-Origin"));
        String large = "x".repeat(1_100_000);
        expect(viewer.request("POST", "/a").body(large).send()).status(200).body("done");
        assertEquals(large.length(), origin.lastRequest().body().size());
        assertEquals("1048576 true", origin.lastRequest().header("X-Origin"));
    }

    @Scenario
    void whatFailsIsTheFunctionsOwn(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer)
            throws IOException {
        String breaks = """
                console.log('asked for', request.uri, 'at', cf.config.eventType);
                const how = request.uri.split('/')[2], made = response || request;
                if (request.uri.split('/')[1] !== cf.config.eventType) return made;
                if (how === 'throws') throw new TypeError('mine');
                if (how === 'null') return;
                if (how === 'text') return 'text';
                if (how === 'exits') process.exit(3);
                if (how === 'killed') process.kill(process.pid, 'SIGKILL');
                if (how === 'status') return {...made, status: '99'};
                if (how === 'split') made.headers['x-a'] = [{value: 'a\\r\\nSet-Cookie: b=c'}];
                if (how === 'noarray') made.headers['x-a'] = {value: 'a'};
                if (how === 'upgrade') made.headers['x-cache'] = [{value: 'Hit from nowhere'}];
                if (how === 'via') made.headers.via = [{value: '1.1 me'}];
                if (how === 'uri') request.uri = 'no slash';
                if (how === 'large') return {...made, status: '200', body: 'x'.repeat(2 << 20)};
                return made;""";
        serve(edge, origin, breaks, breaks, breaks, breaks);
        for (String event : List.of("viewer-request", "origin-request", "origin-response", "viewer-response")) {
            origin.on("GET", "/" + event + "/fine").reply(200, maxAge(0), body("fine"));
            // A new process takes its time.
            for (String how : event.endsWith("-request") ? List.of("throws", "exits", "killed") : List.of("throws")) {
                origin.on("GET", "/" + event + "/" + how).reply(200, maxAge(0), body("fine"));
                expect(viewer.get("/" + event + "/" + how))
                        .status(503)
                        .header("X-Cache", "LambdaExecutionError from cloudfront")
                        .bodyContains("The Lambda function associated with the CloudFront distribution is invalid");
                expect(viewer.get("/" + event + "/fine")).status(200).body("fine");
            }
            for (String how : List.of("null", "text", "status", "split", "noarray", "upgrade", "via", "large")) {
                origin.on("GET", "/" + event + "/" + how).reply(200, maxAge(0), body("fine"));
                expect(viewer.get("/" + event + "/" + how))
                        .status(502)
                        .header("X-Cache", "LambdaValidationError from cloudfront")
                        .bodyContains("The Lambda function result failed validation: ");
            }
        }
        expect(viewer.get("/origin-request/uri")).status(502);
        assertTrue(edge.logLines(20).stream().anyMatch(line -> line.contains("LambdaValidationError")));
        Path log = edge.state().resolve("functions/f.log");
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (!read(log).contains("exit status 3")) Thread.onSpinWait();
        });
        String text = read(log);
        assertTrue(text.contains("TypeError: mine") && text.contains("index.js:"), text);
        assertTrue(text.contains("asked for /origin-response/throws at origin-response"), text);
    }

    @Scenario
    void whatAFunctionDoesAfterItsAnswerFailsNoRequest(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer)
            throws IOException {
        String node = """
                const fs = require('fs');
                const after = {
                    closes: () => fs.closeSync(3),
                    throws: () => { throw new Error('late'); },
                    timer: () => setTimeout(() => { throw new Error('timer'); }, 1),
                    rejects: () => { Promise.reject(new Error('rejected')); },
                    exits: () => process.exit(3),
                    kills: () => process.kill(process.pid, 'SIGKILL'),
                    garbage: () => fs.writeSync(4, 'garbage\\n'),
                    half: () => fs.writeSync(4, '{"id":'),
                    fatal: () => fs.writeSync(4, '{"fatal":true}\\n'),
                    talks: () => { for (let i = 0; i < 500; i++) console.log('talks', i); },
                    spins: () => { for (;;); },
                }[request.uri.slice(1)];
                if (after) setImmediate(after);
                return {status: '200', headers: {'cache-control': [{value: 'no-store'}]}, body: 'node'};""";
        String python = """
                import os
                class Answer(dict):
                    def __init__(self, uri):
                        super().__init__(status="200", headers={"cache-control": [{"value": "no-store"}]}, body="python")
                        self.uri = uri
                    def __del__(self):
                        if self.uri == "/closes": os.close(3)
                        if self.uri == "/exits": os._exit(3)
                        if self.uri == "/garbage": os.write(4, b"garbage\\n")
                        if self.uri == "/forks": os.fork()
                def handler(event, context):
                    return Answer(event["Records"][0]["cf"]["request"]["uri"])
                """;
        EdgeLambda second = edge.lambda("p", "python3.12", "f.py", python);
        edge.serve(distribution(origin).byDefault(b -> b.lambdas(new EdgeLambdas(node(edge, node), null, null, null))));
        answersAll(viewer, "node", "closes", "throws", "timer", "exits", "kills", "garbage", "half", "fatal", "talks");
        edge.serve(distribution(origin).byDefault(b -> b.lambdas(new EdgeLambdas(null, node(edge, node), null, null))));
        answersAll(viewer, "node", "rejects", "spins");
        edge.serve(distribution(origin)
                .byDefault(b -> b.lambdas(new EdgeLambdas(new Association(second, false), null, null, null))));
        answersAll(viewer, "python", "closes", "exits", "garbage", "forks");
        Path log = edge.state().resolve("functions/f.log");
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (!read(log).contains("after an earlier run had answered: Error: late")) Thread.onSpinWait();
        });
    }

    private static void answersAll(ScriptedViewer viewer, String content, String... ways) {
        for (String how : ways) {
            for (String path : List.of("/" + how, "/fine", "/fine")) {
                var answer = viewer.get(path);
                assertEquals(200, answer.awaitHead(), () -> how + " of " + content);
                expect(answer).body(content);
            }
        }
    }

    @Scenario
    void whatIsTooMuchForAnEventLoopIsStillDone(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer)
            throws IOException {
        Association asks = node(edge, """
                if (request.uri === '/talks') for (let i = 0; i < 500; i++) console.log('line', i);
                if (request.uri === '/prints') process.stdout.write('a'.repeat(100000) + '\\n');
                if (request.uri === '/rejects') Promise.reject(new RangeError('nobody listens'));
                if (request.uri === '/rejects') await new Promise((done) => setTimeout(done, 1000));
                if (request.uri === '/hangs') while (true);
                return request;""");
        Association answers = node(edge, """
                return {status: '200', headers: {'cache-control': [{value: 'no-store'}]},
                    body: (request.headers.cookie ? request.headers.cookie[0].value : 'b').repeat(50)};""");
        edge.serve(distribution(origin)
                .byDefault(b -> b.lambdas(new EdgeLambdas(brief(Objects.requireNonNull(asks)), answers, null, null))));
        expect(viewer.get("/talks")).status(200);
        expect(viewer.get("/prints")).status(200);
        for (String path : List.of("/rejects", "/hangs")) {
            expect(viewer.get(path)).status(503).header("X-Cache", "LambdaExecutionError from cloudfront");
            expect(viewer.get("/fine")).status(200).body("b".repeat(50));
        }
        Path log = edge.state().resolve("functions/f.log");
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (!read(log).contains("timed out")) Thread.onSpinWait();
        });
        String text = read(log);
        assertTrue(text.contains("line 499") && text.contains("RangeError: nobody listens"), text);
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Scenario
    void anOriginIsChosen(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        EdgeLambda python = edge.lambda("p", "python3.12", "f.py", """
                def handler(event, context):
                    request = event['Records'][0]['cf']['request']
                    print('at', request['uri'])
                    custom = request['origin']['custom']
                    if request['uri'] == '/bad':
                        custom['path'] = 'none/'
                    if request['uri'] == '/both':
                        request['origin']['s3'] = {'domainName': 'b.s3.amazonaws.com'}
                    custom['path'] = custom['path'] or '/chosen'
                    custom['domainName'] = 'localhost'
                    custom['customHeaders'] = {'x-mine': [{'key': 'X-Mine', 'value': 'yes'}]}
                    request['headers']['host'] = [{'key': 'Host', 'value': 'chosen.example.com'}]
                    return request
                """);
        edge.serve(distribution(origin)
                .byDefault(b -> b.lambdas(new EdgeLambdas(null, new Association(python, false), null, null))));
        origin.on("GET", "/chosen/a").reply(200, maxAge(60), body("chosen"));
        expect(viewer.get("/a")).status(200).body("chosen").miss();
        assertEquals("chosen.example.com", origin.lastRequest().header("Host"));
        assertEquals("yes", origin.lastRequest().header("X-Mine"));
        expect(viewer.get("/a")).status(200).body("chosen").hit();
        expect(viewer.get("/bad")).status(502).bodyContains("The path of the origin");
        expect(viewer.get("/both")).status(502).bodyContains("exactly one of custom and s3");
    }

    @Scenario
    void eachOriginOfAGroupHasItsRuns(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        Association asks =
                node(edge, "request.headers['x-path'] = [{value: request.origin.custom.path}]; return request;");
        Association answers = node(
                edge, "response.headers['x-from'] = [{value: request.headers['x-path'][0].value}]; return response;");
        edge.serve(distribution(origin)
                .byDefault(b -> b.origin(o -> o.path("/first"))
                        .failover(OriginBuilder.origin(origin.port()).path("/second"), 503)
                        .lambdas(new EdgeLambdas(null, asks, answers, null))));
        origin.on("GET", "/first/a").reply(503, body("no"));
        origin.on("GET", "/second/a").reply(200, maxAge(60), body("yes"));
        expect(viewer.get("/a")).status(200).body("yes").header("X-From", "/second");
        assertNull(origin.lastRequest().header("X-From"));
        origin.expectRequests(2);
    }
}
