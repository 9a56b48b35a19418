package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Plan;
import dev.perigee.edge.PlanRefused;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import dev.perigee.wire.PlanDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlanTest {
    @Scenario
    void aNewerPlanServesFromTheNextRequestOn(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/v1/a").reply(200, body("one"));
        origin.on("GET", "/v2/a").reply(200, body("two"));
        edge.serve(distribution(origin).byDefault(b -> b.cachingDisabled().origin(o -> o.path("/v1"))));
        expect(viewer.get("/a")).body("one");
        edge.serve(distribution(origin).byDefault(b -> b.cachingDisabled().origin(o -> o.path("/v2"))));
        expect(viewer.get("/a")).body("two");
        assertEquals(3, edge.status().planVersion());
    }

    @Scenario
    void anOlderPlanNeverReturns(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) throws PlanRefused {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        Plan older = edge.nextPlan();
        edge.serve(distribution(origin));
        Plan empty = new Plan(older.version(), List.of(), List.of(), 0, null);
        assertEquals(older.version() + 1, edge.edge().offer(PlanDocument.encode(empty)));
        expect(viewer.get("/a")).status(200);
        assertEquals(older.version() + 1, edge.status().planVersion());
    }

    @Scenario
    void theSamePlanTwiceIsAcknowledgedTwice(ScenarioEdge edge) throws PlanRefused {
        byte[] document = PlanDocument.encode(edge.nextPlan());
        long version = edge.edge().offer(document);
        assertEquals(version, edge.edge().offer(document));
    }

    @Scenario
    void requestsUnderWayKeepTheirPlan(ScenarioEdge edge, ScriptedOrigin origin) {
        Content object = Content.generated(100_000, 1);
        origin.on("GET", "/held").hold().reply(200, maxAge(60), body("held"));
        origin.on("GET", "/flowing").reply(200, maxAge(60), body(object), pausedAfter(50_000));
        Exchange held = edge.viewer().get("/held");
        Exchange flowing = edge.viewer().get("/flowing").awaitBytes(50_000);
        origin.awaitRequests(2);
        edge.serve(distribution(origin).disabled());
        expect(edge.viewer().get("/held")).status(403);
        origin.release();
        origin.resume();
        expect(held).status(200).body("held");
        expect(flowing).status(200).body(object);
    }

    @Scenario
    void aRemovedDistributionIsGone(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).status(200);
        edge.serve();
        expect(viewer.get("/a")).status(403);
        assertEquals(0, edge.status().distributions());
    }

    /** What can happen to a document on its way. */
    enum Damage {
        EMPTY,
        CUT,
        CUT_IN_HALF,
        HEADER_ONLY,
        DOUBLED,
        TENFOLD,
        ONE_BIT,
        WRONG_CHECKSUM,
        NOT_A_PLAN
    }

    private static byte[] damaged(Damage damage, byte[] document) {
        int header = new String(document, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        return switch (damage) {
            case EMPTY -> new byte[0];
            case CUT -> Arrays.copyOf(document, document.length - 1);
            case CUT_IN_HALF -> Arrays.copyOf(document, document.length / 2);
            case HEADER_ONLY -> Arrays.copyOf(document, header);
            case DOUBLED -> repeated(document, 2);
            case TENFOLD -> repeated(document, 10);
            case ONE_BIT -> flipped(document, document.length / 2);
            case WRONG_CHECKSUM -> flipped(document, header - 2);
            case NOT_A_PLAN -> "<html>not found</html>".getBytes(StandardCharsets.UTF_8);
        };
    }

    private static byte[] repeated(byte[] document, int times) {
        byte[] all = new byte[document.length * times];
        for (int i = 0; i < times; i++) System.arraycopy(document, 0, all, i * document.length, document.length);
        return all;
    }

    private static byte[] flipped(byte[] document, int at) {
        byte[] changed = document.clone();
        changed[at] ^= 1;
        return changed;
    }

    @ParameterizedTest
    @EnumSource
    @ExtendWith(ScenarioExtension.class)
    void CP_02_aDamagedPlanIsRefusedAndTheOldOneStays(
            Damage damage, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        long before = edge.status().planVersion();
        byte[] damaged = damaged(damage, PlanDocument.encode(edge.nextPlan()));
        PlanRefused refused = assertThrows(PlanRefused.class, () -> edge.edge().offer(damaged));
        assertFalse(String.valueOf(refused.getMessage()).isBlank());
        assertEquals(before, edge.status().planVersion());
        assertEquals(1, edge.status().plansRefused());
        expect(viewer.get("/a")).status(200).body("hello");
        edge.serve(distribution(origin));
        assertTrue(edge.status().planVersion() > before);
    }

    @Scenario
    void anEdgeServesFromItsLastGoodPlanAfterARestart(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(edge.viewer().get("/a")).status(200);
        long version = edge.status().planVersion();
        edge.restart();
        assertEquals(version, edge.status().planVersion());
        expect(edge.viewer().get("/a")).status(200).body("hello");
    }

    @Scenario
    void CP_02_ARefusedPlanIsNotTheOneOnDisk(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        byte[] document = PlanDocument.encode(edge.nextPlan());
        assertThrows(PlanRefused.class, () -> edge.edge().offer(Arrays.copyOf(document, document.length - 1)));
        edge.restart();
        expect(edge.viewer().get("/a")).status(200).body("hello");
    }

    @Scenario
    void CP_02_aPlanDamagedOnDiskDoesNotKeepTheEdgeDown(ScenarioEdge edge, ScriptedOrigin origin) throws IOException {
        for (Path file : planFiles(edge)) {
            byte[] document = Files.readAllBytes(file);
            document[document.length / 2] ^= 1;
            Files.write(file, document);
        }
        edge.restart();
        expect(edge.viewer().get("/a")).status(403);
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin));
        expect(edge.viewer().get("/a")).status(200);
    }

    @Scenario
    void thePlanOnDiskIsForItsOwnerOnly(ScenarioEdge edge) throws IOException {
        List<Path> files = planFiles(edge);
        assertFalse(files.isEmpty());
        for (Path file : files) {
            Set<PosixFilePermission> others = Files.getPosixFilePermissions(file);
            assertEquals(
                    Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE), others, file::toString);
        }
    }

    private static List<Path> planFiles(ScenarioEdge edge) throws IOException {
        try (Stream<Path> files = Files.walk(edge.state())) {
            return files.filter(f -> f.getFileName().toString().contains("plan"))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    @Scenario
    void plansMayChangeUnderLoad(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/*").reply(200, maxAge(60), body("hello"));
        ScriptedViewer viewer = edge.viewer();
        for (int i = 0; i < 50; i++) {
            Exchange before = viewer.get("/" + i);
            edge.serve(distribution(origin));
            expect(before, viewer.get("/" + i)).status(200).body("hello");
        }
        assertEquals(1, viewer.connections());
    }
}
