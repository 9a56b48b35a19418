package dev.perigee.lab.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlowStartTest {
    private static final long MILLISECOND = 1_000_000;

    /** When the last of so many bytes arrives, sent by a sender that always has more. */
    private static long arrivalOfLast(SlowStart model, long start, long bytes) {
        long now = start;
        long arrival = start;
        for (long left = bytes; left > 0; ) {
            now = model.departure(now);
            int piece = (int) Math.min(left, Math.min(model.allowance(), 1_460));
            arrival = model.send(now, piece);
            left -= piece;
        }
        return arrival;
    }

    @ParameterizedTest(name = "{0} bytes over {1} ms arrive after {2} one-way trips")
    @CsvSource({
        "1, 200, 1",
        "14600, 200, 1",
        "14601, 200, 3",
        "43800, 200, 3",
        "43801, 200, 5",
        "102200, 200, 5",
        "102201, 200, 7",
        "150000, 200, 7",
        "150000, 20, 7",
        "2000000, 200, 15"
    })
    void doublesTheWindowEveryRoundTrip(long bytes, long roundTripMs, long trips) {
        SlowStart model = new SlowStart(LinkProfile.of(Duration.ofMillis(roundTripMs), LinkProfile.UNLIMITED));
        assertEquals(trips * roundTripMs / 2 * MILLISECOND, arrivalOfLast(model, 0, bytes));
    }

    @ParameterizedTest(name = "{0} bytes at {1} Mbit/s take {2} ms")
    @CsvSource({"1250, 10, 1", "12500, 10, 10", "12500, 100, 1"})
    void bytesLeaveAtTheRateOfTheLine(long bytes, long megabits, long expectedMs) {
        SlowStart model = new SlowStart(LinkProfile.of(Duration.ZERO, megabits * 1_000_000));
        assertEquals(expectedMs * MILLISECOND, arrivalOfLast(model, 0, bytes));
    }

    @Test
    void longTransfersApproachTheBandwidth() {
        SlowStart model = new SlowStart(LinkProfile.of(Duration.ofMillis(20), 100_000_000));
        double seconds = arrivalOfLast(model, 0, 50_000_000) / 1e9;
        assertEquals(4.0, seconds, 0.2);
    }

    @Test
    void theWindowStopsAtTheBandwidthDelayProduct() {
        SlowStart model = new SlowStart(LinkProfile.of(Duration.ofMillis(80), 10_000_000));
        arrivalOfLast(model, 0, 5_000_000);
        assertEquals(100_000, model.window());
    }

    @Test
    void theWindowIsForgottenWhenIdleForLongerThanATimeout() {
        Duration roundTrip = Duration.ofMillis(100);
        SlowStart model = new SlowStart(LinkProfile.of(roundTrip, LinkProfile.UNLIMITED));
        long end = arrivalOfLast(model, 0, 150_000);
        long grown = model.window();
        assertTrue(grown > LinkProfile.TEN_SEGMENTS, "grew to " + grown);
        model.departure(end + 150 * MILLISECOND);
        assertTrue(model.window() >= grown, "kept while the pause is short");
        model.departure(end + 10_000 * MILLISECOND);
        assertEquals(LinkProfile.TEN_SEGMENTS, model.window());
    }

    @Test
    void aSenderThatSaysLittleDoesNotEarnALargeWindow() {
        SlowStart model = new SlowStart(LinkProfile.of(Duration.ofMillis(100), LinkProfile.UNLIMITED));
        for (long now = 0; now < 5_000 * MILLISECOND; now += 100 * MILLISECOND) model.send(model.departure(now), 200);
        assertEquals(LinkProfile.TEN_SEGMENTS, model.window());
    }

    @Test
    void neverMoreThanTheWindowIsUnderWay() {
        SlowStart model = new SlowStart(LinkProfile.of(Duration.ofMillis(50), 50_000_000));
        long now = 0;
        for (int i = 0; i < 2_000; i++) {
            now = model.departure(now);
            assertTrue(model.allowance() > 0, "a departure allows at least a byte");
            model.send(now, Math.min(model.allowance(), 16_384));
        }
    }

    @Test
    void impossibleLinksAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> LinkProfile.of(Duration.ofMillis(-1), 1));
        assertThrows(IllegalArgumentException.class, () -> LinkProfile.of(Duration.ZERO, 0));
    }
}
