package dev.perigee.control.publish;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackoffTest {
    @ParameterizedTest(name = "after {0} failures {1} to {2} ms")
    @CsvSource({"1, 50, 100", "2, 100, 200", "3, 200, 400", "6, 1600, 3200", "7, 2500, 5000", "1000, 2500, 5000"})
    void doublesUpToABoundWithJitter(int failures, long least, long most) {
        var random = new SplittableRandom(7);
        long lowest = Long.MAX_VALUE;
        long highest = 0;
        for (int i = 0; i < 1000; i++) {
            long millis =
                    Duration.ofNanos(Backoff.USUAL.nanos(failures, random)).toMillis();
            lowest = Math.min(lowest, millis);
            highest = Math.max(highest, millis);
        }
        assertTrue(lowest >= least && highest <= most, lowest + " to " + highest);
        assertTrue(highest - lowest > (most - least) / 2, lowest + " to " + highest);
    }

    @Test
    void boundIsNotBelowTheFirst() {
        assertThrows(IllegalArgumentException.class, () -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }
}
