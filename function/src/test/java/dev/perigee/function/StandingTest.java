package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StandingTest {
    private final Standing standing = new Standing(Functions.body("return 1;"), FunctionLimits.standard());

    /** Of so many runs, how many were watched, each of which had this outcome. */
    private int watched(int runs, boolean repeatable) {
        int watched = 0;
        for (int i = 0; i < runs; i++) {
            if (!standing.isWorthWatching()) continue;
            watched++;
            standing.watched(repeatable);
        }
        return watched;
    }

    @Test
    void whoIsRepeatableIsAlwaysWatched() {
        assertEquals(1_000, watched(1_000, true));
    }

    @Test
    void whoNeverIsIsWatchedNowAndThenAndWhoHasChangedAlways() {
        assertEquals(16, watched(16, false));
        int some = watched(6_400, false);
        assertTrue(some >= 99 && some <= 101, "watched " + some);
        assertTrue(watched(64, true) >= 1);
        assertEquals(100, watched(100, true));
    }

    @Test
    void oneThatIsRepeatableAtTimesIsStillWatched() {
        for (int i = 0; i < 100; i++) {
            assertEquals(1, watched(1, true));
            assertEquals(10, watched(10, false));
        }
    }
}
