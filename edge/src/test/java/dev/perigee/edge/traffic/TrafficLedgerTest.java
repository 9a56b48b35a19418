package dev.perigee.edge.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.core.traffic.TrafficSample;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficLedgerTest {
    private static final long NOON = 1_795_608_000 - 1_795_608_000 % 3600;

    private final TrafficLedger ledger = new TrafficLedger();

    private static Traffic requests(int count) {
        long[] counts = new long[Count.kinds()];
        counts[Count.REQUESTS.index()] = count;
        return Traffic.of(counts, Latencies.NONE, Latencies.NONE);
    }

    private static long sum(List<TrafficSample> samples) {
        return samples.stream()
                .mapToLong(sample -> sample.traffic().get(Count.REQUESTS))
                .sum();
    }

    @Test
    void minutesAreReadByTheMinute() {
        ledger.add(NOON, "E1", requests(1));
        ledger.add(NOON + 59, "E1", requests(2));
        ledger.add(NOON + 60, "E1", requests(4));
        ledger.add(NOON + 60, "E2", requests(8));
        assertEquals(3, sum(ledger.between("E1", NOON, NOON + 60)));
        assertEquals(7, sum(ledger.between("E1", NOON, NOON + 120)));
        assertEquals(15, sum(ledger.between(null, NOON, NOON + 120)));
        assertEquals(0, sum(ledger.between("E1", NOON + 120, Long.MAX_VALUE)));
        assertEquals(4, ledger.live(NOON).size());
        Traffic total = ledger.totals().getOrDefault("E1", Traffic.NONE);
        assertEquals(7, total.get(Count.REQUESTS));
    }

    @Test
    void whereMinutesAreGoneHoursTakeTheirPlaceAndNothingCountsTwice() {
        int minutes = 30 * 60;
        for (int i = 0; i < minutes; i++) ledger.add(NOON + i * 60L, "E1", requests(1));
        List<TrafficSample> all = ledger.between("E1", NOON, Long.MAX_VALUE);
        assertEquals(minutes, sum(all));
        assertEquals(3600, all.getFirst().seconds());
        assertEquals(60, all.getLast().seconds());
        assertTrue(all.size() < 24 * 60 + 8, all.size() + " samples");
    }

    @Test
    void manyDistributionsTakeNoMoreThanTheirShare() {
        for (int i = 0; i < 50_000; i++) ledger.add(NOON + i / 1_000 * 60L, "E" + i, requests(1));
        int samples = ledger.between(null, 0, Long.MAX_VALUE).size();
        assertTrue(samples <= 12_000, samples + " samples");
        assertTrue(ledger.live(0).size() <= 2_000);
        assertEquals(1_001, ledger.totals().size());
        long sum = ledger.totals().values().stream()
                .mapToLong(traffic -> traffic.get(Count.REQUESTS))
                .sum();
        assertEquals(50_000, sum, "none is lost in the sum");
    }

    @Test
    void aClockThatWasMovedLeavesWhatWasCounted() {
        ledger.add(NOON, "E1", requests(1));
        ledger.add(NOON + 25 * 3600, "E1", requests(2));
        assertEquals(3, sum(ledger.between("E1", NOON, Long.MAX_VALUE)));
    }
}
