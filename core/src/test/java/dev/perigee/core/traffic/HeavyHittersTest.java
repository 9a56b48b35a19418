package dev.perigee.core.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeavyHittersTest {
    private final HeavyHitters hitters = new HeavyHitters(256);

    @Test
    void fewPathsAreCountedExactly() {
        for (int i = 0; i < 200; i++) {
            for (int times = 0; times <= i % 7; times++) hitters.add("E" + i % 2, "/" + i, 10);
        }
        List<Popular> all = hitters.take(1_000);
        assertEquals(200, all.size());
        for (Popular each : all) {
            int i = Integer.parseInt(each.path().substring(1));
            assertEquals(i % 7 + 1, each.requests(), each.path());
            assertEquals(10 * each.requests(), each.sent(), each.path());
            assertEquals("E" + i % 2, each.distribution());
        }
        assertTrue(hitters.take(10).isEmpty(), "nothing is left");
    }

    @Test
    void theSamePathOfTwoDistributionsIsTwo() {
        hitters.add("E1", "/", 1);
        hitters.add("E2", "/", 1);
        hitters.add("E2", "/", 1);
        assertEquals(List.of(new Popular("E2", "/", 2, 2), new Popular("E1", "/", 1, 1)), hitters.take(10));
    }

    /** Twenty paths share a third of the requests; a million others come once or twice. */
    @Test
    void amongAMillionPathsThePopularOnesAreFound() {
        Random random = new Random(7);
        Map<String, Integer> asked = new HashMap<>();
        for (int i = 0; i < 1_000_000; i++) {
            hitters.add("E1", "/rare/" + i, 1);
            if (i % 2 != 0) continue;
            int which = Math.min(random.nextInt(20), random.nextInt(20));
            String path = "/popular/" + which;
            asked.merge(path, 1, Integer::sum);
            hitters.add("E1", path, 1);
        }
        List<Popular> all = hitters.take(20);
        for (Popular each : all) {
            int truth = asked.getOrDefault(each.path(), 1);
            assertTrue(each.requests() <= truth, each + " of " + truth);
            // What the algorithm promises: off by no more than a place's share of everything.
            if (asked.containsKey(each.path())) assertTrue(truth - each.requests() <= 1_500_000 / 256, each + "");
        }
        asked.forEach((path, count) -> {
            if (count > 2 * 1_500_000 / 256)
                assertTrue(all.stream().anyMatch(each -> each.path().equals(path)), path + " " + count);
        });
    }

    @Test
    void pathsWhoseHashesAreEqualAreKeptApart() {
        // "Aa" and "BB" have one hash, and so has everything made of them.
        int paths = 1 << 10;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < paths; i++) {
                StringBuilder path = new StringBuilder("/");
                for (int bit = 0; bit < 10; bit++) path.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                hitters.add("E1", path.toString(), 1);
                hitters.add("E1", "/AaAaAaAaAaAaAaAaAaAa", 1);
            }
        }
        Popular first = hitters.take(1).getFirst();
        assertEquals("/AaAaAaAaAaAaAaAaAaAa", first.path());
        assertEquals(3 * paths + 3, first.requests());
    }

    @Test
    void whatTheyRememberOfLongPathsIsShort() {
        hitters.add("E1", "/" + "x".repeat(8_000), 1);
        String kept = hitters.take(1).getFirst().path();
        assertEquals(256, kept.length());
        assertTrue(kept.endsWith("x…"), kept);
        assertFalse(hitters.take(1).iterator().hasNext());
    }
}
