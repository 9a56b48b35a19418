package dev.perigee.edge.traffic;

import dev.perigee.core.geo.Countries;
import dev.perigee.core.traffic.Popular;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.core.traffic.TrafficSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of one edge by distribution: the last minutes by second, the last day by minute, two months by hour, and all since
 * the start. Bounded, however many distributions there are: then what is oldest goes sooner. Any thread.
 */
public final class TrafficLedger {
    private static final int HOUR = 3600;
    /** A cell has some hundred octets, and some more for each step of its histograms. */
    private static final int SECOND_CELLS_MAX = 2_000;

    private static final int MINUTE_CELLS_MAX = 8_000;
    private static final int HOUR_CELLS_MAX = 4_000;
    private static final int TOTALS_MAX = 1_000;

    private final Level seconds = new Level(1, 300, SECOND_CELLS_MAX);
    private final Level minutes = new Level(60, 24 * 60, MINUTE_CELLS_MAX);
    private final Level hours = new Level(HOUR, 63 * 24, HOUR_CELLS_MAX);
    private final Map<String, Traffic> totals = new HashMap<>();
    private final PopularSeconds asked = new PopularSeconds();
    private final PopularSeconds missed = new PopularSeconds();
    /** What was handed over and is not added yet. */
    private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();

    private final ReentrantLock lock = new ReentrantLock();

    /** Spans that the file of this ledger does not have as they are. */
    private final Set<Cell> changed = new LinkedHashSet<>();

    /** Whether there is such a file. */
    private boolean kept;

    /** The newest minute that something was counted in. */
    private long newest = Long.MIN_VALUE;

    private record Cell(boolean hour, long second, String distribution) {}

    /** Spans of one length. */
    private static final class Level {
        private final int length;
        private final int spansMax;
        private final int cellsMax;
        private final TreeMap<Long, Map<String, Traffic>> spans = new TreeMap<>();
        private int cells;
        /** Before this second there were spans that are gone. */
        private long gone = Long.MIN_VALUE;

        Level(int length, int spansMax, int cellsMax) {
            this.length = length;
            this.spansMax = spansMax;
            this.cellsMax = cellsMax;
        }

        void add(long second, String distribution, Traffic traffic) {
            long start = second - Math.floorMod(second, length);
            Map<String, Traffic> span = spans.computeIfAbsent(start, _ -> new HashMap<>());
            int before = span.size();
            // More than fit into all spans together are one.
            String listed = before < cellsMax || span.containsKey(distribution) ? distribution : "";
            span.merge(listed, traffic, Traffic::plus);
            cells += span.size() - before;
            while (spans.size() > 1 && (spans.size() > spansMax || cells > cellsMax)) {
                Map.Entry<Long, Map<String, Traffic>> oldest = spans.pollFirstEntry();
                cells -= oldest.getValue().size();
                gone = oldest.getKey() + length;
            }
        }

        void read(@Nullable String distribution, long from, long to, List<TrafficSample> into) {
            if (from >= to) return;
            spans.subMap(from, to).forEach((start, span) -> {
                if (distribution == null) {
                    span.forEach((id, traffic) -> into.add(new TrafficSample(id, start, length, traffic)));
                    return;
                }
                Traffic traffic = span.get(distribution);
                if (traffic != null) into.add(new TrafficSample(distribution, start, length, traffic));
            });
        }
    }

    /** Where one event loop counts. */
    public LoopTraffic ofLoop(Countries places) {
        return new LoopTraffic(this, places);
    }

    /** Where the caches' clock is the wall's. */
    void add(long second, String distribution, Traffic traffic) {
        add(second, second, distribution, traffic);
    }

    /**
     * Never waits: what cannot be added now is by who is next.
     *
     * @param second of the caches' clock, which somebody may move by hand
     * @param wall of the wall's, by which the last seconds go
     */
    void add(long second, long wall, String distribution, Traffic traffic) {
        handOver(() -> addNow(distribution, second, wall, traffic));
    }

    /** What was asked for most in one second, and what was missed most; never waits either. */
    void addPopular(long wall, List<Popular> urls, List<Popular> misses) {
        handOver(() -> {
            asked.add(wall, urls);
            missed.add(wall, misses);
        });
    }

    private void handOver(Runnable addition) {
        handedOver.add(addition);
        if (!lock.tryLock()) return;
        try {
            addAll();
        } finally {
            lock.unlock();
        }
    }

    private void addAll() {
        for (Runnable next = handedOver.poll(); next != null; next = handedOver.poll()) next.run();
    }

    private void addNow(String distribution, long second, long wall, Traffic traffic) {
        Traffic withoutCountries = traffic.withoutCountries();
        seconds.add(wall, distribution, traffic);
        minutes.add(second, distribution, withoutCountries);
        hours.add(second, distribution, withoutCountries);
        if (kept) changed(second, distribution);
        String listed = totals.size() < TOTALS_MAX || totals.containsKey(distribution) ? distribution : "";
        totals.merge(listed, traffic, Traffic::plus);
    }

