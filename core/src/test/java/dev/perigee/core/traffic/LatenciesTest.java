package dev.perigee.core.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 64, 65, 127, 128, 999, 1_000, 123_456, 60_000_000, 1L << 36, (1L << 37) - 1})
    void aStepHoldsWhatFallsIntoIt(long micros) {
        int step = Latencies.step(micros);
        assertTrue(Latencies.from(step) <= micros && micros < Latencies.from(step + 1), micros + " in step " + step);
        assertTrue(Latencies.from(step + 1) - Latencies.from(step) <= Math.max(1, micros / 32), "3 %");
    }

    @Test
    void whatIsOutOfBoundsIsInTheNearestStep() {
        assertEquals(0, Latencies.step(-5));
        assertEquals(Latencies.STEPS - 1, Latencies.step(Long.MAX_VALUE));
    }

    @Test
    void stepsFollowOneAnother() {
        for (int step = 1; step < Latencies.STEPS; step++) {
            assertTrue(Latencies.from(step) > Latencies.from(step - 1), "step " + step);
            assertEquals(step, Latencies.step(Latencies.from(step)));
        }
    }

    @Test
    void percentilesAreThoseOfTheSortedValues() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int[] counted = new int[Latencies.STEPS];
        int[] other = new int[Latencies.STEPS];
        long[] values = new long[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 14) + 1;
            (i % 3 == 0 ? other : counted)[Latencies.step(values[i])]++;
        }
        Arrays.sort(values);
        Latencies latencies = Latencies.of(counted).plus(Latencies.of(other));
        assertEquals(values.length, latencies.count());
        for (double percent : new double[] {0, 1, 50, 90, 99, 99.9, 100}) {
            int rank = Math.max(1, (int) Math.ceil(percent / 100 * values.length));
            double exact = values[rank - 1];
            assertEquals(exact, latencies.percentileMicros(percent), exact / 32 + 1, "p" + percent + ", seed " + seed);
        }
        double sum = Arrays.stream(values).sum();
        assertEquals(sum, latencies.sumMicros(), sum / 32, "seed " + seed);
        long below = Arrays.stream(values).filter(value -> value < 4_096).count();
        assertEquals(below, latencies.below(4_096), "a bound of a step, seed " + seed);
    }

    @Test
    void nothingHasNoPercentile() {
        assertEquals(0, Latencies.NONE.percentileMicros(50));
        assertEquals(0, Latencies.of(new int[Latencies.STEPS]).count());
    }
}
