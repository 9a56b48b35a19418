package dev.perigee.edge.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.CountryCounts;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Popular;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.core.traffic.TrafficSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    @Test
    void theLastSecondsGoByTheWallsClockAndHaveCountries() {
        int[] countries = new int[CountryCounts.NUMBERS];
        countries[CountryCounts.number("AU")] = 2;
        long[] counts = new long[Count.kinds()];
        Traffic traffic = Traffic.of(counts, Latencies.NONE, Latencies.NONE, CountryCounts.of(countries));
        // The caches' clock stands still.
        ledger.add(NOON, NOON + 500, "E1", traffic);
        ledger.add(NOON, NOON + 501, "E1", traffic);
        List<TrafficSample> live = ledger.live(NOON + 501);
        assertEquals(1, live.size());
        assertEquals(Map.of("AU", 2L), live.getFirst().traffic().countries().byCode());
        assertEquals(1, ledger.between("E1", NOON, NOON + 60).size());
        assertEquals(
                Map.of(),
                ledger.between("E1", NOON, NOON + 60)
                        .getFirst()
                        .traffic()
                        .countries()
                        .byCode());
        assertEquals(
                Map.of("AU", 4L),
                ledger.totals().getOrDefault("E1", Traffic.NONE).countries().byCode());
    }

    @Test
    void ofPopularPathsAMinuteIsKeptAndOfEachSecondTheFirstOnes() {
        for (int second = 0; second < 1_000; second++) {
            for (int loop = 0; loop < 3; loop++) {
                List<Popular> paths = new ArrayList<>();
                paths.add(new Popular("E1", "/popular", 9, 90));
                for (int i = 0; i < 64; i++) paths.add(new Popular("E1", "/" + second + '/' + loop + '/' + i, 2, 20));
                ledger.addPopular(NOON + second, paths, List.of(new Popular("E1", "/missed", 1, 10)));
            }
        }
        List<Popular> all = ledger.urls(0, Integer.MAX_VALUE);
        assertTrue(all.size() <= 60 * 64, all.size() + " paths");
        assertEquals(new Popular("E1", "/popular", 60 * 27, 60 * 270), all.getFirst());
        assertEquals(List.of(new Popular("E1", "/missed", 15, 150)), ledger.misses(NOON + 995, 5));
        assertEquals(List.of(), ledger.urls(NOON + 1_000, 5));
    }
}
