package dev.perigee.edge.traffic;

import dev.perigee.core.geo.Countries;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.CountryCounts;
import dev.perigee.core.traffic.HeavyHitters;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.edge.serve.CacheResult;
import dev.perigee.edge.serve.Exchange;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop has counted in this second: plain additions in arrays that nobody else touches. When the second is over,
 * or asked to, it hands them over.
 */
public final class LoopTraffic {
    /** Distributions of one second; with more, it is handed over in parts. */
    private static final int CELLS_MAX = 256;

    /** Paths that are counted at a time, and those of them that are handed over. */
    private static final int PATHS = 256;

    private static final int PATHS_HANDED_OVER = 64;
    /** Addresses whose countries are at hand; a power of two. */
    private static final int ADDRESSES_BITS = 10;

    private static final EnumMap<CacheResult, Count> OF_RESULT = ofResults();

    private final TrafficLedger ledger;
    private final Countries places;
    private final Map<String, Cell> cells = new HashMap<>();
    private final HeavyHitters asked = new HeavyHitters(PATHS);
    private final HeavyHitters missed = new HeavyHitters(PATHS);
    private final @Nullable InetAddress[] addresses = new @Nullable InetAddress[1 << ADDRESSES_BITS];
    private final short[] countries = new short[1 << ADDRESSES_BITS];
    /** Of the caches' clock; {@link Long#MIN_VALUE} when nothing is counted. */
    private long second = Long.MIN_VALUE;
    /** Of the wall's. */
    private long wall;

    private @Nullable Distribution last;
    private @Nullable Cell lastCell;

    /** One distribution's counts. */
    private static final class Cell {
        final long[] counts = new long[Count.kinds()];
        final int[] taken = new int[Latencies.STEPS];
        final int[] origin = new int[Latencies.STEPS];
        final int[] countries = new int[CountryCounts.NUMBERS];

        Traffic take() {
            Traffic traffic =
                    Traffic.of(counts, Latencies.of(taken), Latencies.of(origin), CountryCounts.of(countries));
            Arrays.fill(counts, 0);
            Arrays.fill(taken, 0);
            Arrays.fill(origin, 0);
            Arrays.fill(countries, 0);
            return traffic;
        }
    }

    LoopTraffic(TrafficLedger ledger, Countries places) {
        this.ledger = ledger;
        this.places = places;
    }

    /** Counts an exchange that has ended, if it was a distribution's. */
    public void add(Exchange x, long nowMillis) {
        Distribution distribution = x.distribution();
        if (distribution == null) return;
        long now = nowMillis / 1000;
        if (now != second) {
            handOver();
            second = now;
            wall = System.currentTimeMillis() / 1000;
        }
        Cell cell = cell(distribution);
        count(cell, x);
        cell.countries[country(x.viewer().remote().getAddress())]++;
        String path = x.received().path();
        asked.add(distribution.id(), path, x.sentOctets());
        if (x.result() == CacheResult.MISS) missed.add(distribution.id(), path, x.sentOctets());
    }

    private int country(InetAddress address) {
        int slot = (address.hashCode() * 0x9E3779B9) >>> (32 - ADDRESSES_BITS);
        if (!address.equals(addresses[slot])) {
            addresses[slot] = address;
            countries[slot] = (short) CountryCounts.number(places.of(address.getAddress()));
        }
        return countries[slot];
    }

    private static void count(Cell cell, Exchange x) {
        long[] counts = cell.counts;
        CacheResult result = x.result();
        int status = x.status();
        counts[Count.REQUESTS.index()]++;
        counts[Count.SENT.index()] += x.sentOctets();
        counts[Count.ofClass(status).index()]++;
        Count ofResult = OF_RESULT.get(result);
        if (ofResult != null) counts[ofResult.index()]++;
        if (status >= 400) {
            Count single = Count.ofStatus(status);
            if (single != null) counts[single.index()]++;
        }
        countMethod(counts, x);
        long began = x.startedNanos();
        cell.taken[Latencies.step((x.endedNanos() - began) / 1000)]++;
        if (x.answered() == CacheResult.MISS && x.firstByteNanos() != 0)
            cell.origin[Latencies.step((x.firstByteNanos() - began) / 1000)]++;
    }

