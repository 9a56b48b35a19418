package dev.perigee.app.scenario;

import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.store.disk.DiskStatus;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class DiskTierTest {
    private static final EdgeLimits WITH_DISK = limits().disk(64L << 20).build();

    private static void restart(ScenarioEdge edge) {
        edge.restart(WITH_DISK);
        edge.awaitDisk(disk -> disk.state() == DiskStatus.State.SERVING);
    }

    @Scenario
    void aRestartedEdgeServesFromItsDisk(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        restart(edge);
        Content large = Content.generated(700_000, 1);
        origin.on("GET", "/a").reply(200, maxAge(3600), body("small"));
        origin.on("GET", "/b").reply(200, maxAge(3600), body(large));
        origin.on("GET", "/missing").reply(404, body("no"));
        expect(edge.viewer().get("/a"), edge.viewer().get("/b")).miss();
        expect(edge.viewer().get("/missing")).status(404);
        restart(edge);
        clock.advanceSeconds(5);
        expect(edge.viewer().get("/a")).body("small").hit().header("age", "5");
        expect(edge.viewer().get("/b")).body(large).hit();
        expect(edge.viewer().get("/missing")).status(404);
        expect(edge.viewer().get("/a")).body("small").hit();
        origin.expectRequests(3);
        assertEquals(3, edge.status().disk().hits());
    }

    @Scenario
    void whatIsStaleOnDiskIsRevalidated(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        restart(edge);
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("old"));
        expect(edge.viewer().get("/a")).miss();
        restart(edge);
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, maxAge(600));
        expect(edge.viewer().get("/a")).body("old").header("x-cache", "RefreshHit from cloudfront");
        edge.awaitDisk(disk -> disk.written() == 1);
        restart(edge);
        clock.advanceSeconds(300);
        expect(edge.viewer().get("/a")).body("old").hit();
    }

    /** What the log has forgotten it cannot compare a response with, but one that was validated since is newer than that. */
    @Scenario
    void whatWasRevalidatedAfterAForgottenPurgeIsWritten(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock)
            throws IOException {
        restart(edge);
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("old"));
        expect(edge.viewer().get("/a")).miss();
        edge.awaitDisk(disk -> disk.written() == 1);
        Path journal = edge.cache().resolve("purges");
        long empty = Files.size(journal);
        edge.purge("/other");
        Patience.eventually("the purge is forgotten", () -> {
            try {
                return Files.size(journal) == empty;
            } catch (IOException beingReplaced) {
                return false;
            }
        });
        clock.advanceSeconds(61);
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304, maxAge(600));
        expect(edge.viewer().get("/a")).body("old").header("x-cache", "RefreshHit from cloudfront");
        edge.awaitDisk(disk -> disk.written() == 2);
        restart(edge);
        expect(edge.viewer().get("/a")).body("old").hit();
        origin.expectRequests(2);
    }

    @Scenario
    void aPurgedResponseDoesNotComeBackWithARestart(ScenarioEdge edge, ScriptedOrigin origin) {
        restart(edge);
        origin.on("GET", "*").reply(200, maxAge(3600), body("old"));
        expect(edge.viewer().get("/a"), edge.viewer().get("/b")).miss();
        restart(edge);
        edge.purge("/a");
        restart(edge);
        origin.on("GET", "*").reply(200, maxAge(3600), body("new"));
        expect(edge.viewer().get("/a")).body("new").miss();
        expect(edge.viewer().get("/b")).body("old").hit();
        restart(edge);
        expect(edge.viewer().get("/a")).body("new").hit();
    }

    /** The file of the last plan is written after a purge is acknowledged; whoever dies before that has the older one. */
    @Scenario
    void aPurgeHoldsWhenOnlyTheOlderPlanIsOnDisk(ScenarioEdge edge, ScriptedOrigin origin) throws IOException {
        restart(edge);
        origin.on("GET", "/a").reply(200, maxAge(3600), body("old"));
        expect(edge.viewer().get("/a")).miss();
        byte[] before = Files.readAllBytes(edge.state().resolve("plan"));
        edge.purge("/a");
        edge.restart(WITH_DISK, state -> Files.write(state.resolve("plan"), before));
        edge.awaitDisk(disk -> disk.state() == DiskStatus.State.SERVING);
        origin.on("GET", "/a").reply(200, maxAge(3600), body("new"));
        expect(edge.viewer().get("/a")).body("new").miss();
    }

    @Scenario
    void severalWhoWantTheSameFromDiskReadItOnce(ScenarioEdge edge, ScriptedOrigin origin) {
        restart(edge);
        Content content = Content.generated(900_000, 2);
        origin.on("GET", "/a").reply(200, maxAge(3600), body(content));
        expect(edge.viewer().get("/a")).miss();
        restart(edge);
        List<Exchange> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) all.add(edge.viewer().get("/a"));
        for (Exchange one : all) expect(one).body(content).hit();
        assertEquals(1, edge.status().disk().hits());
        origin.expectRequests(1);
    }

    @Scenario
    void di03DamagedFilesCostARefetchAndNothingElse(ScenarioEdge edge, ScriptedOrigin origin) throws IOException {
        restart(edge);
        origin.on("GET", "*").reply(200, maxAge(3600), body(Content.generated(20_000, 3)));
        for (int i = 0; i < 30; i++) expect(edge.viewer().get("/" + i)).miss();
        edge.restart(limits().build());
        Random random = new Random(4);
        try (Stream<Path> files = Files.list(edge.cache())) {
            for (Path file : files.filter(f -> f.toString().endsWith(".seg")).toList()) {
                byte[] octets = Files.readAllBytes(file);
                for (int i = 0; i < 30; i++)
                    octets[64 + random.nextInt(octets.length - 64)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, octets);
            }
        }
        restart(edge);
        for (int i = 0; i < 30; i++)
            expect(edge.viewer().get("/" + i)).status(200).body(Content.generated(20_000, 3));
        assertTrue(edge.status().disk().corrupt() > 5);
    }
}
