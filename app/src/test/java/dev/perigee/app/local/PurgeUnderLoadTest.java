package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A path is invalidated a hundred times while readers ask all edges for it. A request that starts after the API said
 * {@code Completed} gets what the origin had when the invalidation was made, or newer.
 */
@Tag("full")
class PurgeUnderLoadTest {
    private static final int LOOPS = 100;
    private static final int READERS_PER_EDGE = 2;
    private static final String PATH = "/prices.txt";

    private final SystemFolder folder;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong served = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** What the origin sends now. */
    private volatile int version;
    /** What no later request may fall behind. */
    private volatile int completed;

    private volatile boolean ended;
    private HttpServer origin;
    private LocalSystem.Started started;
    private SignedClient client;

    PurgeUnderLoadTest(@TempDir Path temporary) {
        folder = SystemFolder.at(temporary.resolve("data"));
    }

    @BeforeEach
    void start() throws Exception {
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.setExecutor(threads);
        origin.createContext("/", this::answer);
        origin.start();
        started = LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
    }

    @AfterEach
    void stop() {
        ended = true;
        client.close();
        started.system().close();
        origin.stop(0);
        threads.shutdownNow();
    }

    /** Each body says its version in every line, so that a mixture of two would show. */
    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        byte[] body = body(version).getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Cache-Control", "max-age=600");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String body(int version) {
        return (version + "\n").repeat(1_000);
    }

    private static int versionOf(String body) {
        int version = Integer.parseInt(body, 0, body.indexOf('\n'), 10);
        assertEquals(body(version), body);
        return version;
    }

    @Test
    void nobodyGetsAnOldBodyAfterCompleted() throws Exception {
        SignedClient.Answer made = distribution();
        String host = made.element("DomainName");
        List<Future<Long>> readers = new ArrayList<>();
        List<KeptConnection> checks = new ArrayList<>();
        for (RunFile.PopAddresses pop : started.runFile().pops()) {
            checks.add(new KeptConnection(pop.http(), host, PATH));
            for (int i = 0; i < READERS_PER_EDGE; i++) {
                var reader = new KeptConnection(pop.http(), host, PATH);
                readers.add(threads.submit(() -> read(reader)));
            }
        }
        assertEquals(3, checks.size());
        long[] nanos = new long[LOOPS];
        for (int loop = 0; loop < LOOPS; loop++) {
            for (KeptConnection edge : checks)
                assertEquals(loop, versionOf(edge.get().body()), "as it was");
            version = loop + 1;
            nanos[loop] = invalidate(made.element("Id"), loop);
            completed = loop + 1;
            for (KeptConnection edge : checks)
                assertEquals(loop + 1, versionOf(edge.get().body()), "after Completed");
        }
        ended = true;
        long hits = 0;
        for (Future<Long> reader : readers) hits += reader.get();
        for (KeptConnection edge : checks) edge.close();
        report(nanos, hits);
        // An old body that nobody stored would prove nothing: each version is stored at each edge, and once.
        assertTrue(asked.get() >= 3L * LOOPS && asked.get() <= 3L * 3 * (LOOPS + 1), asked + " origin requests");
        assertTrue(hits > served.get() / 2, hits + " hits of " + served);
    }

    private void report(long[] nanos, long hits) {
        Arrays.sort(nanos);
        System.out.printf(
                "purge under load: time to Completed p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms;"
                        + " %d viewer requests, %d hits, %d origin requests%n",
                nanos[LOOPS / 2] / 1e6,
                nanos[LOOPS * 90 / 100] / 1e6,
                nanos[LOOPS * 99 / 100 - 1] / 1e6,
                nanos[LOOPS - 1] / 1e6,
                served.get(),
                hits,
                asked.get());
    }

    /** Asks until the end; returns how many answers were hits. */
    private long read(KeptConnection edge) throws IOException {
        long hits = 0;
        try (edge) {
            while (!ended) {
                int floor = completed;
                KeptConnection.Answer answer = edge.get();
                int got = versionOf(answer.body());
                assertTrue(got >= floor, "version " + got + " after " + floor + " was Completed");
                served.incrementAndGet();
                if (answer.hit()) hits++;
            }
        }
        return hits;
    }

    /** Nanoseconds from the creation until the API says that it is completed. */
    private long invalidate(String id, int loop) throws Exception {
        String batch = """
                <InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <Paths><Quantity>1</Quantity><Items><Path>%s</Path></Items></Paths>
                <CallerReference>loop-%d</CallerReference></InvalidationBatch>
                """.formatted(PATH, loop);
        String path = "/distribution/" + id + "/invalidation";
        long begin = System.nanoTime();
        SignedClient.Answer answer = client.cloudfront("POST", path, batch).expect(201);
        String invalidation = answer.element("Id");
        await(path + "/" + invalidation, "Completed");
        return System.nanoTime() - begin;
    }

    private SignedClient.Answer distribution() throws Exception {
        String config = SignedClient.oneOrigin("purge", origin.getAddress().getPort());
        SignedClient.Answer made =
                client.cloudfront("POST", "/distribution", config).expect(201);
        await("/distribution/" + made.element("Id"), "Deployed");
        return made;
    }

    private void await(String path, String status) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!client.cloudfront("GET", path, "").expect(200).element("Status").equals(status)) {
            assertTrue(System.nanoTime() < deadline, path + " is not " + status + " within 30 s");
            LockSupport.parkNanos(1_000_000);
        }
    }
}
