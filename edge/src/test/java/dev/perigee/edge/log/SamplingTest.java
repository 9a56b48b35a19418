package dev.perigee.edge.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
    private static int chosen(Sampling sampling, int rate, int requests) {
        int chosen = 0;
        for (int i = 0; i < requests; i++) if (sampling.next(rate)) chosen++;
        return chosen;
    }

    @ParameterizedTest(name = "{0} % of a hundred thousand are so many thousand")
    @ValueSource(ints = {1, 10, 33, 50, 99, 100})
    void theShareIsKept(int rate) {
        assertEquals(rate * 1000, chosen(new Sampling(new Random(7)), rate, 100_000));
    }

    @Test
    void aRhythmOfRequestsIsNoRhythmOfTheSample() {
        // Every tenth request is for one address: it must have its share, not all or nothing.
        Sampling sampling = new Sampling(new Random(7));
        int ofOne = 0;
        for (int i = 0; i < 100_000; i++) {
            boolean chosen = sampling.next(10);
            if (chosen && i % 10 == 0) ofOne++;
        }
        assertTrue(ofOne > 850 && ofOne < 1150, ofOne + " of 10,000 at 10 %");
    }

    @Test
    void anotherRateIsKeptFromTheNextHundredOn() {
        Sampling sampling = new Sampling(new Random(7));
        chosen(sampling, 10, 150);
        chosen(sampling, 50, 50);
        assertEquals(500, chosen(sampling, 50, 1000));
    }
}