    /** Hours are made of their minutes until they are over; then minutes may go. */
    private void changed(long second, String distribution) {
        long minute = second - Math.floorMod(second, 60);
        long hour = second - Math.floorMod(second, HOUR);
        changed.add(new Cell(false, minute, distribution));
        if (minute <= newest) {
            if (hour < newest - Math.floorMod(newest, HOUR)) changed.add(new Cell(true, hour, distribution));
            return;
        }
        long last = newest - Math.floorMod(newest, HOUR);
        if (newest != Long.MIN_VALUE && hour > last) {
            for (String each : hours.spans.getOrDefault(last, Map.of()).keySet())
                changed.add(new Cell(true, last, each));
        }
        newest = minute;
    }

    /** What has changed since this was asked last. */
    List<TrafficLine> changed() {
        return locked(() -> {
            List<TrafficLine> lines = new ArrayList<>();
            for (Cell cell : changed) {
                Level level = cell.hour() ? hours : minutes;
                Traffic traffic =
                        level.spans.getOrDefault(cell.second(), Map.of()).get(cell.distribution());
                if (traffic != null)
                    lines.add(new TrafficLine(cell.hour(), cell.second(), cell.distribution(), traffic));
            }
            changed.clear();
            return lines;
        });
    }

    /** All minutes and hours. */
    List<TrafficLine> all() {
        return locked(() -> {
            List<TrafficLine> lines = new ArrayList<>();
            // The hour that goes on is the sum of its minutes.
            long now = minutes.spans.isEmpty() ? Long.MAX_VALUE : minutes.spans.lastKey();
            hours.spans
                    .headMap(now - Math.floorMod(now, HOUR))
                    .forEach((second, span) ->
                            span.forEach((id, traffic) -> lines.add(new TrafficLine(true, second, id, traffic))));
            minutes.spans.forEach((second, span) ->
                    span.forEach((id, traffic) -> lines.add(new TrafficLine(false, second, id, traffic))));
            return lines;
        });
    }

    /** Takes over what an earlier process has counted; of several lines about one span the last. */
    void restore(List<TrafficLine> lines) {
        Map<Cell, Traffic> last = new LinkedHashMap<>();
        for (TrafficLine line : lines)
            last.put(new Cell(line.hour(), line.second(), line.distribution()), line.traffic());
        locked(() -> {
            kept = true;
            last.entrySet().stream()
                    .sorted(Comparator.comparingLong(each -> each.getKey().second()))
                    .forEach(each -> restore(each.getKey(), each.getValue(), last.keySet()));
            if (minutes.spans.isEmpty()) return newest;
            newest = minutes.spans.lastKey();
            // Before the first one there may have been others.
            long first = minutes.spans.firstKey();
            if (hours.spans.firstKey() + HOUR <= first) minutes.gone = Math.max(minutes.gone, first);
            return newest;
        });
    }

    private void restore(Cell cell, Traffic traffic, Set<Cell> all) {
        if (cell.hour()) {
            hours.add(cell.second(), cell.distribution(), traffic);
            return;
        }
        minutes.add(cell.second(), cell.distribution(), traffic);
        long hour = cell.second() - Math.floorMod(cell.second(), HOUR);
        if (!all.contains(new Cell(true, hour, cell.distribution())))
            hours.add(cell.second(), cell.distribution(), traffic);
    }

    /** What was asked for most from this second of the wall's clock on, the first ones first; a minute is kept. */
    public List<Popular> urls(long from, int most) {
        return locked(() -> asked.top(from, most));
    }

    /** What had to be fetched most. */
    public List<Popular> misses(long from, int most) {
        return locked(() -> missed.top(from, most));
    }

    /**
     * What there is of a time, by minute; where the minutes are gone, by hour.
     *
     * @param distribution null for all
     * @param from in seconds since 1970
     * @param to exclusive
     */
    public List<TrafficSample> between(@Nullable String distribution, long from, long to) {
        return locked(() -> {
            List<TrafficSample> samples = new ArrayList<>();
            read(distribution, from, to, samples);
            return samples;
        });
    }

    private <T> T locked(Supplier<T> reading) {
        lock.lock();
        try {
            addAll();
            return reading.get();
        } finally {
            lock.unlock();
        }
    }

    private void read(@Nullable String distribution, long from, long to, List<TrafficSample> samples) {
        // Of an hour whose minutes are not all there, the hour is taken.
        long wholeHours =
                minutes.gone == Long.MIN_VALUE ? Long.MIN_VALUE : minutes.gone + Math.floorMod(-minutes.gone, HOUR);
        hours.read(distribution, from, Math.min(to, wholeHours), samples);
        minutes.read(distribution, Math.max(from, wholeHours), to, samples);
    }

    /** The last seconds of the wall's clock, one by one. */
    public List<TrafficSample> live(long from) {
        return locked(() -> {
            List<TrafficSample> samples = new ArrayList<>();
            seconds.read(null, from, Long.MAX_VALUE, samples);
            return samples;
        });
    }

    /** Everything since the start, by distribution; what does not find a place of its own under an empty id. */
    public Map<String, Traffic> totals() {
        return locked(() -> Map.copyOf(totals));
    }
}
