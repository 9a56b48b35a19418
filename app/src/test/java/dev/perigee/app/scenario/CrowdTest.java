package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cacheControl;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.maxAge;
import static dev.perigee.testkit.Replies.pausedAfter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.OriginScript;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;

/**
 * Viewers who come for one key at about the moment when its fetch ends, in every way in which it can end: nobody may be left
 * waiting. With two threads that take the cores away from everybody else. For as long as a scenario may take:
 * {@code -Dcrowd.seconds=30}.
 */
@Tag("full")
class CrowdTest {
    private static final int VIEWERS = 24;
    private static final Content LARGE = Content.generated(400_000, 3);

    /** How what the crowd wants ends. */
    private enum Case {
        FRESH,
        STALE_AT_ONCE,
        FORBIDDEN_TO_STORE,
        HANGS_UP,
        CUT,
        LARGE_CONTENT,
        NOT_MODIFIED,
        REPLACED,
        STALE_FOR_A_DEAD_ORIGIN,
        STALE_FOR_AN_ERROR,
        WHILE_REVALIDATING;

        /** Whether something is stored before. */
        boolean begunStale() {
            return switch (this) {
                case NOT_MODIFIED, REPLACED, STALE_FOR_A_DEAD_ORIGIN, STALE_FOR_AN_ERROR, WHILE_REVALIDATING -> true;
                case FRESH, STALE_AT_ONCE, FORBIDDEN_TO_STORE, HANGS_UP, CUT, LARGE_CONTENT -> false;
            };
        }
    }

    @Scenario
    void nobodyIsLeftWaiting(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        edge.serve(distribution(origin).byDefault(b -> b.origin(o -> o.readTimeout(60))));
        long seed = Long.getLong("crowd.seed", System.nanoTime());
        Random random = new Random(seed);
        List<ScriptedViewer> viewers = new ArrayList<>();
        for (int i = 0; i < VIEWERS; i++) viewers.add(i % 4 == 3 ? edge.http2Viewer(HOST) : edge.viewer());
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < 2; i++) busy(over);
        long end = System.nanoTime() + 1_000_000_000L * Long.getLong("crowd.seconds", 4);
        try {
            for (int round = 0; System.nanoTime() - end < 0; round++) {
                Case how = Case.values()[random.nextInt(Case.values().length)];
                String name = "seed " + seed + ", round " + round + ", " + how;
                play(name, how, "/" + round, viewers, origin, clock, random);
            }
        } finally {
            over.set(true);
        }
    }

    private static void busy(AtomicBoolean over) {
        Thread.ofPlatform().daemon().start(() -> {
            while (!over.get()) Thread.onSpinWait();
        });
    }

    private static void play(
            String name,
            Case how,
            String path,
            List<ScriptedViewer> viewers,
            ScriptedOrigin origin,
            ManualClock clock,
            Random random) {
        if (how.begunStale()) {
            String more = how == Case.WHILE_REVALIDATING ? ", stale-while-revalidate=60" : "";
            origin.on("GET", path).reply(200, cacheControl("max-age=1" + more), etag("v1"), body("old"));
            assertEquals("old", viewers.getFirst().get(path).response().text(), name);
            clock.advanceSeconds(2);
        }
        OriginScript script = script(how, origin.on("GET", path).hold());
        int releasedAt = random.nextInt(VIEWERS + 1);
        List<Exchange> crowd = new ArrayList<>();
        for (int i = 0; i < VIEWERS; i++) {
            if (i == releasedAt) release(script);
            crowd.add(viewers.get(i).get(path));
            if (random.nextInt(4) == 0) spin(random.nextInt(300_000));
        }
        if (releasedAt == VIEWERS) release(script);
        for (Exchange exchange : crowd) check(name, how, exchange);
    }

    private static OriginScript script(Case how, OriginScript held) {
        return switch (how) {
            case FRESH, REPLACED -> held.reply(200, maxAge(60), etag("v2"), body("new"));
            case STALE_AT_ONCE -> held.reply(200, maxAge(0), etag("v2"), body("new"));
            case FORBIDDEN_TO_STORE -> held.reply(200, cacheControl("no-store"), body("new"));
            case HANGS_UP, STALE_FOR_A_DEAD_ORIGIN -> held.hangUp();
            case CUT -> held.reply(200, maxAge(60), body(LARGE), pausedAfter(9_000), Replies.cutAfter(100_000));
            case LARGE_CONTENT -> held.reply(200, maxAge(60), body(LARGE), pausedAfter(9_000));
            case NOT_MODIFIED, WHILE_REVALIDATING -> held.reply(304, maxAge(60), etag("v1"));
            case STALE_FOR_AN_ERROR -> held.reply(500, body("broken"));
        };
    }

    private static void release(OriginScript script) {
        Thread.startVirtualThread(() -> {
            script.release();
            script.resume();
        });
    }

    private static void spin(int nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) Thread.onSpinWait();
    }

    private static void check(String name, Case how, Exchange exchange) {
        Response response;
        try {
            response = exchange.response();
        } catch (AssertionError left) {
            throw new AssertionError(name + ": " + left.getMessage(), left);
        }
        switch (how) {
            case FRESH, REPLACED, STALE_AT_ONCE, FORBIDDEN_TO_STORE -> assertEquals("new", response.text(), name);
            case HANGS_UP -> assertEquals(502, response.status(), name);
            case CUT -> assertFalse(response.whole(), name);
            case LARGE_CONTENT -> assertTrue(response.whole() && response.body().length == LARGE.size(), name);
            case NOT_MODIFIED, STALE_FOR_A_DEAD_ORIGIN, STALE_FOR_AN_ERROR, WHILE_REVALIDATING ->
                assertEquals("old", response.text(), name);
        }
    }
}
