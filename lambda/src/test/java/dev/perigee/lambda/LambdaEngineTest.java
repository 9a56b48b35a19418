package dev.perigee.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.lambda.Outcome.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions in their processes: needs node and python3, which continuous integration installs; skipped without them. */
class LambdaEngineTest {
    private static final LambdaLimits LIMITS = new LambdaLimits(
            6, 2, 1, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofMinutes(5), 1 << 20, 4096);

    private static LambdaEngine engine;

    @BeforeAll
    static void start(@TempDir Path folder) {
        boolean installed = Interpreter.find(Interpreter.Language.NODE) != null
                && Interpreter.find(Interpreter.Language.PYTHON) != null;
        assumeTrue(installed, "Debian's nodejs and python3 are not installed");
        engine = new LambdaEngine(folder, LIMITS, true, null);
    }

    @AfterAll
    static void stop() {
        if (engine != null) engine.close();
    }

    private static EdgeLambda node(String body) throws Exception {
        return function("nodejs20.x", "index.handler", "index.js", "exports.handler = " + body);
    }

    private static EdgeLambda python(String source) throws Exception {
        return function("python3.11", "f.handler", "f.py", source);
    }

    private static EdgeLambda function(String runtime, String handler, String file, String source) throws Exception {
        String arn = "arn:aws:lambda:us-east-1:123456789012:function:f:1";
        return new EdgeLambda(arn, runtime, handler, 128, 3, engine.packages().put(Zips.of(file, source)));
    }

    private static CompletableFuture<Outcome> started(EdgeLambda function, String event, Duration timeout) {
        var outcome = new CompletableFuture<Outcome>();
        engine.run(function, event.getBytes(StandardCharsets.UTF_8), "request-1", timeout, outcome::complete);
        return outcome;
    }

    private static Outcome run(EdgeLambda function, String event) throws Exception {
        return started(function, event, Duration.ofSeconds(20)).get(60, TimeUnit.SECONDS);
    }

    private static String returned(EdgeLambda function, String event) throws Exception {
        Outcome outcome = run(function, event);
        return assertInstanceOf(Outcome.Returned.class, outcome, () -> String.valueOf(outcome))
                .result()
                .toString();
    }

