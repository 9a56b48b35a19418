package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.EdgeFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that want more than their share. */
class FunctionAttackTest {
    @SuppressWarnings("NullAway.Init")
    private static FunctionEngine engine;

    @BeforeAll
    static void start() {
        engine = new FunctionEngine(Functions.strict(), "attacked");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "while (true) {}",
                "var a = []; for (;;) a.push(new Array(1e5));",
                "var a = []; for (;;) a.push(new ArrayBuffer(1e9));",
                "(function f() { return f() + 1; })();",
                "/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab');",
                "throw new Error('no');"
            })
    void theDocumentedErrorAndNothingElse(String attack) {
        isStopped(attack);
    }

    @Tag("full")
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "for (;;) { try { for (;;) {} } finally { continue; } }",
                "var a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));",
                "'x'.repeat(2e5).match(/(x|xx)*y/);",
                "[].indexOf.call({length: 9007199254740991}, 1);",
                "[].indexOf.call({length: {valueOf: function () { return 9e15; }}}, 1);",
                "var i = 0; [].indexOf.call({get length() { return i++ ? 9e15 : 1; }}, 1);",
                "var a = []; a.length = 4294967295; a.sort();",
                "var a = []; a.length = 4294967295; a.reverse();",
                "new Array(33000000);",
                "new Array(1e9).fill(1);",
                "new Uint8Array(2e9).fill(3);",
                "new Uint8Array({length: 1e9});",
                "Math.max.apply(null, {length: 1e9});",
                "'a'.repeat(5e8).split('');",
                "var s = 'ab'; for (;;) { try { s += s; } catch (e) {} for (var k in s) { k = 1; } }",
                "var o = {s: 'ab'}; for (;;) { try { o.s += o.s; } catch (e) {} if (o.s.length > 1e7) for (var k in o.s) { k = 1; } }",
                "var s = 'ab'; for (;;) { try { s = `${s}${s}`; } catch (e) {} if (s.length > 1e7) s.split(''); }",
                "var a = ['x'.repeat(2e6)]; for (var i = 0; i < 60; i++) a = [a, a]; a.join();",
                "var a = ['x'.repeat(1000)]; for (var i = 0; i < 60; i++) a = [a, a]; JSON.stringify(a);",
                "function f() { Promise.resolve().then(f); } f(); return 1;",
                "JSON.parse('[' + '1,'.repeat(1e7) + '1]');",
                "var x = 'a'.repeat(1e6); for (;;) x.replace(/a/g, 'bbbb');",
                "var o = {}; for (var i = 0; ; i++) o['k' + i] = i;",
                "throw {get message() { for (;;) {} }};"
            })
    void soAreTheOthers(String attack) {
        isStopped(attack);
    }

    private static void isStopped(String attack) {
        EdgeFunction attacker = Functions.body(attack);
        long before = System.nanoTime();
        String answer = Functions.run(engine, attacker);
        long millis = (System.nanoTime() - before) / 1_000_000;
        assertTrue(answer.startsWith("EXECUTION "), answer);
        assertTrue(millis < 3_000, "took " + millis + " ms");
        // The same thread and the same function go on.
        assertEquals("1", Functions.run(engine, Functions.body("return 1;")));
    }

    @Test
    void whoIsStoppedAgainAndAgainIsThrottled() {
        FunctionLimits standard = FunctionLimits.standard();
        FunctionLimits limits = Functions.limits(standard.runCpu(), standard.reserve());
        try (FunctionEngine strict = new FunctionEngine(limits, "strict")) {
            EdgeFunction attacker = Functions.body("while (true) {}");
            String answer = "";
            int stopped = 0;
            while (stopped < 20 && !answer.startsWith("THROTTLED")) {
                answer = Functions.run(strict, attacker);
                stopped++;
            }
            assertTrue(answer.startsWith("THROTTLED"), "stopped " + stopped + " times: " + answer);
            assertTrue(stopped > 2 && stopped < 10, "stopped " + stopped + " times");
            assertEquals("1", Functions.run(strict, Functions.newer("function handler() { return 1; }")));
        }
    }
}
