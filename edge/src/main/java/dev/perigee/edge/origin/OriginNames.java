package dev.perigee.edge.origin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Addresses of origin names. The JDK's lookup cannot be interrupted and holds its carrier thread, so it runs on a few
 * threads of its own, and a caller waits no longer than it wants to.
 */
final class OriginNames implements AutoCloseable {
    private static final int NAMES_MAX = 4096;
    private static final int LOOKUPS_AT_ONCE = 8;
    private static final int LOOKUPS_WAITING = 1024;
    private static final Duration FOUND = Duration.ofSeconds(30);
    private static final Duration MISSING = Duration.ofSeconds(5);

    /** How a name becomes addresses: the JDK's resolver, or a table in tests. */
    interface Lookup {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final ThreadPoolExecutor threads;
    private final Cache<String, List<InetAddress>> known;
    private final ConcurrentHashMap<String, CompletableFuture<List<InetAddress>>> underWay = new ConcurrentHashMap<>();

    OriginNames(Lookup lookup, Ticker ticker) {
        this.lookup = lookup;
        threads = new ThreadPoolExecutor(
                LOOKUPS_AT_ONCE,
                LOOKUPS_AT_ONCE,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(LOOKUPS_WAITING),
                Thread.ofPlatform().daemon().name("origin-names-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        known = Caffeine.newBuilder()
                .maximumSize(NAMES_MAX)
                .ticker(ticker)
                // Upkeep is short; waking another pool of threads for it costs more, and every miss looks here.
                .executor(Runnable::run)
                .expireAfter(Expiry.<String, List<InetAddress>>creating(
                        (_, addresses) -> addresses.isEmpty() ? MISSING : FOUND))
                .build();
    }

    /** Addresses of this host, IPv4 first; none when it does not resolve in time, or is not known when there is no time. */
    List<InetAddress> find(String host, Duration wait) throws InterruptedException {
        String name = host.toLowerCase(Locale.ROOT);
        List<InetAddress> addresses = known.getIfPresent(name);
        if (addresses != null) return addresses;
        if (wait.isZero()) return List.of();
        try {
            return join(name).get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return List.of();
        }
    }

    private CompletableFuture<List<InetAddress>> join(String name) {
        var mine = new CompletableFuture<List<InetAddress>>();
        CompletableFuture<List<InetAddress>> leader = underWay.putIfAbsent(name, mine);
        if (leader != null) return leader;
        try {
            threads.execute(() -> {
                // Removed before it is completed: who comes later asks the table, and then anew.
                try {
                    List<InetAddress> addresses = resolve(name);
                    known.put(name, addresses);
                    underWay.remove(name, mine);
                    mine.complete(addresses);
                } catch (RuntimeException e) {
                    underWay.remove(name, mine);
                    mine.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            underWay.remove(name, mine);
            mine.completeExceptionally(e);
        }
        return mine;
    }

    private List<InetAddress> resolve(String name) {
        try {
            List<InetAddress> v4 = new ArrayList<>();
            List<InetAddress> others = new ArrayList<>();
            for (InetAddress address : lookup.of(name)) (address instanceof Inet4Address ? v4 : others).add(address);
            v4.addAll(others);
            return List.copyOf(v4);
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
