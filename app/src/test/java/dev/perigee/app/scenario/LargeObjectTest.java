package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.RangingOrigin;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Objects of more than one block. */
class LargeObjectTest {
    private static final int BLOCK = 1 << 16;
    private static final int SIZE = 40 * BLOCK + 123;

    private static void serve(ScenarioEdge edge, RangingOrigin origin) {
        edge.restart(limits().blockBytes(BLOCK).build());
        edge.serve(distribution(origin.port()));
    }

    private static void assertHolds(RangingOrigin origin, long from, long to, Response response) {
        assertTrue(response.whole(), "whole");
        byte[] body = response.body();
        assertEquals(to - from, body.length);
        for (int i = 0; i < body.length; i++) {
            if (body[i] != origin.at(from + i)) throw new AssertionError("wrong octet at " + (from + i));
        }
    }

    @Scenario
    void RX_01_oneOctetOfAColdObjectCostsOneBlock(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            long at = 30L * BLOCK + 5;
            Response one =
                    edge.viewer().get("/o", "Range", "bytes=" + at + '-' + at).response();
            expect(one).status(206).miss().header("Content-Range", "bytes " + at + '-' + at + '/' + SIZE);
            assertHolds(origin, at, at + 1, one);
            assertEquals(List.of("bytes=" + 30 * BLOCK + '-' + (31 * BLOCK - 1)), origin.asked());
            assertEquals(BLOCK, origin.sent());
            expect(edge.viewer().get("/o", "Range", "bytes=" + 30 * BLOCK + "-" + (at + 9)))
                    .status(206)
                    .hit();
            assertEquals(1, origin.asked().size());
        }
    }

    @Scenario
    void aRangeWhoseBlockTheOriginHasToSendIsAMissThoughOthersAreStored(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            expect(edge.viewer().get("/o", "Range", "bytes=0-9")).status(206).miss();
            expect(edge.viewer().get("/o", "Range", "bytes=0-9")).status(206).hit();
            String far = "bytes=" + 9 * BLOCK + '-' + (9 * BLOCK + 9);
            expect(edge.viewer().get("/o", "Range", far + "," + 20 * BLOCK + "-" + 20 * BLOCK))
                    .status(206)
                    .miss();
            expect(edge.viewer().get("/o", "Range", far)).status(206).hit();
            expect(edge.viewer().head("/o")).status(200).hit();
            expect(edge.viewer().get("/o")).status(200).hit();
        }
    }

    @Scenario
    void aRangeFromTheEndCostsAProbeAndItsBlock(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            Response tail = edge.viewer().get("/o", "Range", "bytes=-100").response();
            expect(tail).status(206);
            assertHolds(origin, SIZE - 100, SIZE, tail);
            assertEquals(List.of("bytes=0-0", "bytes=" + 40 * BLOCK + '-' + (SIZE - 1)), origin.asked());
        }
    }

    @Scenario
    void severalRangesOfAColdObjectFetchTheirBlocksOnly(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            Response parts = edge.viewer()
                    .get("/o", "Range", "bytes=10-19," + (20 * BLOCK) + "-" + (20 * BLOCK + 9))
                    .response();
            expect(parts).status(206).headerMatches("Content-Type", "multipart/byteranges.*");
            assertTrue(parts.whole());
            assertEquals(2L * BLOCK, origin.sent());
        }
    }

    @Scenario
    void theWholeObjectIsFetchedOnceAndThenServedInAnyPart(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            Response whole = edge.viewer().get("/o").response();
            expect(whole).status(200).miss();
            assertHolds(origin, 0, SIZE, whole);
            Response part = edge.viewer()
                    .get("/o", "Range", "bytes=" + (BLOCK - 5) + '-' + (3 * BLOCK + 4))
                    .response();
            expect(part).status(206).hit();
            assertHolds(origin, BLOCK - 5, 3 * BLOCK + 5, part);
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(List.of("-"), origin.asked());
        }
    }

    @Scenario
    void blocksThatARangeBroughtAreNotFetchedAgainForTheWhole(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            edge.viewer()
                    .get("/o", "Range", "bytes=" + 3 * BLOCK + '-' + (5 * BLOCK - 1))
                    .response();
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(SIZE, origin.sent(), () -> origin.asked().toString());
        }
    }

    @Scenario
    void manyViewersOfAColdObjectShareOneFetch(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            List<Exchange> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) all.add(edge.viewer().get("/o"));
            for (Exchange each : all) assertHolds(origin, 0, SIZE, each.response());
            assertEquals(SIZE, origin.sent(), () -> origin.asked().toString());
        }
    }

    @Scenario
    void aCacheThatIsTooSmallFetchesAgainAndNeverServesAWrongOctet(ScenarioEdge edge) {
        int size = 400 * BLOCK + 7;
        try (RangingOrigin origin = RangingOrigin.start(size)) {
            edge.restart(limits().blockBytes(BLOCK).memory(1 << 20, 1 << 20).build());
            edge.serve(distribution(origin.port()));
            List<Exchange> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) all.add(edge.viewer().get("/o"));
            for (int i = 0; i < 4; i++) {
                long from = (long) (i * 90 + 11) * BLOCK + 3;
                Response part = edge.viewer()
                        .get("/o", "Range", "bytes=" + from + '-' + (from + 3 * BLOCK))
                        .response();
                assertHolds(origin, from, from + 3 * BLOCK + 1, part);
            }
            for (Exchange each : all) assertHolds(origin, 0, size, each.response());
            assertTrue(
                    edge.status().storedBytes() <= 2 << 20, () -> edge.status().toString());
        }
    }

    @Scenario
    void OF_01_anOriginThatBreaksOffIsAskedForTheRest(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            origin.cutOnceAfter(10 * BLOCK + 77);
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals("-", origin.asked().getFirst());
            assertTrue(origin.asked().size() > 1, () -> origin.asked().toString());
            // What a reset takes from the receive buffer is sent again, but never what had arrived before.
            assertTrue(origin.sent() < SIZE + 11 * BLOCK, () -> origin.asked().toString());
        }
    }

    @Scenario
    void twoVersionsNeverMix(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            edge.viewer().get("/o", "Range", "bytes=0-9").response();
            origin.newVersion();
            Response mixed = edge.viewer().get("/o").response();
            assertFalse(mixed.whole(), "a response of two versions");
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
        }
    }

    @Scenario
    void anOriginWithoutRangesIsReadThrough(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE).withoutRanges()) {
            serve(edge, origin);
            long from = 12L * BLOCK;
            Response part = edge.viewer()
                    .get("/o", "Range", "bytes=" + from + '-' + (from + 9))
                    .response();
            expect(part).status(206);
            assertHolds(origin, from, from + 10, part);
            Response tail = edge.viewer().get("/o", "Range", "bytes=-7").response();
            assertHolds(origin, SIZE - 7, SIZE, tail);
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
        }
    }

    @Scenario
    void aModificationDateTellsVersionsApartToo(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE).withDatesOnly()) {
            serve(edge, origin);
            edge.viewer().get("/o", "Range", "bytes=0-9").response();
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(SIZE, origin.sent(), () -> origin.asked().toString());
        }
    }

    @Scenario
    void whatIsNotToBeStoredIsServedAsAskedFor(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE).cacheControl("private, max-age=60")) {
            serve(edge, origin);
            Response part = edge.viewer().get("/o", "Range", "bytes=5-9").response();
            expect(part).status(206).miss().header("Content-Range", "bytes 5-9/" + SIZE);
            assertHolds(origin, 5, 10, part);
            expect(edge.viewer().get("/o", "Range", "bytes=5-9")).status(206).miss();
        }
    }

    @Scenario
    void aRangeBehindTheEndIs416(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            for (int past : new int[] {SIZE, SIZE + 10 * BLOCK}) {
                expect(edge.viewer().get("/o", "Range", "bytes=" + past + "-"))
                        .status(416)
                        .header("Content-Range", "bytes */" + SIZE);
            }
        }
    }

    @Scenario
    void aHeadRequestBringsNoMoreThanTheFirstBlocks(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(200 * SIZE)) {
            serve(edge, origin);
            expect(edge.viewer().head("/o")).status(200).header("Content-Length", Integer.toString(200 * SIZE));
            assertTrue(
                    edge.status().originBytes() < 100 * BLOCK,
                    () -> edge.status().toString());
            expect(edge.viewer().head("/o")).status(200).hit();
        }
    }

    @Scenario
    void afterRevalidationTheBlocksAreStillGood(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            clock.advance(Duration.ofSeconds(3601));
            Response refreshed = edge.viewer().get("/o").response();
            expect(refreshed).status(200).header("X-Cache", "RefreshHit from cloudfront");
            assertHolds(origin, 0, SIZE, refreshed);
            assertEquals(SIZE, origin.sent());
        }
    }

    @Scenario
    void RX_01_oneOctetOfAStaleObjectCostsNothingWhenItIsUnchanged(ScenarioEdge edge, ManualClock clock) {
        for (boolean dates : new boolean[] {false, true}) {
            try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
                if (dates) origin.withDatesOnly();
                serve(edge, origin);
                edge.viewer().get("/o").response();
                clock.advance(Duration.ofSeconds(3601));
                Response one = octet(edge, 30L * BLOCK + 5);
                expect(one).status(206).header("X-Cache", "RefreshHit from cloudfront");
                assertHolds(origin, 30L * BLOCK + 5, 30L * BLOCK + 6, one);
                assertEquals(List.of("-", blocks(30)), origin.asked());
                assertEquals(SIZE, origin.sent());
                expect(octet(edge, 3L * BLOCK)).status(206).hit();
            }
        }
    }

    @Scenario
    void RX_01_oneOctetOfANewVersionCostsOneBlock(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            edge.viewer().get("/o").response();
            clock.advance(Duration.ofSeconds(3601));
            origin.newVersion();
            Response one = octet(edge, 30L * BLOCK + 5);
            expect(one).status(206).miss().header("ETag", "\"v2\"");
            assertHolds(origin, 30L * BLOCK + 5, 30L * BLOCK + 6, one);
            assertEquals(SIZE + BLOCK, origin.sent());
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(2L * SIZE, origin.sent(), () -> origin.asked().toString());
        }
    }

    @Scenario
    void RX_01_theLastOctetOfAStaleObjectNeedsNoProbe(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            edge.viewer().get("/o").response();
            clock.advance(Duration.ofSeconds(3601));
            origin.newVersion();
            Response tail = edge.viewer().get("/o", "Range", "bytes=-1").response();
            expect(tail).status(206);
            assertHolds(origin, SIZE - 1, SIZE, tail);
            assertEquals(List.of("-", blocks(40)), origin.asked());
        }
    }

    @Scenario
    void anOriginThatDoesNotHeedConditionsSendsOneBlockAndTheOthersStay(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE).withoutConditions()) {
            serve(edge, origin);
            edge.viewer().get("/o").response();
            clock.advance(Duration.ofSeconds(3601));
            Response one = octet(edge, 30L * BLOCK + 5);
            assertHolds(origin, 30L * BLOCK + 5, 30L * BLOCK + 6, one);
            assertEquals(List.of("-", blocks(30)), origin.asked());
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(2, origin.asked().size(), "all of it was still there, and fresh");
        }
    }

    @Scenario
    void anOriginThatForgotRangesReplacesAStaleObjectWhole(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            edge.viewer().get("/o").response();
            clock.advance(Duration.ofSeconds(3601));
            origin.newVersion().withoutRanges();
            Response one = octet(edge, 30L * BLOCK + 5);
            expect(one).status(206);
            assertHolds(origin, 30L * BLOCK + 5, 30L * BLOCK + 6, one);
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
        }
    }

    @Scenario
    void aRangeBehindTheEndOfAStaleObjectLeavesItThere(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            edge.viewer().get("/o").response();
            clock.advance(Duration.ofSeconds(3601));
            expect(edge.viewer().get("/o", "Range", "bytes=" + 90L * BLOCK + "-"))
                    .status(416);
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(SIZE, origin.sent());
        }
    }

    @Scenario
    void aStaleObjectThatBecamePrivateIsNotServedToOthers(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            edge.viewer().get("/o").response();
            clock.advance(Duration.ofSeconds(3601));
            origin.newVersion().cacheControl("private");
            Response one = octet(edge, 30L * BLOCK + 5);
            expect(one).status(206).miss();
            assertHolds(origin, 30L * BLOCK + 5, 30L * BLOCK + 6, one);
            origin.downAfter(0);
            expect(octet(edge, 30L * BLOCK + 5)).status(503);
        }
    }

    @Scenario
    void aStaleObjectStandsInForAnOriginThatIsDownInAnyPart(ScenarioEdge edge, ManualClock clock) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            edge.viewer().get("/o").response();
            clock.advance(Duration.ofSeconds(3601));
            origin.downAfter(0);
            Response one = octet(edge, 30L * BLOCK + 5);
            expect(one).status(206);
            assertHolds(origin, 30L * BLOCK + 5, 30L * BLOCK + 6, one);
        }
    }

    private static Response octet(ScenarioEdge edge, long at) {
        return edge.viewer().get("/o", "Range", "bytes=" + at + '-' + at).response();
    }

    private static String blocks(int index) {
        return "bytes=" + index * BLOCK + '-' + ((index + 1) * BLOCK - 1);
    }

    @Scenario
    void aPurgeMakesEveryBlockUnreachable(ScenarioEdge edge) {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            serve(edge, origin);
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            origin.newVersion();
            edge.purge("/o");
            assertHolds(origin, 0, SIZE, edge.viewer().get("/o").response());
            assertEquals(2L * SIZE, origin.sent());
        }
    }

    @Scenario
    void aSlowViewerHoldsTheOriginBackAndOthersAreNotHeld(ScenarioEdge edge) {
        int size = 1000 * BLOCK;
        try (RangingOrigin origin = RangingOrigin.start(size)) {
            edge.restart(limits().blockBytes(BLOCK).memory(4 << 20, 4 << 20).build());
            edge.serve(distribution(origin.port()));
            var slow = edge.viewer().receiveBuffer(4096);
            slow.pauseReading();
            Exchange waits = slow.get("/o");
            Response part = edge.viewer()
                    .get("/o", "Range", "bytes=" + 900L * BLOCK + '-' + (900L * BLOCK + 9))
                    .response();
            assertHolds(origin, 900L * BLOCK, 900L * BLOCK + 10, part);
            assertTrue(
                    edge.status().originBytes() < 200L * BLOCK,
                    () -> edge.status().toString());
            slow.resumeReading();
            assertHolds(origin, 0, size, waits.response());
        }
    }
}
