package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.chunked;
import static dev.perigee.testkit.Replies.cutAfter;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.lastModified;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.ReplyPart;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Developer guide, "Serve compressed files". */
class CompressionTest {
    private static final ReplyPart TEXT = header("Content-Type", "text/html; charset=utf-8");
    private static final String PAGE = "<p>The perigee is the point of an orbit nearest the Earth.</p>\n".repeat(400);

    private static void compressing(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(
                distribution(origin).byDefault(b -> b.acceptEncoding(true, true).compress()));
    }

    /** Text of which hardly two pieces are alike: it shrinks by a third at most. */
    private static Content noise(int size, long seed) {
        StringBuilder text = new StringBuilder(size);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < size; i++) text.append((char) (' ' + random.nextInt(90)));
        return Content.text(text.toString());
    }

    private static byte[] decoded(Response response) {
        assertTrue(response.whole(), response::toString);
        String coding = response.header("Content-Encoding");
        try (InputStream in = new ByteArrayInputStream(response.body());
                InputStream plain = "br".equals(coding)
                        ? new BrotliInputStream(in)
                        : "gzip".equals(coding) ? new GZIPInputStream(in) : in) {
            return plain.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Response response) {
        return new String(decoded(response), StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0} gets {1}")
    @CsvSource({"'gzip, deflate, br', br", "gzip, gzip", "br, br", "deflate, "})
    @ExtendWith(ScenarioExtension.class)
    void everyViewerGetsWhatItCanRead(
            String accept, String coding, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        compressing(edge, origin);
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), etag("v1"), body(PAGE));
        for (int i = 0; i < 3; i++) {
            Response response = viewer.get("/a", "Accept-Encoding", accept).response();
            expect(response).status(200).header("Content-Encoding", coding).hitElseMiss(i > 0);
            assertEquals(PAGE, text(response));
            assertEquals(coding == null ? "\"v1\"" : "W/\"v1\"", response.header("ETag"));
            assertEquals(coding == null ? null : "Accept-Encoding", response.header("Vary"));
            if (i > 0) assertEquals(Integer.toString(response.size()), response.header("Content-Length"));
            if (coding != null) assertTrue(response.size() < PAGE.length() / 10, response::toString);
        }
        origin.expectRequests(1);
        assertEquals(1, viewer.connections());
    }

    @Scenario
    void eachCodingIsStoredOnce(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        compressing(edge, origin);
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), body(PAGE));
        for (String accept : List.of("br", "gzip", "identity", "gzip;q=1.0", "x, br;q=0.5", "gzip, br", "br, gzip")) {
            assertEquals(PAGE, text(viewer.get("/a", "Accept-Encoding", accept).response()));
        }
        assertEquals(PAGE, text(viewer.get("/a").response()));
        origin.expectRequests(4);
    }

    @Scenario
    void headSaysWhatGetWould(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        compressing(edge, origin);
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), body(PAGE));
        expect(viewer.head("/a", "Accept-Encoding", "gzip")).status(200).header("Content-Encoding", "gzip");
        Response whole = viewer.get("/a", "Accept-Encoding", "gzip").response();
        assertEquals(PAGE, text(whole));
        expect(viewer.head("/a", "Accept-Encoding", "gzip"))
                .header("Content-Length", Integer.toString(whole.size()))
                .hit();
        origin.expectRequests(1);
    }

    @Scenario
    void whatTheOriginDoesNotMeasureIsLeftAlone(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        compressing(edge, origin);
        origin.on("GET", "/chunked").reply(200, TEXT, maxAge(60), chunked(PAGE));
        origin.on("GET", "/small").reply(200, TEXT, maxAge(60), body("x".repeat(999)));
        origin.on("GET", "/private").reply(200, TEXT, header("Cache-Control", "no-store"), body(PAGE));
        origin.on("GET", "/encoded")
                .reply(200, TEXT, maxAge(60), etag("v1"), header("Content-Encoding", "zstd"), body(PAGE));
        for (String path : List.of("/chunked", "/small", "/private")) {
            expect(viewer.get(path, "Accept-Encoding", "br")).status(200).noHeader("Content-Encoding");
        }
        expect(viewer.get("/encoded", "Accept-Encoding", "br"))
                .header("Content-Encoding", "zstd")
                .header("ETag", "\"v1\"")
                .body(PAGE);
    }

    @Scenario
    void theOriginIsAskedAboutItsOwnTag(
            ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock) {
        compressing(edge, origin);
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), etag("v1"), body(PAGE));
        Response first = viewer.get("/a", "Accept-Encoding", "br").response();
        expect(viewer.get("/a", "Accept-Encoding", "br", "If-None-Match", "W/\"v1\""))
                .status(304)
                .header("ETag", "W/\"v1\"")
                .hit();
        expect(viewer.get("/a", "Accept-Encoding", "br", "If-None-Match", "\"v1\""))
                .status(304);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, etag("v1"), maxAge(60));
        for (int i = 0; i < 2; i++) {
            clock.advanceSeconds(61);
            Response refreshed = viewer.get("/a", "Accept-Encoding", "br").response();
            expect(refreshed)
                    .status(200)
                    .refreshHit()
                    .header("ETag", "W/\"v1\"")
                    .header("Content-Encoding", "br")
                    .header("Vary", "Accept-Encoding");
            assertArrayEquals(first.body(), refreshed.body());
        }
        origin.expectRequests(3);
        assertEquals("\"v1\"", origin.lastRequest().header("If-None-Match"));
        assertNull(origin.lastRequest().header("X-Edge-Origin-ETag"));
    }

    @Scenario
    void aRangeOfACompressedObjectIsOneOfItsOctets(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        compressing(edge, origin);
        String modified = "Thu, 01 Jan 2026 00:00:00 GMT";
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), etag("v1"), lastModified(modified), body(PAGE));
        byte[] whole = viewer.get("/a", "Accept-Encoding", "gzip").response().body();
        Response part = viewer.get("/a", "Accept-Encoding", "gzip", "Range", "bytes=0-9")
                .response();
        expect(part).status(206).header("Content-Range", "bytes 0-9/" + whole.length);
        assertArrayEquals(java.util.Arrays.copyOf(whole, 10), part.body());
        // A weak tag never vouches for a range (RFC 9110 section 13.1.5).
        expect(viewer.get("/a", "Accept-Encoding", "gzip", "Range", "bytes=0-9", "If-Range", "W/\"v1\""))
                .status(200);
        // Nor does a date, which the object has in every coding.
        expect(viewer.get("/a", "Accept-Encoding", "gzip", "Range", "bytes=0-9", "If-Range", modified))
                .status(200);
    }

    @Scenario
    void aPartFromTheOriginIsNotCompressed(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        compressing(edge, origin);
        origin.on("GET", "/a")
                .reply(206, TEXT, maxAge(60), header("Content-Range", "bytes 0-1999/5000"), body("x".repeat(2000)));
        expect(viewer.get("/a", "Accept-Encoding", "br", "Range", "bytes=0-1999"))
                .status(206)
                .noHeader("Content-Encoding")
                .body("x".repeat(2000));
    }

    @Scenario
    void theLargestObjectStreamsThrough(ScenarioEdge edge, ScriptedOrigin origin) {
        compressing(edge, origin);
        Content large = noise(10_000_000, 3);
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), body(large));
        List<Exchange> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(edge.viewer().get("/a", "Accept-Encoding", i % 2 == 0 ? "br" : "gzip"));
        }
        for (Exchange exchange : all) assertArrayEquals(large.toBytes(), decoded(exchange.response()));
        origin.expectRequests(2);
    }

    @Scenario
    void theFirstViewerNeedNotWaitForTheEnd(ScenarioEdge edge, ScriptedOrigin origin) {
        compressing(edge, origin);
        Content large = noise(5_000_000, 4);
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), body(large), pausedAfter(4_000_000));
        Exchange viewer = edge.viewer().get("/a", "Accept-Encoding", "br").awaitBytes(1_000_000);
        origin.resume();
        assertArrayEquals(large.toBytes(), decoded(viewer.response()));
    }

    @Scenario
    void OF_01_aCutAnswerIsCutCompressedToo(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        compressing(edge, origin);
        origin.on("GET", "/a").times(1).reply(200, TEXT, maxAge(60), body(PAGE), pausedAfter(5_000), cutAfter(9_000));
        Exchange cut = viewer.get("/a", "Accept-Encoding", "gzip");
        assertEquals(200, cut.awaitHead());
        origin.resume();
        expect(cut).cutShort();
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), body(PAGE));
        Response again = edge.viewer().get("/a", "Accept-Encoding", "gzip").response();
        assertEquals(PAGE, text(again));
        expect(again).miss();
    }

    @Scenario
    void aViewerThatLeavesDoesNotStopTheCompression(ScenarioEdge edge, ScriptedOrigin origin) {
        compressing(edge, origin);
        Content large = noise(5_000_000, 5);
        origin.on("GET", "/a").reply(200, TEXT, maxAge(60), body(large), pausedAfter(2_000_000));
        ScriptedViewer leaving = edge.viewer();
        leaving.get("/a", "Accept-Encoding", "br").awaitBytes(100_000);
        leaving.hangUp();
        origin.resume();
        assertArrayEquals(
                large.toBytes(),
                decoded(edge.viewer().get("/a", "Accept-Encoding", "br").response()));
        origin.expectRequests(1);
    }

    @Scenario
    void anErrorPageIsCompressedAsWell(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        edge.serve(distribution(origin)
                .errorPage(404, 60, "/404.html", 404)
                .byDefault(b -> b.acceptEncoding(true, true).compress()));
        origin.on("GET", "/a").reply(404, TEXT, body("missing"));
        origin.on("GET", "/404.html").reply(200, TEXT, maxAge(60), body(PAGE));
        Response response = viewer.get("/a", "Accept-Encoding", "br").response();
        expect(response).status(404).header("Content-Encoding", "br").error();
        assertEquals(PAGE, text(response));
    }
}