    private static void countMethod(long[] counts, Exchange x) {
        String method = x.received().method();
        boolean secure = x.viewer().secure();
        boolean reads = method.equals("GET") || method.equals("HEAD");
        if (reads) {
            counts[Count.BILLED_SENT.index()] += x.sentOctets();
            counts[(secure ? Count.BILLED_HTTPS : Count.BILLED_HTTP).index()]++;
        } else {
            counts[Count.BILLED_TO_ORIGIN.index()] += x.receivedOctets();
            counts[(secure ? Count.BILLED_HTTPS_PROXIED : Count.BILLED_HTTP_PROXIED).index()]++;
        }
        if (reads || method.equals("OPTIONS")) {
            CacheResult result = x.result();
            counts[Count.DOWNLOADED.index()] += x.sentOctets();
            boolean hit = result == CacheResult.HIT;
            if (hit) counts[Count.CACHEABLE_HIT.index()]++;
            if (hit || result == CacheResult.MISS || result == CacheResult.REFRESH_HIT)
                counts[Count.CACHEABLE.index()]++;
        } else if (method.equals("POST") || method.equals("PUT")) {
            counts[Count.UPLOADED.index()] += x.receivedOctets();
        }
    }

    // The same distribution of another plan has the same id, and so the same cell.
    @SuppressWarnings("ReferenceEquality")
    private Cell cell(Distribution distribution) {
        Cell known = lastCell;
        if (known != null && distribution == last) return known;
        Cell cell = cells.get(distribution.id());
        if (cell == null) {
            if (cells.size() >= CELLS_MAX) {
                handOver();
                cells.clear();
            }
            cell = new Cell();
            cells.put(distribution.id(), cell);
        }
        last = distribution;
        lastCell = cell;
        return cell;
    }

    /** Hands over what was counted. */
    public void handOver() {
        if (second == Long.MIN_VALUE) return;
        Iterator<Map.Entry<String, Cell>> each = cells.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Cell> entry = each.next();
            Cell cell = entry.getValue();
            // A distribution that nobody asks for any more is not kept.
            if (cell.counts[Count.REQUESTS.index()] > 0) ledger.add(second, wall, entry.getKey(), cell.take());
            else each.remove();
        }
        ledger.addPopular(wall, asked.take(PATHS_HANDED_OVER), missed.take(PATHS_HANDED_OVER));
        // Where addresses are may be another by now.
        Arrays.fill(addresses, null);
        second = Long.MIN_VALUE;
        // Nor is a plan that is gone.
        last = null;
        lastCell = null;
    }

    private static EnumMap<CacheResult, Count> ofResults() {
        EnumMap<CacheResult, Count> counts = new EnumMap<>(CacheResult.class);
        for (CacheResult result : CacheResult.values()) {
            counts.put(
                    result,
                    switch (result) {
                        case HIT -> Count.HIT;
                        case MISS -> Count.MISS;
                        case REFRESH_HIT -> Count.REFRESH_HIT;
                        case ERROR, CAPACITY_EXCEEDED -> Count.ERROR;
                        case REDIRECT -> Count.REDIRECT;
                        case LIMIT_EXCEEDED -> Count.LIMIT_EXCEEDED;
                        case FUNCTION_GENERATED_RESPONSE, LAMBDA_GENERATED_RESPONSE ->
                            Count.FUNCTION_GENERATED_RESPONSE;
                        case FUNCTION_EXECUTION_ERROR,
                                FUNCTION_VALIDATION_ERROR,
                                FUNCTION_THROTTLED_ERROR,
                                LAMBDA_EXECUTION_ERROR,
                                LAMBDA_VALIDATION_ERROR,
                                LAMBDA_LIMIT_EXCEEDED -> Count.FUNCTION_ERROR;
                    });
        }
        return counts;
    }
}
