package dev.perigee.edge.guard;

import dev.perigee.core.cost.PriceRegion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the distributions with a spending cap have cost this month, at list price, on all edges that share the ledger. Months are
 * those of UTC. Written to a file every second in which something was counted, so that a restart does not begin the month
 * anew; a process that is killed forgets its last second. Any thread.
 */
public final class SpendingLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpendingLedger.class);
    private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LedgerFile file;
    private final InstantSource clock;
    private final Map<String, Map<PriceRegion, Tally>> tallies = new ConcurrentHashMap<>();
    private volatile Month month;
    private @Nullable Thread writer;
    private volatile boolean closed;

    /** What a distribution has cost. */
    public record Spending(String distribution, String month, double usd) {}

    private record Month(YearMonth name, long endMillis) {
        static Month at(long millis) {
            YearMonth name = YearMonth.from(Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC));
            Instant end =
                    name.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
            return new Month(name, end.toEpochMilli());
        }
    }

    private SpendingLedger(LedgerFile file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.month = Month.at(clock.millis());
    }

    /** Reads what was written before, as far as it is of this month. One that cannot be read is put aside. */
    public static SpendingLedger open(Path path, InstantSource clock) throws IOException {
        LedgerFile file = new LedgerFile(path);
        SpendingLedger ledger = new SpendingLedger(file, clock);
        for (LedgerFile.Line line : file.read()) {
            if (line.month().equals(ledger.month.name().toString()))
                ledger.tally(line.distribution(), line.region()).add(line.octets(), line.http(), line.https());
        }
        return ledger;
    }

    /** Where to count what a distribution does at PoPs of this region. */
    public Tally tally(String distribution, PriceRegion region) {
        Map<PriceRegion, Tally> regions = tallies.get(distribution);
        Tally known = regions == null ? null : regions.get(region);
        return known == null ? made(distribution, region) : known;
    }

    private synchronized Tally made(String distribution, PriceRegion region) {
        if (writer == null && !closed)
            writer = Thread.ofPlatform().daemon().name("spending-ledger").start(this::write);
        Map<PriceRegion, Tally> before = tallies.getOrDefault(distribution, Map.of());
        Tally known = before.get(region);
        if (known != null) return known;
        Map<PriceRegion, Tally> more = new EnumMap<>(PriceRegion.class);
        more.putAll(before);
        Tally made = new Tally(region);
        more.put(region, made);
        tallies.put(distribution, more);
        return made;
    }

    /** What a distribution has cost this month, in millionths of a dollar. */
    public double microUsd(String distribution) {
        if (clock.millis() >= month.endMillis()) turn();
        double sum = 0;
        for (Tally tally : tallies.getOrDefault(distribution, Map.of()).values()) sum += tally.microUsd();
        return sum;
    }

    /** Seconds until the next month begins. */
    public long secondsLeft() {
        return Math.max(1, (month.endMillis() - clock.millis() + 999) / 1000);
    }

    private synchronized void turn() {
        Month now = Month.at(clock.millis());
        if (now.name().equals(month.name())) return;
        tallies.values().forEach(regions -> regions.values().forEach(Tally::clear));
        month = now;
    }

    /** Everything that was counted this month, by distribution. */
    public List<Spending> all() {
        List<Spending> all = new ArrayList<>();
        for (String distribution : new TreeMap<>(tallies).keySet()) {
            double microUsd = microUsd(distribution);
            all.add(new Spending(distribution, month.name().toString(), microUsd / 1e6));
        }
        return all;
    }

    private void write() {
        while (!closed) {
            LockSupport.parkNanos(this, WRITE_NANOS);
            save();
        }
    }

    private synchronized void save() {
        List<LedgerFile.Line> lines = new ArrayList<>();
        new TreeMap<>(tallies)
                .forEach((distribution, regions) -> regions.values()
                        .forEach(tally -> lines.add(tally.line(month.name().toString(), distribution))));
        try {
            file.write(lines);
        } catch (IOException e) {
            LOG.warn("what distributions have cost cannot be written to {}: {}", file.path(), e.toString());
        }
    }

    /** Writes for the last time. */
    @Override
    public void close() {
        closed = true;
        Thread running;
        synchronized (this) {
            running = writer;
        }
        if (running == null) return;
        LockSupport.unpark(running);
        try {
            running.join(5_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        save();
    }
}
