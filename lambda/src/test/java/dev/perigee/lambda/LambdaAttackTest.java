package dev.perigee.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.lambda.Outcome.Reason;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions that mean ill, in every sandbox that this machine has; what one does not protect is not expected of it. */
@Tag("full")
class LambdaAttackTest {
    private static final LambdaLimits LIMITS = new LambdaLimits(
            6, 1, 8, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMinutes(5), 1 << 20, 64 << 10);

    private record Attacked(LambdaEngine engine, Sandbox.Kind kind) {
        EdgeLambda function(String runtime, String file, String source) throws Exception {
            String arn = "arn:aws:lambda:us-east-1:123456789012:function:f:1";
            String handler = file.substring(0, file.indexOf('.')) + ".handler";
            return new EdgeLambda(
                    arn, runtime, handler, 128, 10, engine.packages().put(Zips.of(file, source)));
        }

        Outcome run(EdgeLambda function, String event) throws Exception {
            var outcome = new CompletableFuture<Outcome>();
            byte[] octets = event.getBytes(StandardCharsets.UTF_8);
            engine.run(function, octets, "request-1", Duration.ofSeconds(15), outcome::complete);
            return outcome.get(60, TimeUnit.SECONDS);
        }

        String said(EdgeLambda function, String event) throws Exception {
            Outcome outcome = run(function, event);
            return assertInstanceOf(Outcome.Returned.class, outcome, () -> String.valueOf(outcome))
                    .result()
                    .asText();
        }
    }

    private static final String NODE = """
            const fs = require('fs'), net = require('net');
            exports.handler = async (event) => {
                switch (event.do) {
                    case 'read': try { return fs.readFileSync(event.path, 'utf8'); } catch (e) { return 'refused ' + e.code; }
                    case 'list': try { return fs.readdirSync(event.path).join(); } catch (e) { return 'refused ' + e.code; }
                    case 'write': try { fs.writeFileSync(event.path, 'x'); return 'written'; } catch (e) { return 'refused ' + e.code; }
                    case 'connect': return new Promise((done) => {
                        const socket = net.connect(event.port, '127.0.0.1', () => done('connected'));
                        socket.on('error', (e) => done('refused ' + e.code));
                    });
                    case 'heap': { const a = []; for (;;) a.push('x'.repeat(1 << 20) + a.length); }
                    case 'buffers': { const a = []; for (;;) { a.push(Buffer.alloc(64 << 20, 1)); } }
                    case 'spawn': try { require('child_process').execSync('true'); return 'spawned'; } catch (e) { return 'refused ' + e.code; }
                    case 'bomb': { let n = 0; try { for (;;) { require('child_process').spawn('/bin/sleep', ['60']).on('error', () => 0); n++; if (n > 2000) return 'unbounded'; } } catch (e) { return 'bounded'; } }
                    case 'environment': return Object.keys(process.env).join() + ' ' + process.getuid();
                    case 'forge': fs.writeSync(4, '{"id":"other","result":"forged"}\\n'); return 'mine';
                    case 'wait': await new Promise((done) => setTimeout(done, 60000)); return 'waited';
                    case 'garbage': fs.writeSync(4, 'no json\\n'); return 'mine';
                }
                return 'fine';
            };""";

    private static final String PYTHON = """
            import os, socket, time
            def handler(event, context):
                try:
                    if event["do"] == "read":
                        return open(event["path"]).read()
                    if event["do"] == "connect":
                        socket.create_connection(("127.0.0.1", event["port"]), 2)
                        return "connected"
                    if event["do"] == "memory":
                        held = []
                        while True:
                            held.append(bytearray(64 << 20))
                    if event["do"] == "wait":
                        time.sleep(60)
                    if event["do"] == "bomb":
                        for n in range(2000):
                            if os.fork() == 0:
                                time.sleep(60)
                        return "unbounded"
                except MemoryError:
                    return "refused memory"
                except OSError as e:
                    return "refused %s" % e.errno
                return "fine"
            """;

