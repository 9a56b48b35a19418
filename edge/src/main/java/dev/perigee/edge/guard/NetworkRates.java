package dev.perigee.edge.guard;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How fast each network asks each distribution: the generic cell rate algorithm, with one second's worth of requests at once.
 * A network is 24 bits of an IPv4 address, 56 of an IPv6 address: what one customer of an access network has.
 *
 * <p>A fixed table of {@value #ENTRIES} networks, and so a fixed amount of memory. When four that share a place are all
 * asking, a fifth takes the place of the one that has asked for least: it forgets, and never limits anybody before the limit.
 * Any thread.
 */
public final class NetworkRates {
    private static final int WAYS = 4;
    private static final int SETS = 1 << 14;
    private static final int ENTRIES = WAYS * SETS;
    private static final int LOCKS = 256;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long seed;
    private final Object[] locks = new Object[LOCKS];
    /** Hash of network and distribution, and when all that was asked for would have been due. */
    private final long[] keys = new long[ENTRIES];

    private final long[] due = new long[ENTRIES];
    private final LongAdder limited = new LongAdder();

    /** @param seed not known to viewers, who could otherwise choose networks that share a place */
    public NetworkRates(long seed) {
        this.seed = seed;
        for (int i = 0; i < LOCKS; i++) locks[i] = new Object();
    }

    /**
     * Counts a request.
     *
     * @param address 4 or 16 octets
     * @param perSecond the limit, more than 0
     * @param now of {@link System#nanoTime()}
     * @return seconds after which to try again; 0 when it is within the limit
     */
    public long ask(String distribution, byte[] address, int perSecond, long now) {
        long key = key(distribution, address);
        int set = (int) (key >>> 50) * WAYS;
        synchronized (locks[set / WAYS % LOCKS]) {
            int place = place(set, key, now);
            if (keys[place] != key) {
                keys[place] = key;
                due[place] = now;
            }
            long wait = wait(place, perSecond, now);
            if (wait > 0) limited.increment();
            else due[place] = latest(due[place], now) + SECOND / perSecond;
            return wait;
        }
    }

    /** As {@link #ask}, counting nothing. */
    public long look(String distribution, byte[] address, int perSecond, long now) {
        long key = key(distribution, address);
        int set = (int) (key >>> 50) * WAYS;
        synchronized (locks[set / WAYS % LOCKS]) {
            int place = place(set, key, now);
            return keys[place] == key ? wait(place, perSecond, now) : 0;
        }
    }

    private long wait(int place, int perSecond, long now) {
        long ahead = latest(due[place], now) - now - (SECOND - SECOND / perSecond);
        return ahead <= 0 ? 0 : 1 + (ahead - 1) / SECOND;
    }

    private static long latest(long due, long now) {
        return due - now > 0 ? due : now;
    }

    /** Where the key is, or else the place of who is nearest to having nothing outstanding. */
    private int place(int set, long key, long now) {
        int least = set;
        for (int i = set; i < set + WAYS; i++) {
            if (keys[i] == key) return i;
            if (keys[i] == 0) least = keys[least] == 0 ? least : i;
            else if (keys[least] != 0 && due[i] - now < due[least] - now) least = i;
        }
        return least;
    }

    /** Never 0, which is nobody. */
    private long key(String distribution, byte[] address) {
        long network = address.length;
        int octets = address.length == 4 ? 3 : 7;
        for (int i = 0; i < octets; i++) network = network << 8 | (address[i] & 0xFF);
        long mixed = mixed(mixed(network ^ seed) + distribution.hashCode() * 0x9E3779B97F4A7C15L);
        return mixed == 0 ? 1 : mixed;
    }

    private static long mixed(long bits) {
        long x = bits;
        x = (x ^ x >>> 33) * 0xFF51AFD7ED558CCDL;
        x = (x ^ x >>> 33) * 0xC4CEB9FE1A85EC53L;
        return x ^ x >>> 33;
    }

    /** Requests that were over the limit. */
    public long limited() {
        return limited.sum();
    }
}
