package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.KeyValueStore;
import java.net.InetAddress;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What functions of runtime 2.0 import from cloudfront: tokens, where they run, what they say in the log. */
class CloudFrontModuleTest {
    /** RFC 8392, appendices A.2.2, A.4 and A.7. */
    private static final String KEY = "403697de87af64611c1d32a05dab0fe1fcb715a86ab435f1ec99192d79569388";

    private static final String TOKEN = "d83dd18443a10104a1044c53796d6d65747269633235365850a70175636f61703a2f2f61732e"
            + "6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0"
            + "051a5610d9f0061a5610d9f007420b7148093101ef6d789200";
    private static final String FRACTION =
            "d18443a10104a1044c53796d6d65747269633235364ba106fb41d584367c20000048b8816f34c0542892";

    @SuppressWarnings("NullAway.Init")
    private static FunctionEngine engine;

    @BeforeAll
    static void start() {
        engine = new FunctionEngine(
                Functions.limits(), "cwt", new EdgeLocation("IAD", "192.0.2.1", "us-east-1"), UnaryOperator.identity());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private static String run(String statements) {
        return Functions.run(engine, Functions.newer("""
                import cf from 'cloudfront';
                const cwt = cf.cwt, TOKEN = '%s', FRACTION = '%s', KEY = Buffer.from('%s', 'hex');
                function hex(text) { return Buffer.from(text, 'hex'); }
                function read(text) { return cwt.validateToken(hex(text), {key: KEY}); }
                function head(length, major) {
                    const octets = [length >> 8, length & 255];
                    return (length < 24 ? Buffer.from([major | length]) : Buffer.from([major | 25].concat(octets))).toString('hex');
                }
                function bytes(text) { return head(text.length / 2, 0x40) + text; }
                function signed(covered, payload, open) {
                    const mac = require('crypto').createHmac('sha256', KEY)
                        .update(hex('84644d414330' + bytes(covered) + '40' + bytes(payload))).digest('hex');
                    return 'd184' + bytes(covered) + (open || 'a0') + bytes(payload) + bytes(mac);
                }
                function handler(event) { %s }""".formatted(TOKEN, FRACTION, KEY, statements)));
    }

    @Test
    void theExamplesOfTheSpecificationAreRead() {
        assertEquals(
                "{\"protectedHeaders\":{\"1\":4},\"unprotectedHeaders\":{\"4\":\"Symmetric256\"},\"payload\":{"
                        + "\"1\":\"coap://as.example.com\",\"2\":\"erikw\",\"3\":\"coap://light.example.com\","
                        + "\"4\":1444064944,\"5\":1443944944,\"6\":1443944944,\"7\":\"0b71\"}}",
                run("const read = cwt.validateToken(hex(TOKEN), {key: KEY}); "
                        + "read.unprotectedHeaders[4] = read.unprotectedHeaders[4].toString();"
                        + "read.payload[7] = read.payload[7].toString('hex'); return read;"));
        assertEquals("{\"6\":1.4439449445E9}", run("return read(FRACTION).payload;"));
    }

    @Test
    void whatIsReadMakesTheSameTokenAgain() {
        String again =
                "const read = cwt.validateToken(hex(TOKEN), {key: KEY}), how = {cwtTag: true, coseTag: 'MAC0', key: KEY}; ";
        assertEquals("true", run(again + "return cwt.generateToken(read, how).toString('hex') === TOKEN;"));
        assertEquals("true", run(again + "return cwt.generateToken(how, read).toString('hex') === TOKEN;"));
    }

    /** As AWS's example makes one. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"'5'", "5", "'4'"})
    void tokensThatAreMadeAreRead(String algorithm) {
        String payload =
                "{1: 'iss', 4: 1740000000, 401: {1: {2: '.net'}, 3: {3: ['.m3u8', '.ts']}}, a: [-1, 1.5, -70000, true, null, '']}";
        assertEquals(
                "{\"1\":\"iss\",\"4\":1740000000,\"401\":{\"1\":{\"2\":\".net\"},\"3\":{\"3\":[\".m3u8\",\".ts\"]}},"
                        + "\"a\":[-1,1.5,-70000,true,null,\"\"]}",
                run(
                        "const made = cwt.generateToken({protected: {1: %s}, unprotected: {}, payload: %s}, {coseTag: 'MAC0', key: 'secret'});"
                                        .formatted(algorithm, payload)
                                + " return cwt.validateToken(Buffer.from(made.toString('base64url'), 'base64url'), {key: 'secret'}).payload;"));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "cwt.validateToken(hex(TOKEN), {key: hex('00')}) | the MAC is another one",
                "cwt.validateToken(hex(TOKEN), {key: KEY.toString('hex')}) | the MAC is another one",
                "read(TOKEN + '00') | something follows it",
                "read(TOKEN.slice(0, 200)) | it is cut short",
                "read(TOKEN.slice(4)) | ok",
                "read(TOKEN.slice(6)) | it is not a tagged COSE_Mac0",
                "read('d83d' + TOKEN) | it is not a tagged COSE_Mac0",
                "read('') | it is cut short",
                "read('d1845bffffffffffffffff') | a number is too large",
                "read('d1845a7fffffff') | it is cut short",
                "read('d19f43a10104a040ff') | a length is indefinite or reserved",
                // Another algorithm, none, one that is not under the MAC.
                "read(signed('a10106', 'a0')) | the algorithm is not HMAC SHA-256",
                "read(signed('', 'a0')) | the algorithm is not HMAC SHA-256",
                "read(signed('', 'a0', 'a10105')) | header 1 is not where it belongs",
                "read(signed('a10105', 'a0', 'a10105')) | header 1 is not where it belongs",
                "read(signed('a10104', 'a0')) | the MAC is another one",
                "read(signed('a2010502814101', 'a0')) | it has critical headers",
                "read(signed('a10105', 'a0')) | ok",
                // What nobody can mean.
                "read(signed('a10105', 'a201010102')) | a key is there twice",
                "read(signed('a10105', 'a20101613102')) | a key is there twice",
                "read(signed('a10105', 'bf0101ff')) | a length is indefinite or reserved",
                "read(signed('a10105', 'a1017f6161ff')) | a length is indefinite or reserved",
                "read(signed('a10105', 'a1019f01ff')) | a length is indefinite or reserved",
                "read(signed('a10105', 'a1f90000' + '01')) | a key is neither a number nor a text",
                "read(signed('a10105', 'a1410101')) | a key is neither a number nor a text",
                "read(signed('a10105', 'a001')) | something follows it",
                "read(signed('a10105', 'a1011bffffffffffffffff')) | a number is too large",
                "read(signed('a10105', 'a1013bffffffffffffffff')) | a number is too large",
                "read(signed('a10105', 'a10161ff')) | a text is not UTF-8",
                "read(signed('a10105', 'a101f8ff')) | a simple value is not known",
                "read(signed('a10105', 'a101' + '81'.repeat(20) + '00')) | it is too deep",
                "read(signed('a10105', 'a1019a7fffffff')) | it is cut short",
                "read(signed('a10105', '80')) | it is not a tagged COSE_Mac0",
                "read(signed('a10105', '590400' + '00'.repeat(1024))) | it is longer than 1024 octets",
                "cwt.validateToken(TOKEN, {key: KEY}) | The token is not a Buffer",
                "cwt.validateToken(Object.create(Buffer.prototype), {key: KEY}) | The token is not a Buffer",
                "cwt.validateToken(hex(TOKEN), {key: ''}) | The key is empty",
                "cwt.validateToken(hex(TOKEN), {}) | The key is neither a string nor a Buffer",
                "cwt.validateToken(hex(TOKEN)) | The context is not an object"
            })
    void whatIsNotAGoodTokenIsNotRead(String expression, String expected) {
        assertEquals(
                "\"" + expected + "\"",
                run("try { " + expression + "; return 'ok'; } catch (e) { "
                        + "return e.message.replace('The CWT is not valid: ', ''); }"));
    }

    @Test
    void noBitUnderTheMacCanBeOther() {
        // The key's name, octets 9 to 22, is not under it.
        for (int i = 0; i < TOKEN.length() / 2; i += 5) {
            if (i >= 9 && i <= 22) continue;
            String answer =
                    run("const other = hex(TOKEN); other[%d] ^= %d; return cwt.validateToken(other, {key: KEY});"
                            .formatted(i, 1 << i % 8));
            assertTrue(answer.startsWith("EXECUTION Error: The CWT is not valid"), i + ": " + answer);
        }
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{payload: {1: 'x'.repeat(1100)}}, {coseTag: 'MAC0', key: 'k'} | it is longer than 1024 octets",
                "{payload: {1: [{}, {}], 2: e => 1}}, {coseTag: 'MAC0', key: 'k'} | a function cannot be in it",
                "{payload: {1: NaN}}, {coseTag: 'MAC0', key: 'k'} | a number is not finite",
                "{protected: {1: 6}, payload: {}}, {coseTag: 'MAC0', key: 'k'} | the algorithm is not HMAC SHA-256",
                "{unprotected: {1: 5}, payload: {}}, {coseTag: 'MAC0', key: 'k'} | header 1 is not where it belongs",
                "{protected: [], payload: {}}, {coseTag: 'MAC0', key: 'k'} | protected is not an object",
                "{payload: {}}, {coseTag: 'SIGN1', key: 'k'} | The coseTag is not MAC0",
                "{payload: {}}, {coseTag: 'MAC0', cwtTag: 'yes', key: 'k'} | The cwtTag is not a boolean",
                "{payload: {}}, {coseTag: 'MAC0', key: ''} | The key is empty",
                "{payload: 'x'}, {coseTag: 'MAC0', key: 'k'} | The token has no payload that is an object",
                "{payload: (function () { const a = {}; a.a = a; return a; })()}, {coseTag: 'MAC0', key: 'k'} | it is too deep"
            })
    void whatCannotBeATokenIsNotMade(String given, String expected) {
        assertEquals(
                "\"" + expected + "\"",
                run("try { cwt.generateToken(" + given + "); return 'ok'; } catch (e) { "
                        + "return e.message.replace('The CWT is not valid: ', ''); }"));
    }

    /** No claim makes an object other than it looks. */
    @Test
    void claimsPolluteNothing() {
        assertEquals(
                "[\"undefined\",true,[\"__proto__\"]]",
                run(
                        "const payload = read(signed('a10105', 'a1695f5f70726f746f5f5fa1617801')).payload; return [typeof payload.x, "
                                + "Object.getPrototypeOf(payload) === Object.prototype, Object.keys(payload)];"));
    }

    /** The documentation says that claims are not looked at: a token has the same outcome at any time. */
    @Test
    void anExpiredTokenIsRead() {
        var function = Functions.newer("""
                import cf from 'cloudfront';
                function handler(event) { return cf.cwt.validateToken(Buffer.from('%s', 'hex'), {key: Buffer.from('%s', 'hex')}).payload[4]; }
                """.formatted(TOKEN, KEY));
        Outcome outcome = engine.await(function, Functions.EVENT, 2_000_000_000_000L, null, Values.NONE, true);
        assertEquals("1444064944", Functions.text(outcome));
        assertTrue(((Outcome.Returned) outcome).repeatable());
    }

    /** The one in docs/functions.md. */
    @ParameterizedTest(name = "{0}, at {1} -> {2}")
    @CsvSource({"good, 1444064943, GET", "good, 1444064944, 401", "forged, 1444064943, 401", "none, 1444064943, 401"})
    void theExampleOfTheManualChecksTokens(String cookie, long seconds, String expected) {
        var function = new EdgeFunction("checks", EdgeFunction.JsRuntime.JS_2_0, """
                import cf from 'cloudfront';
                async function handler(event) {
                    const cookie = event.request.cookies.token;
                    try {
                        const key = await cf.kvs().get('key');
                        const token = cf.cwt.validateToken(Buffer.from(cookie.value, 'base64url'), {key: key});
                        if (token.payload[4] > Date.now() / 1000) return event.request;
                    } catch (e) {
                        console.log(e.message);
                    }
                    return {statusCode: 401};
                }""", List.of("s"));
        Values values = Values.NONE.replacedBy(
                List.of(new KeyValueStore("s", 1, 1, List.of(new KeyValueStore.Pair("key", "secret")))));
        String key = cookie.equals("good") ? "secret" : "guessed";
        String made = run("return cwt.generateToken({payload: {4: 1444064944}}, {coseTag: 'MAC0', key: '" + key
                + "'}).toString('base64url');");
        String event = cookie.equals("none")
                ? Functions.EVENT
                : Functions.EVENT.replace("\"cookies\":{}", "\"cookies\":{\"token\":{\"value\":" + made + "}}");
        String outcome = Functions.text(engine.await(function, event, seconds * 1000, null, values));
        assertTrue(outcome.contains(expected), outcome);
    }

    @Test
    void whatTheModuleHasIsFrozen() {
        for (String pollution : new String[] {
            "cf.cwt.validateToken = null",
            "cf.cwt = null",
            "cf.cwt.x = 1",
            "cf.edgeLocation = null",
            "cf.edgeLocation.name = 'X'"
        }) {
            String answer = run(pollution + "; return 1;");
            assertTrue(answer.startsWith("EXECUTION TypeError"), pollution + " -> " + answer);
        }
        assertTrue(Functions.run(engine, Functions.old("function handler() { return require('cloudfront'); }"))
                .contains("Cannot find module"));
    }

    @Test
    void viewerRequestFunctionsKnowTheirEdge() {
        String expected = "{\"name\":\"IAD\",\"serverIp\":\"192.0.2.1\",\"region\":\"us-east-1\"}";
        assertEquals(expected, run("return cf.edgeLocation;"));
        var function = Functions.newer("import cf from 'cloudfront'; function handler() { return cf.edgeLocation; }");
        Outcome request = engine.await(function, Functions.EVENT, 0, null, Values.NONE, true);
        assertTrue(((Outcome.Returned) request).repeatable());
        String response = Functions.EVENT.replace("viewer-request", "viewer-response");
        assertEquals("{}", Functions.text(engine.await(function, response, 0, null)));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "cf.logCustomData('a'); cf.logCustomData('b') | b",
                "'none' | null",
                "cf.logCustomData('x'.repeat(900)).x | null"
            })
    void theLastDataForTheLogCount(String statement, String expected) {
        var function = Functions.newer("import cf from 'cloudfront'; function handler() { try { " + statement
                + "; } catch (e) {} return 1; }");
        Outcome outcome = engine.await(function, Functions.EVENT, 0, null, Values.NONE, true);
        var returned = (Outcome.Returned) outcome;
        if (statement.contains("900")) assertEquals("x".repeat(800), returned.data());
        else assertEquals(expected, String.valueOf(returned.data()));
        assertEquals(returned.data() == null, returned.repeatable());
        assertTrue(run("return cf.logCustomData({});").startsWith("EXECUTION TypeError"));
    }

    @ParameterizedTest(name = "{0} at {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "FRA | 2001:db8::1 | {\"name\":\"FRA\",\"serverIp\":\"2001:db8:0:0:0:0:0:1\",\"region\":\"eu-central-1\"}",
                "TXL | 127.0.0.1 | {\"name\":\"TXL\",\"serverIp\":\"127.0.0.1\"}",
                "SYD | 0.0.0.0 | {\"name\":\"SYD\",\"region\":\"ap-southeast-2\"}"
            })
    void anEdgeSaysOnlyWhatIsKnown(String pop, String address, String expected) {
        assertEquals(
                expected, EdgeLocation.of(pop, InetAddress.ofLiteral(address)).json());
    }
}