    private static Outcome.Failed failed(EdgeLambda function, String event, Reason reason) throws Exception {
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, run(function, event));
        assertEquals(reason, failed.reason(), () -> String.valueOf(failed));
        return failed;
    }

    @Test
    void handlersOfNodeAnswerInEveryWay() throws Exception {
        EdgeLambda function = node("""
                (event, context, callback) => {
                    switch (event.how) {
                        case 'promise': return Promise.resolve({a: event.x, id: context.awsRequestId});
                        case 'callback': setTimeout(() => callback(null, [1]), 1); return;
                        case 'nothing': return;
                        case 'plain': return 'ignored';
                        case 'unicode': callback(null, 'é€😀\\n'); return;
                    }
                };""");
        assertEquals("{\"a\":1,\"id\":\"request-1\"}", returned(function, "{\"how\":\"promise\",\"x\":1}"));
        assertEquals("[1]", returned(function, "{\"how\":\"callback\"}"));
        assertEquals("null", returned(function, "{\"how\":\"nothing\"}"));
        assertEquals("null", returned(function, "{\"how\":\"plain\"}"));
        assertEquals("\"é€😀\\n\"", returned(function, "{\"how\":\"unicode\"}"));
    }

    @Test
    void whatIsSaidIsKeptWithItsRun() throws Exception {
        EdgeLambda function = node("""
                async (event) => {
                    console.log('one', {two: 2});
                    console.error('three');
                    process.stdout.write('four\\n');
                    if (event.throws) throw new TypeError('mine');
                    if (event.much) for (let i = 0; i < 1000; i++) console.log('0123456789');
                    return null;
                };""");
        Outcome outcome = run(function, "{}");
        // What goes past the console comes by another way, sooner or later.
        List<String> lines =
                outcome.logs().stream().filter(line -> !line.equals("four")).toList();
        assertEquals(List.of("INFO\tone { two: 2 }", "ERROR\tthree"), lines);
        Outcome.Failed failed = failed(function, "{\"throws\":1}", Reason.THREW);
        assertEquals("TypeError", failed.type());
        assertEquals("mine", failed.message());
        assertTrue(failed.trace().get(1).contains("index.js"), () -> String.valueOf(failed));
        List<String> much = run(function, "{\"much\":1}").logs();
        assertTrue(String.join("\n", much).length() < 5000 && much.getLast().contains("left out"), much::toString);
    }

    @Test
    void handlersOfPythonAnswer() throws Exception {
        EdgeLambda function = python("""
                import logging, sys
                def handler(event, context):
                    print("said", event["x"])
                    logging.getLogger().warning("logged")
                    if event["x"] == 2: raise KeyError("mine")
                    if event["x"] == 3: sys.exit(3)
                    if event["x"] == 4: return {1, 2}
                    if event["x"] == 5: return float("nan")
                    if event["x"] == 6: return sys.stdout.buffer.write("é\\n".encode())
                    return {"x": event["x"] * 2, "name": context.function_name, "left": context.get_remaining_time_in_millis() > 0}
                """);
        Outcome outcome = run(function, "{\"x\":21}");
        assertEquals(List.of("said 21", "WARNING\tlogged"), outcome.logs());
        assertEquals("{\"x\":42,\"name\":\"us-east-1.f\",\"left\":true}", returned(function, "{\"x\":21}"));
        Outcome.Failed failed = failed(function, "{\"x\":2}", Reason.THREW);
        assertEquals("KeyError", failed.type());
        assertTrue(String.join("\n", failed.trace()).contains("f.py"), () -> String.valueOf(failed));
        assertFalse(String.join("\n", failed.trace()).contains("bootstrap"), () -> String.valueOf(failed));
        failed(function, "{\"x\":3}", Reason.CRASHED);
        for (int x : new int[] {4, 5}) {
            assertEquals(
                    "Runtime.MarshalError",
                    failed(function, "{\"x\":" + x + "}", Reason.THREW).type());
        }
        assertTrue(run(function, "{\"x\":6}").logs().contains("é"));
        assertEquals("42", returned(function, "{\"x\":21}").substring(5, 7));
    }

    @Test
    void whatCannotBeLoadedSaysWhy() throws Exception {
        assertTrue(failed(node("nonsense("), "{}", Reason.NOT_LOADED).type().contains("SyntaxError"));
        assertTrue(failed(node("require('@aws-sdk/client-s3').S3Client"), "{}", Reason.NOT_LOADED)
                .message()
                .contains("put it into the package"));
        assertTrue(failed(node("17"), "{}", Reason.NOT_LOADED).message().contains("index.handler"));
        assertTrue(failed(function("nodejs20.x", "a.b", "c.js", ""), "{}", Reason.NOT_LOADED)
                .message()
                .contains("Cannot find module 'a'"));
        assertTrue(failed(python("def other(): pass"), "{}", Reason.NOT_LOADED)
                .message()
                .contains("handler"));
        assertTrue(failed(function("ruby3.2", "a.b", "c.rb", ""), "{}", Reason.NOT_LOADED)
                .message()
                .contains("ruby3.2"));
    }

    @Test
    void aProcessThatEndsFailsOneRun() throws Exception {
        EdgeLambda function = node("""
                async (event) => {
                    if (event.how === 'exit') process.exit(7);
                    if (event.how === 'kill') process.kill(process.pid, 'SIGKILL');
                    if (event.how === 'later') { setTimeout(() => { throw new Error('later'); }, 0); await new Promise(() => setTimeout(() => 0, 9000)); }
                    if (event.how === 'large') return 'x'.repeat(2 << 20);
                    return process.pid;
                };""");
        String before = returned(function, "{}");
        assertTrue(
                failed(function, "{\"how\":\"exit\"}", Reason.CRASHED).message().contains("exit status 7"));
        assertTrue(
                failed(function, "{\"how\":\"kill\"}", Reason.CRASHED).message().contains("Runtime exited"));
        returned(function, "{}");
        assertEquals(
                "later", failed(function, "{\"how\":\"later\"}", Reason.THREW).message());
        failed(function, "{\"how\":\"large\"}", Reason.TOO_LARGE);
        assertTrue(returned(function, "{}").matches("\\d+") && before.matches("\\d+"));
    }

    /** It may do with its own descriptors what it likes: one run fails, and the next has another process. */
    @Test
    void aFunctionThatBreaksItsRuntimeFailsOneRun() throws Exception {
        EdgeLambda function = node("""
                async (event) => {
                    const fs = require('fs');
                    if (event.how === 'closes') fs.closeSync(4);
                    if (event.how === 'garbage') fs.writeSync(4, 'garbage\\n');
                    if (event.how === 'half') fs.writeSync(4, '{"id":');
                    if (event.how === 'forges') fs.writeSync(4, '[1,2]\\n');
                    return 'fine';
                };""");
        failed(function, "{\"how\":\"closes\"}", Reason.CRASHED);
        for (String how : List.of("fine", "garbage", "half", "forges")) {
            assertEquals("\"fine\"", returned(function, "{\"how\":\"" + how + "\"}"), how);
        }
        assertTrue(run(function, "{\"how\":\"garbage\"}").logs().contains("garbage"));
    }

    /** It has answered, so its run is well; and the next has not begun, so that another process can have it. */
    @Test
    void whatNodeDoesAfterItsAnswerFailsNobody() throws Exception {
        EdgeLambda function = node("""
                (event, context, callback) => {
                    const fs = require('fs');
                    const later = {
                        closes: () => fs.closeSync(3),
                        throws: () => { throw new Error('late'); },
                        throwsLater: () => setTimeout(() => { throw new Error('later'); }, 1),
                        rejects: () => { Promise.reject(new Error('late')); },
                        exits: () => process.exit(3),
                        exitsLater: () => setImmediate(() => process.exit(3)),
                        kills: () => process.kill(process.pid, 'SIGKILL'),
                        garbage: () => fs.writeSync(4, 'garbage\\n'),
                        half: () => fs.writeSync(4, '{"id":'),
                        forges: () => fs.writeSync(4, '{"id":"other","result":"forged"}\\n'),
                        fatal: () => fs.writeSync(4, '{"fatal":true,"error":{"errorType":"E","errorMessage":"m"}}\\n'),
                        talks: () => { for (let i = 0; i < 500; i++) console.log('talks'); },
                        spins: () => { for (;;); },
                        patches: () => { Buffer.from = Buffer.concat = Array.prototype.push = () => { throw 1; }; },
                        breaks: () => { Buffer.prototype.toString = String.prototype.split = () => { throw 1; };
                            Array.prototype[Symbol.iterator] = () => { throw 1; }; setTimeout(() => 0, 9000); },
                    };
                    callback(null, 'fine');
                    if (event.how) later[event.how]();
                };""");
        for (String how : List.of(
                "closes",
                "throws",
                "throwsLater",
                "rejects",
                "exits",
                "exitsLater",
                "kills",
                "garbage",
                "half",
                "forges",
                "fatal",
                "talks",
                "patches",
                "breaks",
                "spins")) {
            assertEquals("\"fine\"", returned(function, "{\"how\":\"" + how + "\"}"), how);
            assertEquals("\"fine\"", returned(function, "{}"), how);
        }
        returned(function, "{\"how\":\"throws\"}");
        List<String> logs = run(function, "{}").logs();
        assertTrue(
                logs.isEmpty() || logs.getFirst().equals("ERROR\tafter an earlier run had answered: Error: late"),
                logs::toString);
    }

    @Test
    void whatPythonDoesAfterItsAnswerFailsNobody() throws Exception {
        EdgeLambda function = python("""
                import os, signal, sys, threading
                class Answer(dict):
                    def __init__(self, then):
                        super().__init__(a=1)
                        self.then = then
                    def __del__(self):
                        self.then()
                def handler(event, context):
                    return Answer({
                        "closes": lambda: os.close(3),
                        "exits": lambda: os._exit(3),
                        "kills": lambda: os.kill(os.getpid(), signal.SIGKILL),
                        "garbage": lambda: os.write(4, b"garbage\\n"),
                        "half": lambda: os.write(4, b'{"id":'),
                        "talks": lambda: [print("talks") for _ in range(500)],
                        "nothing": lambda: None,
                    }[event["how"]])
                """);
        for (String how : List.of("closes", "exits", "kills", "garbage", "half", "talks")) {
            assertEquals("{\"a\":1}", returned(function, "{\"how\":\"" + how + "\"}"), how);
            assertEquals("{\"a\":1}", returned(function, "{\"how\":\"nothing\"}"), how);
        }
    }

    @Test
    void aProcessThatWasForkedNeitherAnswersNorAsks() throws Exception {
        EdgeLambda function = python("""
                import os
                mine = os.getpid()
                def handler(event, context):
                    if event["forks"]: os.fork()
                    return "mine" if os.getpid() == mine else "another's"
                """);
        for (int i = 0; i < 6; i++) {
            assertEquals("\"mine\"", returned(function, "{\"forks\":" + (i % 2 == 0 ? 1 : 0) + "}"));
        }
    }

    /** One that does so each time fails each time: it has begun. */
    @Test
    void aFunctionThatAlwaysEndsItsProcessAlwaysFails() throws Exception {
        EdgeLambda node = node("async (event) => { process.kill(process.pid, 'SIGKILL'); }");
        EdgeLambda python = python("import os\ndef handler(event, context): os._exit(7)");
        for (int i = 0; i < 2; i++) {
            failed(node, "{}", Reason.CRASHED);
            assertTrue(failed(python, "{}", Reason.CRASHED).message().contains("exit status 7"));
        }
    }

    @Test
    void whatCannotBeMarshalledOrDescribedIsTheRunsOwn() throws Exception {
        EdgeLambda function = node("""
                async (event) => {
                    const self = {}; self.self = self;
                    switch (event.how) {
                        case 'cyclic': return self;
                        case 'bigint': return 10n;
                        case 'getter': return { get a() { throw null; } };
                        case 'proxy': return new Proxy({}, { ownKeys() { throw 'mine'; } });
                        case 'frozen': return { toJSON() { throw Object.freeze(new Error('frozen')); } };
                        case 'message': throw Object.defineProperty(new Error(), 'message', { get() { throw new Error(); } });
                        case 'prototype': throw new Proxy({}, { getPrototypeOf() { throw 1; } });
                        case 'function': return () => 1;
                        case 'deep': { const o = {}; for (let at = o, i = 0; i < 3000; i++) at = at.a = {}; return o; }
                        case 'pollutes': Object.prototype.toJSON = () => 'polluted'; return { a: 1 };
                        case 'shouts': console.log('x'.repeat(3 << 20)); return 'heard';
                    }
                    return 'fine';
                };""");
        for (String how : List.of("cyclic", "bigint", "getter", "proxy", "frozen", "deep")) {
            assertEquals(
                    "Runtime.MarshalError",
                    failed(function, "{\"how\":\"" + how + "\"}", Reason.THREW).type(),
                    how);
        }
        for (String how : List.of("message", "prototype")) failed(function, "{\"how\":\"" + how + "\"}", Reason.THREW);
        assertEquals("null", returned(function, "{\"how\":\"function\"}"));
        assertEquals("\"heard\"", returned(function, "{\"how\":\"shouts\"}"));
        assertEquals("\"polluted\"", returned(function, "{\"how\":\"pollutes\"}"));
        assertEquals("\"fine\"", returned(function, "{}"));
        EdgeLambda python = python("""
                class Silent(Exception):
                    def __str__(self): raise self
                def handler(event, context):
                    if event["how"] == "raises": raise Silent()
                    if event["how"] == "shouts": print("x" * (3 << 20))
                    if event["how"] == "deep":
                        made = []
                        for _ in range(900): made = [made]
                        return [made, 10 ** 2000]
                    return "fine"
                """);
        for (String how : List.of("raises", "deep")) failed(python, "{\"how\":\"" + how + "\"}", Reason.THREW);
        assertEquals("\"fine\"", returned(python, "{\"how\":\"shouts\"}"));
    }

    @Test
    void whatIsLeftInTheEventLoopHoldsUpNobody() throws Exception {
        EdgeLambda function = node("""
                (event, context, callback) => {
                    setInterval(() => 0, 1);
                    setTimeout(() => 0, 100000);
                    if (event.later) setTimeout(() => callback(null, 'later'), 5);
                    else callback(null, 'at once');
                };""");
        for (int i = 0; i < 3; i++) {
            assertEquals("\"at once\"", returned(function, "{}"));
            assertEquals("\"later\"", returned(function, "{\"later\":1}"));
        }
        // Longer than a pipe holds, and than what is read at once.
        String large = "{\"x\":\"" + "é".repeat(300_000) + "\"}";
        assertEquals("300000", returned(node("async (event) => event.x.length"), large));
    }

    @Test
    void whatHangsIsEnded() throws Exception {
        EdgeLambda function = node(
                "async (event) => { console.log('spins'); while (event.spin); while (event.floods) { console.log('x'.repeat(999)); process.stdout.write('y'.repeat(999)); } await new Promise(r => setTimeout(r, event.wait)); return 1; }");
        assertEquals("1", returned(function, "{\"wait\":0}"));
        for (String event : List.of("{\"spin\":1}", "{\"wait\":60000}", "{\"floods\":1}")) {
            Outcome outcome = started(function, event, Duration.ofMillis(300)).get(30, TimeUnit.SECONDS);
            Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, outcome);
            assertEquals(Reason.TIMED_OUT, failed.reason());
            assertEquals("Task timed out after 0.30 seconds", failed.message());
            assertEquals("INFO\tspins", failed.logs().getFirst());
            assertTrue(String.join("\n", failed.logs()).length() < 5000, "a flood has a bound");
        }
        assertEquals("1", returned(function, "{\"wait\":0}"));
    }

    @Test
    void moreThanItsShareIsThrottled() throws Exception {
        EdgeLambda function = node("async (event) => { await new Promise(r => setTimeout(r, 700)); return 1; }");
        engine.install("IAD", Set.of(function));
        List<CompletableFuture<Outcome>> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) runs.add(started(function, "{}", Duration.ofSeconds(10)));
        int throttled = 0;
        for (CompletableFuture<Outcome> each : runs) {
            Outcome outcome = each.get(30, TimeUnit.SECONDS);
            if (outcome instanceof Outcome.Failed(Reason reason, var _, var _, var _, var _, var _)) {
                assertEquals(Reason.THROTTLED, reason);
                throttled++;
            }
        }
        assertEquals(2, throttled, "one beyond the queue, one that has waited");
        engine.install("IAD", Set.of());
    }

    @Test
    void theSandboxSaysWhatItIs() {
        assertTrue(List.of("bubblewrap", "permission", "prlimit", "none").contains(engine.sandbox()));
        assertTrue(engine.gaps().stream().anyMatch(gap -> gap.startsWith("network")), engine.gaps()::toString);
    }
}
