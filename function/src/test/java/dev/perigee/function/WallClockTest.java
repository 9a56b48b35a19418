package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.JsRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limit of 50 ms for a run, however little CPU it has used. */
@Timeout(30)
class WallClockTest {
    private static final Duration WALL = Duration.ofMillis(50);
    /** Of CPU time: in none of these tests is it why a run ends. */
    private static final Duration AMPLE = Duration.ofMinutes(1);

    private static FunctionEngine engine(String name) {
        FunctionLimits standard = FunctionLimits.standard();
        assertEquals(WALL, standard.runWall());
        return new FunctionEngine(
                new FunctionLimits(
                        AMPLE,
                        standard.runWall(),
                        standard.averageCpu(),
                        AMPLE,
                        standard.throttled(),
                        2,
                        standard.queueMax(),
                        standard.isolatesMax(),
                        standard.idle()),
                name);
    }

    private static Outcome.Failed stopped(Outcome outcome) {
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, outcome);
        assertEquals(Outcome.Reason.EXECUTION, failed.reason());
        assertEquals(Worker.STOPPED, failed.message());
        return failed;
    }

    /** On a busy machine 50 ms may pass before a good function has had a core. */
    private static void runs(FunctionEngine engine, String expected) {
        EdgeFunction good = Functions.body("return " + expected + ";");
        String answer = "";
        for (int i = 0; i < 50 && !answer.equals(expected); i++) answer = Functions.run(engine, good);
        assertEquals(expected, answer);
    }

    @Test
    void whoLoopsIsStoppedByTimeAlone() {
        try (FunctionEngine engine = engine("loops")) {
            long from = System.nanoTime();
            Outcome.Failed failed =
                    stopped(engine.await(Functions.body("for (;;) {}"), Functions.EVENT, 1_700_000_000_000L, null));
            assertTrue(System.nanoTime() - from >= WALL.toNanos());
            assertTrue(failed.cpuNanos() < AMPLE.toNanos(), failed.cpuNanos() + " ns");
        }
    }

    /** A key value store that answers when it is told to: functions have nothing else that could keep them waiting without CPU. */
    private static final class Slow extends Values {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch answer = new CountDownLatch(1);

        Slow() {
            super(Map.of());
        }

        @Override
        @Nullable
        String value(String store, String key) {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "late";
        }
    }

    @Test
    void whoWaitsIsAnsweredForAndOthersGoOn() throws InterruptedException {
        EdgeFunction waits = new EdgeFunction(
                "waits",
                JsRuntime.JS_2_0,
                "import cf from 'cloudfront'; async function handler() { return {statusCode: 200, body: await cf.kvs().get('k')}; }",
                List.of("s"));
        Slow slow = new Slow();
        try (FunctionEngine engine = engine("waits")) {
            // It still waits when its viewer is told.
            stopped(engine.await(waits, Functions.EVENT, 1_700_000_000_000L, null, slow));
            assertTrue(slow.asked.await(0, TimeUnit.SECONDS));
            assertEquals(1, slow.answer.getCount());
            // Another thread has taken over, and who does not come back is left alone.
            runs(engine, "1");
            Outcome.Failed again = assertInstanceOf(
                    Outcome.Failed.class, engine.await(waits, Functions.EVENT, 1_700_000_000_000L, null, slow));
            assertEquals(Outcome.Reason.THROTTLED, again.reason());
            slow.answer.countDown();
            runs(engine, "2");
        } finally {
            slow.answer.countDown();
        }
    }
}
