package dev.perigee.core.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RateTableTest {
    private static RateTable table(long limit, int seconds, int keys) {
        return new RateTable(limit, seconds, keys, 1, 2);
    }

    @Test
    void limitsWhatComesAfterTheLimitAndNothingBefore() {
        RateTable table = table(100, 60, 1000);
        for (int i = 0; i < 100; i++) assertFalse(table.exceeds("a", i));
        assertTrue(table.exceeds("a", 100));
        assertFalse(table.exceeds("b", 100));
    }

    @Test
    void aWindowLaterTheCountIsGone() {
        RateTable table = table(10, 60, 1000);
        for (int i = 0; i < 11; i++) table.exceeds("a", 0);
        assertTrue(table.exceeds("a", 53_999));
        assertFalse(table.exceeds("a", 120_000));
    }

    @Test
    void aClockThatIsSetBackNeitherFailsNorLimitsEarly() {
        RateTable table = table(2, 60, 1000);
        table.exceeds("a", 1_000_000);
        assertFalse(table.exceeds("a", 0));
        assertTrue(table.exceeds("a", 0));
    }

    /** Against the definition: the requests of the last window, each with its time. */
    @Test
    void theCountIsNeverMoreThanThatOfTheWindowAndNeverMuchLess() {
        long seed = System.nanoTime();
        System.out.println("rates: seed " + seed);
        Random random = new Random(seed);
        RateTable table = table(50, 60, 10_000);
        Map<String, Deque<Long>> windows = new HashMap<>();
        long now = 0;
        for (int i = 0; i < 40_000; i++) {
            now += random.nextInt(40);
            String key = "k" + random.nextInt(1 + random.nextInt(30));
            Deque<Long> window = windows.computeIfAbsent(key, _ -> new ArrayDeque<>());
            window.add(now);
            long start = now - 60_000;
            while (window.getFirst() <= start) window.removeFirst();
            boolean exceeds = table.exceeds(key, now);
            assertFalse(exceeds && window.size() <= 50, "limited early");
            long recent = window.stream().filter(time -> time > start + 6_000).count();
            assertFalse(!exceeds && recent > 50, "not limited though nine tenths of a window are above the limit");
        }
    }

    @Test
    void thousandsOfKeysAreCountedApart() {
        RateTable table = table(2, 600, 65_536);
        for (int round = 0; round < 2; round++) {
            for (int key = 0; key < 10_000; key++) assertFalse(table.exceeds("10.0." + key, 0));
        }
        int limited = 0;
        for (int key = 0; key < 10_000; key++) {
            if (table.exceeds("10.0." + key, 0)) limited++;
        }
        assertEquals(10_000, limited);
    }

    @Test
    void aFloodOfKeysDoesNotPushOutTheOneThatComesOften() {
        RateTable table = table(100, 60, 4096);
        Random random = new Random(5);
        boolean limited = false;
        for (int i = 0; i < 60_000; i++) {
            table.exceeds("flood" + random.nextLong(), 0);
            if (i % 10 == 0) limited = table.exceeds("mallory", 0);
        }
        assertTrue(limited);
        assertFalse(table.exceeds("somebody", 0));
    }
}
