package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.lastModified;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.BehaviorBuilder;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeTest {
    private static final Content OBJECT = Content.generated(10_000, 1);

    private static void store(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/o")
                .reply(
                        200,
                        maxAge(3600),
                        etag("v1"),
                        lastModified(clock.httpDateIn(-86_400)),
                        header("Content-Type", "image/jpeg"),
                        body(OBJECT));
        expect(viewer.get("/o")).body(OBJECT).miss();
    }

    @ParameterizedTest(name = "{0} -> {1}-{2}")
    @CsvSource({
        "bytes=0-99,       0,   99",
        "bytes=0-0,        0,    0",
        "bytes=100-199,  100,  199",
        "bytes=9900-,   9900, 9999",
        "bytes=-100,    9900, 9999",
        "bytes=9990-20000, 9990, 9999",
        "bytes=-20000,     0, 9999",
        "bytes=0-,         0, 9999"
    })
    @ExtendWith(ScenarioExtension.class)
    void aStoredObjectIsServedInParts(
            String range, int from, int to, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        Response part = viewer.get("/o", "Range", range).response();
        expect(part)
                .status(206)
                .hit()
                .header("Content-Range", "bytes " + from + '-' + to + "/10000")
                .header("Content-Length", Integer.toString(to - from + 1))
                .header("Content-Type", "image/jpeg")
                .header("ETag", "\"v1\"");
        assertTrue(part.whole());
        assertArrayEquals(Arrays.copyOfRange(OBJECT.toBytes(), from, to + 1), part.body());
        expect(viewer.get("/o")).status(200).body(OBJECT).hit();
        origin.expectRequests(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10000-", "bytes=10000-10001", "bytes=-0"})
    @ExtendWith(ScenarioExtension.class)
    void anUnsatisfiableRangeIs416(String range, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        expect(viewer.get("/o", "Range", range))
                .status(416)
                .header("Content-Range", "bytes */10000")
                .header("Server", "CloudFront")
                .bodyContains("416 Range Not Satisfiable");
        expect(viewer.get("/o")).status(200).body(OBJECT).hit();
        origin.expectRequests(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=5-1",
                "lines=0-1",
                "bytes=a-b",
                "bytes=",
                "bytes=--5",
                "bytes=0-10,5-20",
                "bytes=100-200,0-50",
                "bytes=0-1;2-3"
            })
    @ExtendWith(ScenarioExtension.class)
    void aRangeThatIsNoneOrOutOfOrderGivesTheWholeObject(
            String range, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        expect(viewer.get("/o", "Range", range)).status(200).body(OBJECT).hit().noHeader("Content-Range");
        origin.expectRequests(1);
    }

    @Scenario
    void severalRangesComeAsMultipart(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        Response response = viewer.get("/o", "Range", "bytes=0-1,9998-9999").response();
        expect(response).status(206).headerMatches("Content-Type", "multipart/byteranges; ?boundary=.+");
        String type = String.valueOf(response.header("Content-Type"));
        String boundary = type.substring(type.indexOf('=') + 1).replace("\"", "");
        assertTrue(response.whole());
        String text = new String(response.body(), java.nio.charset.StandardCharsets.ISO_8859_1);
        String[] parts = text.split("--" + java.util.regex.Pattern.quote(boundary), -1);
        assertEquals(4, parts.length, text);
        assertTrue(parts[1].contains("Content-Range: bytes 0-1/10000"), text);
        assertTrue(parts[2].contains("Content-Range: bytes 9998-9999/10000"), text);
        assertTrue(parts[3].startsWith("--"), text);
        String object = new String(OBJECT.toBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(parts[1].endsWith("\r\n\r\n" + object.substring(0, 2) + "\r\n"), text);
        assertTrue(parts[2].endsWith("\r\n\r\n" + object.substring(9998) + "\r\n"), text);
    }

    @Scenario
    void RX_02_aThousandRangesGetABoundedAnswer(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        String ranges =
                IntStream.range(0, 1000).mapToObj(i -> 2 * i + "-" + 2 * i).collect(Collectors.joining(","));
        Response response = viewer.get("/o", "Range", "bytes=" + ranges).response();
        assertTrue(response.whole());
        assertTrue(response.size() <= 2 * OBJECT.size(), () -> response.status() + ": " + response.size());
        expect(viewer.get("/o")).status(200).body(OBJECT).hit();
    }

    @ParameterizedTest(name = "If-Range: {0} -> {1}")
    @CsvSource({"'\"v1\"', 206", "'\"v2\"', 200", "'W/\"v1\"', 200"})
    @ExtendWith(ScenarioExtension.class)
    void ifRangeTakesThePartOnlyOfTheSameObject(
            String tag, int status, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        expect(viewer.get("/o", "Range", "bytes=0-9", "If-Range", tag))
                .status(status)
                .hit();
        origin.expectRequests(1);
    }

    @Scenario
    void ifRangeWithTheDateOfTheObject(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        store(origin, viewer, clock);
        expect(viewer.get("/o", "Range", "bytes=0-9", "If-Range", clock.httpDateIn(-86_400)))
                .status(206);
        expect(viewer.get("/o", "Range", "bytes=0-9", "If-Range", clock.httpDateIn(-86_401)))
                .status(200)
                .body(OBJECT);
    }

    @Scenario
    void aRangeOfAColdObjectNeverLeavesAPartBehind(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/o").reply(200, maxAge(3600), etag("v1"), body(OBJECT));
        Response cold = viewer.get("/o", "Range", "bytes=100-199").response();
        assertTrue(cold.whole());
        if (cold.status() == 206) {
            assertArrayEquals(Arrays.copyOfRange(OBJECT.toBytes(), 100, 200), cold.body());
        } else {
            expect(cold).status(200).body(OBJECT);
        }
        expect(viewer.get("/o")).status(200).body(OBJECT);
        expect(viewer.get("/o", "Range", "bytes=100-199")).status(206).hit();
    }

    @Scenario
    void anOriginsPartialAnswerIsNotServedAsTheWhole(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/o").reply(200, maxAge(3600), etag("v1"), body("0123456789"));
        origin.on("GET", "/o")
                .when(r -> r.fields().has("Range"))
                .reply(206, maxAge(3600), etag("v1"), header("Content-Range", "bytes 2-4/10"), body("234"));
        expect(viewer.get("/o", "Range", "bytes=2-4")).status(206).body("234");
        expect(viewer.get("/o")).status(200).body("0123456789");
    }

    @Scenario
    void aPartThatNobodyAskedForIsNoAnswer(ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        origin.on("GET", "/o")
                .reply(206, maxAge(60), etag("v1"), header("Content-Range", "bytes 0-4/10"), body("01234"));
        expect(viewer.get("/o")).status(502);
        origin.on("GET", "/s").reply(200, maxAge(60), etag("v1"), body("0123456789"));
        expect(viewer.get("/s")).status(200);
        clock.advanceSeconds(61);
        origin.on("GET", "/s")
                .reply(206, maxAge(60), etag("v1"), header("Content-Range", "bytes 0-4/10"), body("01234"));
        expect(viewer.get("/s")).status(200).body("0123456789");
    }

    @Scenario
    void aColdRangeThatTheOriginAnswersWholeIsStored(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/o").reply(200, maxAge(3600), etag("v1"), body(OBJECT));
        viewer.get("/o", "Range", "bytes=0-9").response();
        Response part = viewer.get("/o", "Range", "bytes=10-19").response();
        expect(part).status(206).header("X-Cache", "Hit from cloudfront");
        assertArrayEquals(Arrays.copyOfRange(OBJECT.toBytes(), 10, 20), part.body());
        expect(viewer.get("/o").response()).status(200).header("X-Cache", "Hit from cloudfront");
        origin.expectRequests(1);
    }

    @Scenario
    void aRangeOfAGrowingObjectIsServedOnceItsBytesAreThere(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/o").reply(200, maxAge(3600), etag("v1"), body(OBJECT), pausedAfter(5_000));
        Exchange whole = edge.viewer().get("/o").awaitBytes(5_000);
        Exchange part = edge.viewer().get("/o", "Range", "bytes=9000-9099");
        origin.resume();
        expect(whole).status(200).body(OBJECT);
        Response late = part.response();
        expect(late).status(206);
        assertArrayEquals(Arrays.copyOfRange(OBJECT.toBytes(), 9000, 9100), late.body());
    }

    @ParameterizedTest(name = "caching {0}")
    @ValueSource(booleans = {true, false})
    @ExtendWith(ScenarioExtension.class)
    void twoRangeFieldsAreNone(boolean caching, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(b -> b.ttl(0, caching ? 60 : 0, caching ? 3600 : 0)));
        origin.on("GET", "/o").reply(200, maxAge(60), etag("v1"), body("0123456789"));
        String[] twice = {"Range", "bytes=0-1", "Range", "bytes=5-6", "If-Range", "\"v1\""};
        expect(viewer.get("/o", twice)).status(200).body("0123456789");
        expect(viewer.get("/o", twice)).status(200).body("0123456789");
        origin.expectRequests(caching ? 1 : 2);
        assertNull(origin.lastRequest().header("Range"));
        assertNull(origin.lastRequest().header("If-Range"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "bytes 5-2/10, 502",
        "bytes 0-9/5, 502",
        "bytes 0-9/10, 502",
        "bytes */10, 502",
        "bytes 0-4, 502",
        "bytes 0-4/10, 206",
        "bytes 0-4/*, 206",
        "chapters 1-2/10, 206"
    })
    @ExtendWith(ScenarioExtension.class)
    void aPartThatCannotBeOneIsNotPassedOn(
            String range, int status, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin).byDefault(BehaviorBuilder::cachingDisabled));
        origin.on("GET", "/o").reply(206, header("Content-Range", range), body("01234"));
        expect(viewer.get("/o", "Range", "bytes=0-4")).status(status);
        edge.serve(distribution(origin));
        expect(viewer.get("/o", "Range", "bytes=0-4")).status(status);
    }

    @Scenario
    void aDateOfTheSecondInWhichItWasSentVouchesForNoPart(
            ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        String now = clock.httpDate();
        origin.on("GET", "/o").reply(200, maxAge(60), lastModified(now), body("0123456789"));
        expect(viewer.get("/o")).status(200);
        expect(viewer.get("/o", "Range", "bytes=0-1", "If-Range", now))
                .status(200)
                .hit();
    }
}
