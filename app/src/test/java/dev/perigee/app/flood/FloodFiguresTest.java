package dev.perigee.app.flood;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perigee.testkit.Http2Wire;
import dev.perigee.testkit.KillableEdge;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Floods an edge in a process of its own and prints the table of docs/security.md: the edge's memory, how the attacking
 * connections ended, and what a viewer who behaves well noticed.
 */
@Tag("full")
class FloodFiguresTest {
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final Duration FLOOD = Duration.ofSeconds(6);
    /** Longer than the edge has patience with who makes no progress. */
    private static final Duration SLOW = Duration.ofSeconds(65);

    private static final long PAUSE_NANOS = 2_000_000;
    private static final long MEMORY_GROWTH_MAX = 64L << 20;

    private final CountDownLatch held = new CountDownLatch(1);

    /** What one attack came to. */
    private record Figures(
            KillableEdge.Memory before,
            KillableEdge.Memory peak,
            KillableEdge.Memory after,
            Map<String, Integer> ends,
            Latencies quiet,
            Latencies during) {}

    private record Latencies(List<Long> nanos) {
        String percentile(int percent) {
            List<Long> sorted = nanos.stream().sorted().toList();
            long value = sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
            return String.format(Locale.ROOT, "%.1f", value / 1e6);
        }
    }

    @Test
    @Timeout(300)
    void attacksAreBoundedAndOthersAreServed(@TempDir Path directory) throws Exception {
        HttpServer origin = origin();
        try (KillableEdge edge =
                KillableEdge.start(directory, origin.getAddress().getPort())) {
            edge.offer(1, List.of());
            StringBuilder table =
                    new StringBuilder("\n| attack | connections | how they ended | heap before, peak, after (MiB)"
                            + " | buffers before, peak, after (MiB) | neighbour quiet p50, p99 (ms) | during p50, p99 (ms) |\n"
                            + "|---|---|---|---|---|---|---|\n");
            measureNeighbour(edge, QUIET); // warms up
            String chosen = System.getProperty("attacks", "");
            for (Attack attack : Attack.values()) {
                if (!chosen.isEmpty() && !List.of(chosen.split(",", -1)).contains(attack.name())) continue;
                Figures figures = measure(edge, attack);
                table.append(row(attack, figures));
                assertTrue(
                        figures.after().heap() - figures.before().heap() < MEMORY_GROWTH_MAX,
                        () -> attack + " is still in memory: " + figures);
                assertTrue(figures.ends().size() > 0, () -> attack + " was not stopped");
            }
            System.out.println(table);
        } finally {
            held.countDown();
            origin.stop(0);
        }
    }

    private static String row(Attack attack, Figures f) {
        int connections = f.ends().values().stream().mapToInt(Integer::intValue).sum();
        return "| " + attack.words() + " | " + connections + " | " + f.ends() + " | "
                + mib(f.before().heap()) + ", " + mib(f.peak().heap()) + ", "
                + mib(f.after().heap()) + " | "
                + mib(f.before().direct()) + ", " + mib(f.peak().direct()) + ", "
                + mib(f.after().direct()) + " | "
                + f.quiet().percentile(50) + ", " + f.quiet().percentile(99) + " | "
                + f.during().percentile(50) + ", " + f.during().percentile(99) + " |\n";
    }

    private static String mib(long octets) {
        return Long.toString(octets >> 20);
    }

    private HttpServer origin() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/a", exchange -> answer(exchange, 5));
        server.createContext("/large", exchange -> answer(exchange, 1 << 20));
        server.createContext("/held", exchange -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer(exchange, 5);
        });
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int size) throws IOException {
        exchange.getResponseHeaders().set("Cache-Control", "max-age=3600");
        exchange.getResponseHeaders().set("ETag", "\"1\"");
        exchange.sendResponseHeaders(200, size);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(new byte[size]);
        }
    }

    private static Figures measure(KillableEdge edge, Attack attack) throws Exception {
        KillableEdge.Memory before = edge.memory(true);
        Latencies quiet = measureNeighbour(edge, QUIET);
        Map<String, Integer> ends = new TreeMap<>();
        AtomicBoolean over = new AtomicBoolean();
        List<KillableEdge.Memory> samples = new ArrayList<>();
        Thread attacker = Thread.ofVirtual().start(() -> attack(edge, attack, over, ends));
        Thread sampler = Thread.ofVirtual().start(() -> sample(edge, over, samples));
        boolean slow = attack.parts() == 100;
        Latencies during = measureNeighbour(edge, slow ? SLOW : FLOOD);
        over.set(true);
        attacker.join();
        sampler.join();
        long heap = samples.stream().mapToLong(KillableEdge.Memory::heap).max().orElse(0);
        long direct =
                samples.stream().mapToLong(KillableEdge.Memory::direct).max().orElse(0);
        return new Figures(before, new KillableEdge.Memory(heap, direct), edge.memory(true), ends, quiet, during);
    }

    private static void sample(KillableEdge edge, AtomicBoolean over, List<KillableEdge.Memory> samples) {
        while (!over.get()) {
            try {
                samples.add(edge.memory(false));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** One connection after the other; ten at once where each one waits. */
    private static void attack(KillableEdge edge, Attack attack, AtomicBoolean over, Map<String, Integer> ends) {
        int width = attack.parts() == 100 ? 10 : 1;
        do {
            List<Http2Wire> wires = new ArrayList<>();
            try {
                for (int i = 0; i < width; i++) wires.add(edge.http2Wire(attack.reads() ? 0 : 4_096));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            for (Http2Wire wire : wires) {
                wire.begin(attack.settings());
                for (int i = 0; i < attack.parts() && !over.get(); i++) attack.send(wire, i);
                wire.flush();
            }
            for (Http2Wire wire : wires) {
                if (!attack.reads()) {
                    while (!over.get()) LockSupport.parkNanos(PAUSE_NANOS);
                }
                String end = endOf(wire);
                // The last one was not let to its end.
                if (!end.equals("none") || !attack.reads() || !over.get()) ends.merge(end, 1, Integer::sum);
                wire.close();
            }
        } while (!over.get());
    }

    /** Reads what the edge had to say. */
    private static String endOf(Http2Wire wire) {
        int resets = 0;
        try {
            for (Http2Wire.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                if (frame.type() == Http2Wire.GOAWAY) return "GOAWAY " + frame.number(4);
                if (frame.type() == Http2Wire.RST_STREAM && ++resets == 100) return "100 streams reset";
            }
        } catch (AssertionError silent) {
            return "none";
        }
        return "closed";
    }

    /** A viewer that asks for the same small thing again and again. */
    private static Latencies measureNeighbour(KillableEdge edge, Duration time) throws IOException {
        List<Long> nanos = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        try (Http2Wire wire = edge.http2Wire(0)) {
            wire.begin();
            for (int id = 1; System.nanoTime() - end < 0; id += 2) {
                long begun = System.nanoTime();
                wire.get(id, "/a").flush();
                wire.head(id);
                wire.await(Http2Wire.DATA, id);
                nanos.add(System.nanoTime() - begun);
                // What was received is given back, or the connection's window would be used up in the end.
                if (id % 1_000 == 1) wire.number(Http2Wire.WINDOW_UPDATE, 0, 10_000);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        return new Latencies(nanos);
    }
}
