package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.JsRuntime;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.KeyValueStore.Pair;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionEngineTest {
    @SuppressWarnings("NullAway.Init")
    private static FunctionEngine engine;

    @BeforeAll
    static void start() {
        engine = new FunctionEngine(Functions.limits(), "test");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private static String value(String expression) {
        return Functions.run(engine, Functions.body("return " + expression + ";"));
    }

    @Test
    void aHandlerChangesItsRequest() {
        String source = """
                function handler(event) {
                    var request = event.request;
                    if (request.uri.endsWith('/')) request.uri += 'index.html';
                    request.headers['x-a'] = {value: 'b'};
                    return request;
                }""";
        String expected = "{\"method\":\"GET\",\"uri\":\"/a/index.html\",\"querystring\":{},"
                + "\"headers\":{\"host\":{\"value\":\"h\"},\"x-a\":{\"value\":\"b\"}},\"cookies\":{}}";
        assertEquals(expected, Functions.run(engine, Functions.old(source)));
        assertEquals(expected, Functions.run(engine, Functions.newer(source)));
    }

    @Test
    void anAsyncHandlerIsWaitedFor() {
        assertEquals("\"ab\"", Functions.run(engine, Functions.newer("""
                async function one() { return 'a'; }
                async function handler(event) { const a = await one(); return a + 'b'; }""")));
        assertEquals(
                "EXECUTION TypeError: no",
                Functions.run(engine, Functions.newer("async function handler() { throw new TypeError('no'); }")));
        assertTrue(Functions.run(
                        engine, Functions.newer("async function handler() { await new Promise(function () {}); }"))
                .contains("never settled"));
    }

    @Test
    void whatIsWrittenToTheConsoleComesBack() {
        assertEquals(
                List.of("a 1", "{\"b\":2}"),
                Functions.logs(engine, Functions.body("console.log('a ' + 1); console.log({b: 2}); return 1;")));
        String much = "for (var i = 0; i < 50; i++) console.log('x'.repeat(1000)); return 1;";
        int sum = Functions.logs(engine, Functions.body(much)).stream()
                .mapToInt(String::length)
                .sum();
        assertTrue(sum <= 10_240, "logged " + sum);
    }

    @Test
    void aMistakeHasItsStack() {
        Outcome outcome = engine.await(
                Functions.newer(
                        "function inner(e) {\n return e.none.value;\n}\nfunction handler(e) { return inner(e); }"),
                Functions.EVENT,
                0,
                null);
        Outcome.Failed failed = (Outcome.Failed) outcome;
        assertTrue(failed.message().startsWith("TypeError: "), failed.message());
        assertTrue(failed.stack().contains("inner (newer:2:"), failed.stack());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "const a = 1;",
                "let a = 1;",
                "async function f() {}",
                "class A {}",
                "var [a] = [1];",
                "var {a} = {};",
                "for (var a of [1]) {}",
                "function f(a = 1) {}",
                "f(...[1]);",
                "function* f() {}",
                "var a = 1n;",
                "var a = b?.c;",
                "var a = b ?? c;",
                "import cf from 'cloudfront';",
                "with (a) {}",
                "debugger;",
                "f`a`;"
            })
    void whatRuntime1DoesNotHaveIsASyntaxError(String line) {
        String answer = Functions.run(engine, Functions.old(line + "\nfunction handler(e) { return 1; }"));
        assertTrue(answer.startsWith("EXECUTION SyntaxError: "), answer);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "var a = 2 ** 3;",
                "var f = (x, ...rest) => x;",
                "var t = `a${1 + 2}b`;",
                "outer: for (var i in {}) { continue outer; }",
                "var r = /(?<year>[0-9]{4})/;",
                "var s = 'a'.padStart(3, 'b') + 'c'.trimEnd();"
            })
    void whatRuntime1HasWorks(String line) {
        assertEquals("1", Functions.run(engine, Functions.old(line + "\nfunction handler(e) { return 1; }")));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "typeof setTimeout | \"undefined\"",
                "typeof fetch | \"undefined\"",
                "typeof WebAssembly | \"undefined\"",
                "typeof SharedArrayBuffer | \"undefined\"",
                "typeof Proxy | \"undefined\"",
                "typeof Reflect | \"undefined\"",
                "typeof Map | \"undefined\"",
                "typeof Intl | \"undefined\"",
                "typeof BigInt | \"undefined\"",
                "typeof process | \"undefined\"",
                "typeof [].flat | \"undefined\"",
                "typeof [].at | \"undefined\"",
                "typeof Array.from | \"undefined\"",
                "typeof Error.captureStackTrace | \"undefined\"",
                "typeof Temporal + typeof Float16Array + typeof perigee | \"undefinedundefinedundefined\"",
                "typeof Math.f16round + typeof Promise.try + typeof Error.isError | \"undefinedundefinedundefined\"",
                "typeof Uint8Array.fromHex + typeof DataView.prototype.getFloat16 | \"undefinedundefined\"",
                "'a-a'.replaceAll('a', 'b') | \"b-b\"",
                "[3, 1, 2].sort().join() | \"1,2,3\"",
                "btoa('abc') | \"YWJj\"",
                "atob('YWJj') | \"abc\"",
                "new TextDecoder().decode(new TextEncoder().encode('\u00e9')) | \"\u00e9\"",
                "Buffer.from('abc').toString('hex') | \"616263\"",
                "Buffer.concat([Buffer.from('a'), Buffer.from('Yg', 'base64')]).toString() | \"ab\"",
                "require('querystring').stringify({a: 'b c', d: ['1', '2']}) | \"a=b%20c&d=1&d=2\"",
                "require('querystring').parse('a=%C3%A9&b=1&b=2') | {\"a\":\"\u00e9\",\"b\":[\"1\",\"2\"]}",
                "require('crypto').createHash('sha256').update('abc').digest('hex').slice(0, 8) | \"ba7816bf\"",
                "require('crypto').createHmac('sha1', 'k').update('abc').digest('base64url') | \"-b7wkf4A2fUShZODbbqZ4ZPwgXQ\"",
                "new Date().getTime() | 1700000000000",
                "Date.now() === new Date().valueOf() | true",
                "(0.1 + 0.2).toFixed(2) | \"0.30\"",
                "event.request?.uri | \"/a/\"",
                "null ?? 5 | 5",
                "1_000 | 1000"
            })
    void theSurfaceOfRuntime2(String expression, String expected) {
        assertEquals(expected, value(expression));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "eval('1')",
                "new Function('return 1')",
                "(function () {}).constructor('return 1')()",
                "(async function () {}).constructor('return 1')()",
                "require('fs')",
                "undeclared = 1"
            })
    void whatIsRestrictedThrows(String expression) {
        assertTrue(value(expression).startsWith("EXECUTION "), value(expression));
    }

    @Test
    void whatCallsHaveInCommonIsFrozen() {
        String open = """
                function open(v) { return (typeof v === 'function' || typeof v === 'object') && v && !Object.isFrozen(v); }
                return Object.getOwnPropertyNames(globalThis).filter(function (name) {
                    var value = globalThis[name];
                    return open(value) || typeof value === 'function' && (open(value.prototype)
                        || open(Object.getPrototypeOf(value)) || value.prototype && open(Object.getPrototypeOf(value.prototype)));
                }).concat([globalThis, async function () {}, [].map, Object.getPrototypeOf(Promise.resolve().then)].filter(
                    function (each) { return open(Object.getPrototypeOf(each)); })).join();""";
        assertEquals("\"\"", Functions.run(engine, Functions.body(open)));
    }

    @Test
    void nothingPassesFromOneCallToTheNext() {
        EdgeFunction counting = Functions.newer("""
                var count = 0;
                const seen = [];
                function handler() { count += 1; seen.push(1); return count + seen.length; }""");
        for (int i = 0; i < 3; i++) assertEquals("2", Functions.run(engine, counting));
        for (String pollution : List.of(
                "Object.prototype.polluted = 1",
                "Array.prototype.push = null",
                "globalThis.leak = 1",
                "Object.getPrototypeOf(globalThis).leak = 1",
                "JSON.stringify = null",
                "require('crypto').createHash = null",
                "String.prototype.trim = null",
                "console.log = null",
                "Object.getPrototypeOf(async function () {}).leak = 1",
                "Object.defineProperty(Object.prototype, 'x', {value: 1})",
                "handler.call.leak = 1")) {
            String answer = Functions.run(engine, Functions.body(pollution + "; return 1;"));
            assertTrue(answer.startsWith("EXECUTION TypeError"), pollution + " -> " + answer);
        }
        assertEquals("\"undefined\"", value("typeof {}.polluted"));
    }

    @Test
    void whatPrototypesHaveCanBeShadowed() {
        assertEquals(
                "1",
                value("(function () { var o = {}; o.toString = function () { return 1; }; return o.toString(); })()"));
        assertEquals("\"m\"", value("(function () { var e = new Error('x'); e.message = 'm'; return e.message; })()"));
    }

    private static Outcome watched(String expression) {
        return engine.await(Functions.body("return " + expression + ";"), Functions.EVENT, 7, null, Values.NONE, true);
    }

    @ParameterizedTest(name = "{0} is repeatable: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "event.request | true",
                "event.request.headers.host.value + new Date(5).getTime() + event.context.distributionId | true",
                "require('crypto').createHash('md5').update('a').digest('hex') | true",
                "Object.keys(event.viewer).concat(Object.keys(event.context)) | true",
                "Promise.resolve(1) | true",
                "event.viewer.ip | false",
                "event.context.requestId | false",
                "JSON.stringify(event) | false",
                "event.viewer | false",
                "Object.values(event.context) | false",
                "event['view' + 'er']['ip'.toLowerCase()] | false",
                "Date.now() | false",
                "new Date() | false",
                "Date() | false",
                "Date.now.call(null) | false",
                "Math.random() | false",
                "[0].map(Math.random) | false",
                "{toJSON: function () { return Date.now(); }} | false",
                "console.log('') | false",
                "Promise.resolve().then(Date.now) | false"
            })
    void whatDependsOnMoreThanTheRequestIsNotRepeatable(String expression, boolean expected) {
        Outcome outcome = watched(expression);
        assertEquals(expected, ((Outcome.Returned) outcome).repeatable());
    }

    @Test
    void whatIsWatchedLooksAsItDid() {
        String expression =
                "(function () { var v = event.viewer, ip = v.ip; v.ip = 'x'; return [ip, v.ip, JSON.stringify(v)]; })()";
        assertEquals("[\"198.51.100.11\",\"x\",\"{\\\"ip\\\":\\\"x\\\"}\"]", Functions.text(watched(expression)));
    }

    static Stream<Arguments> sums() {
        return Stream.of(
                Arguments.of("var o = {a: 'x'}; o.a += 'y'; o['a'] += 'z'; return o.a;", "\"xyz\""),
                Arguments.of("var i = 0; var a = ['p', 'q']; a[i++] += 'r'; return a.join() + i;", "\"pr,q1\""),
                Arguments.of("var s = 'a' + 1 + 2, n = 1 + 2; s += n; return s;", "\"a123\""),
                Arguments.of(
                        "var o = {f: function () { return this; }, b: 'c'}; o.f().b += 'd' + `${1 + 1}`; return o.b;",
                        "\"cd2\""),
                Arguments.of("var n = 1; n += 1; n = n + +'2'; return n - -1;", "5"),
                Arguments.of("return ('a' + 'b').length + (x => x + 1)(2);", "5"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sums")
    void sumsAreWhatTheyWere(String statements, String expected) {
        assertEquals(expected, Functions.run(engine, Functions.body(statements)));
    }

    @Test
    void brokenSourceSaysWhereItIsBroken() {
        String answer = Functions.run(engine, Functions.newer("function handler(event) {\n return event.;\n}"));
        assertEquals("EXECUTION SyntaxError: Unexpected token in 2:15", answer);
        assertEquals(
                "EXECUTION ReferenceError: \"handler\" is not a function",
                Functions.run(engine, new EdgeFunction("none", JsRuntime.JS_1_0, "var a = 1;")));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "await kvs.get('a') | \"1\"",
                "await kvs.get('a', {format: 'string'}) | \"1\"",
                "await kvs.get('j', {format: 'json'}) | {\"b\":[1,\"\u00fc\"]}",
                "(await kvs.get('u', {format: 'bytes'})).toString('hex') | \"c3bc\"",
                "[await kvs.exists('a'), await kvs.exists('z'), await kvs.exists('x'.repeat(600))] | [true,false,false]",
                "await kvs.count() | 3",
                "await kvs.meta() | {\"creationDateTime\":\"1970-01-01T00:00:01.000Z\",\"lastUpdatedDateTime\":\"1970-01-01T00:00:02.500Z\",\"keyCount\":3}",
                "await cf.kvs('s').get('a') | \"1\"",
                "await Promise.all([kvs.get('a'), kvs.get('u')]) | [\"1\",\"\u00fc\"]",
                "await kvs.get('z') | EXECUTION Error: KeyNotFound",
                "await kvs.get('u', {format: 'json'}) | EXECUTION SyntaxError",
                "await kvs.get('a', {format: 'xml'}) | EXECUTION TypeError",
                "await kvs.get(1) | EXECUTION TypeError",
                "cf.kvs('t') | EXECUTION Error: The function is not associated with this key value store"
            })
    void aFunctionReadsItsKeyValueStore(String expression, String expected) {
        var store = new KeyValueStore(
                "s",
                1_000,
                2_500,
                List.of(new Pair("a", "1"), new Pair("j", "{\"b\":[1,\"\u00fc\"]}"), new Pair("u", "\u00fc")));
        var other = new KeyValueStore("t", 1, 1, List.of(new Pair("a", "not yours")));
        var function = new EdgeFunction(
                "reads",
                JsRuntime.JS_2_0,
                "import cf from 'cloudfront'; const kvs = cf.kvs(); async function handler(e) { return " + expression
                        + "; }",
                List.of("s"));
        Values values = Values.NONE.replacedBy(List.of(store, other));
        Outcome outcome = engine.await(function, Functions.EVENT, 0, null, values, true);
        String made = Functions.text(outcome);
        assertTrue(made.startsWith(expected), made);
        assertTrue(!(outcome instanceof Outcome.Returned returned) || !returned.repeatable());
    }

    @Test
    void whoHasNoKeyValueStoreReadsNone() {
        assertEquals(
                "EXECUTION Error: The function is not associated with a key value store",
                Functions.run(
                        engine,
                        Functions.newer("import cf from 'cloudfront'; function handler(e) { return cf.kvs(); }")));
    }
}