    @ParameterizedTest
    @EnumSource(Sandbox.Kind.class)
    void whatItDoesStaysItsOwn(Sandbox.Kind best, @TempDir Path folder, TestReporter report) throws Exception {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "secret");
        try (var engine = new LambdaEngine(folder.resolve("lambda"), LIMITS, false, null, best);
                ServerSocket port = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            var attacked = new Attacked(engine, kind(engine));
            report.publishEntry(
                    Map.of("asked for", best.name(), "sandbox", engine.sandbox(), "gaps", engine.gaps() + ""));
            EdgeLambda node = attacked.function("nodejs20.x", "index.js", NODE);
            EdgeLambda python = attacked.function("python3.12", "f.py", PYTHON);
            files(attacked, node, python, secret, folder);
            sockets(attacked, node, python, port.getLocalPort());
            protocol(attacked, node);
            if (attacked.kind() != Sandbox.Kind.NONE) memory(attacked, node, python);
            processes(attacked, node, python);
            killed(attacked, node, "node");
            killed(attacked, python, "python");
            assertEquals("fine", attacked.said(node, "{}"));
            assertEquals("fine", attacked.said(python, "{\"do\":\"nothing\"}"));
        }
    }

    private static Sandbox.Kind kind(LambdaEngine engine) {
        return Sandbox.Kind.valueOf(engine.sandbox().toUpperCase(java.util.Locale.ROOT));
    }

    private static void files(Attacked attacked, EdgeLambda node, EdgeLambda python, Path secret, Path folder)
            throws Exception {
        String read = "{\"do\":\"read\",\"path\":\"" + secret + "\"}";
        String other = "{\"do\":\"read\",\"path\":\"" + folder + "/lambda/code/" + python.codeSha256() + "/f.py\"}";
        boolean ofNode = attacked.kind().compareTo(Sandbox.Kind.PERMISSION) <= 0;
        boolean ofPython = attacked.kind() == Sandbox.Kind.BUBBLEWRAP;
        attacked.said(python, "{\"do\":\"nothing\"}");
        assertEquals(ofNode, attacked.said(node, read).startsWith("refused"), "Node.js reads the data folder");
        assertEquals(ofNode, attacked.said(node, other).startsWith("refused"), "Node.js reads another's file");
        assertEquals(ofPython, attacked.said(python, read).startsWith("refused"), "Python reads the data folder");
        if (ofNode) {
            for (String path : List.of(
                    "/proc/1/environ",
                    System.getProperty("user.home") + "/.aws/credentials",
                    "/proc/1/root" + secret)) {
                String said = attacked.said(node, "{\"do\":\"read\",\"path\":\"" + path + "\"}");
                assertFalse(said.contains("secret"), said);
            }
            assertTrue(attacked.said(node, "{\"do\":\"write\",\"path\":\"/var/task/index.js\"}")
                    .startsWith("refused"));
        }
        String environment = attacked.said(node, "{\"do\":\"environment\"}");
        assertFalse(environment.contains("HOME") || environment.contains("JAVA"), environment);
        if (ofPython) assertFalse(environment.endsWith(" 0"), environment);
    }

    private static void sockets(Attacked attacked, EdgeLambda node, EdgeLambda python, int port) throws Exception {
        boolean kept = attacked.kind() == Sandbox.Kind.BUBBLEWRAP;
        String event = "{\"do\":\"connect\",\"port\":" + port + "}";
        assertEquals(kept, attacked.said(node, event).startsWith("refused"), "Node.js connects");
        assertEquals(kept, attacked.said(python, event).startsWith("refused"), "Python connects");
    }

    private static void protocol(Attacked attacked, EdgeLambda node) throws Exception {
        assertEquals("mine", attacked.said(node, "{\"do\":\"forge\"}"));
        assertEquals("mine", attacked.said(node, "{\"do\":\"garbage\"}"));
        assertEquals("fine", attacked.said(node, "{}"));
    }

    private static void memory(Attacked attacked, EdgeLambda node, EdgeLambda python) throws Exception {
        for (String what : List.of("heap", "buffers")) {
            var failed = assertInstanceOf(Outcome.Failed.class, attacked.run(node, "{\"do\":\"" + what + "\"}"));
            assertTrue(failed.reason() != Reason.TIMED_OUT, () -> String.valueOf(failed));
        }
        assertEquals("refused memory", attacked.said(python, "{\"do\":\"memory\"}"));
    }

    /** As by the kernel when memory is short: one run fails, and the next one has a new process. */
    private static void killed(Attacked attacked, EdgeLambda function, String program) throws Exception {
        assertEquals("fine", attacked.said(function, "{\"do\":\"nothing\"}"));
        var outcome = new CompletableFuture<Outcome>();
        byte[] event = "{\"do\":\"wait\"}".getBytes(StandardCharsets.UTF_8);
        attacked.engine().run(function, event, "request-2", Duration.ofSeconds(15), outcome::complete);
        // Which process has it, or will have it, is not known from outside.
        while (!outcome.isDone()) {
            ProcessHandle.current()
                    .descendants()
                    .filter(process -> interprets(process, program))
                    .forEach(ProcessHandle::destroyForcibly);
        }
        var failed = assertInstanceOf(Outcome.Failed.class, outcome.get(30, TimeUnit.SECONDS));
        assertEquals(Reason.CRASHED, failed.reason(), () -> String.valueOf(failed));
        assertEquals("fine", attacked.said(function, "{\"do\":\"nothing\"}"));
    }

    private static boolean interprets(ProcessHandle process, String program) {
        String command = process.info().command().orElse("");
        return command.substring(command.lastIndexOf('/') + 1).startsWith(program);
    }

    private static void processes(Attacked attacked, EdgeLambda node, EdgeLambda python) throws Exception {
        switch (attacked.kind()) {
            case BUBBLEWRAP -> {
                Outcome bomb = attacked.run(python, "{\"do\":\"bomb\"}");
                assertFalse(String.valueOf(bomb).contains("unbounded"), bomb::toString);
            }
            case PERMISSION ->
                assertTrue(attacked.said(node, "{\"do\":\"spawn\"}").startsWith("refused"));
            case PRLIMIT, NONE -> {
                // The kernel counts what the whole user runs there, so this is a gap that status tells.
                assertTrue(attacked.engine().gaps().stream().anyMatch(gap -> gap.startsWith("processes")));
            }
        }
    }
}
