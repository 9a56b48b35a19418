package dev.perigee.app.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.KillableEdge;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge is killed twenty times under load, and its files are damaged in between. Every octet that any client ever gets is
 * right, and what was purged stays purged.
 */
@Tag("full")
class KillUnderLoadTest {
    private static final int ROUNDS = 20;
    private static final int CLIENTS = 4;
    private static final int SMALL = 150;
    private static final int LARGE = 6;
    private static final Duration START_MAX = Duration.ofSeconds(5);
    /** Of what was whole so long before the kill, at least so many of a hundred are hits after it. */
    private static final Duration SETTLED = Duration.ofMillis(400);

    private static final int HITS_PERCENT = 95;

    private final Path folder;
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final PathOrigin origin = new PathOrigin();
    private final Judge judge = new Judge(origin);
    private final Damage damage;
    private final List<String> purges = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private long planVersion;
    private long killedNanos;
    private long corrupt;
    private long firstStart;
    private int probes;
    private int hits;
    private volatile boolean loading;

    KillUnderLoadTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.damage = new Damage(folder.resolve("cache"), random);
    }

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    @Timeout(300)
    void notOneWrongOctetInTwentyKills() throws Exception {
        System.out.println("seed " + seed);
        for (int round = 0; round < ROUNDS; round++) {
            boolean damaged = round % 2 == 1;
            String hurt = damaged ? hurt(round) : "";
            long start = System.nanoTime();
            try (KillableEdge edge = KillableEdge.start(folder, origin.port());
                    HttpClient client = client()) {
                offer(edge);
                assertNotNull(judge.ask(client, edge.port(), "/s/0", null));
                long ready = System.nanoTime() - start;
                assertSoon(ready);
                KillableEdge.Disk disk = edge.disk();
                assertEquals("SERVING", disk.state());
                probe(edge, client, damaged, round > 0);
                underLoad(edge, client);
                System.out.printf(
                        "round %d: served after %d ms, %s, %d of %d hits so far, %,d octets right %s%n",
                        round, ready / 1_000_000, disk, hits, probes, judge.octets.sum(), hurt);
            }
            assertEquals(List.of(), failures);
        }
        assertTrue(corrupt > 0, "the damage was seen");
        assertTrue(probes > 500 && hits * 100L >= (long) probes * HITS_PERCENT, hits + " hits of " + probes);
        assertTrue(judge.answers.sum() > 1000, judge.answers + " answers");
        assertTrue(judge.refused.sum() * 20 < judge.answers.sum(), judge.refused + " of " + judge.answers);
        assertEquals(30, damage.flips);
    }

    /** On a machine that takes longer to start an edge with nothing on disk, that is the measure. */
    private void assertSoon(long ready) {
        if (firstStart == 0) firstStart = ready;
        long most = Math.max(START_MAX.toNanos(), 2 * firstStart);
        assertTrue(ready < most, "served after " + ready / 1_000_000 + " ms");
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private String hurt(int round) throws IOException {
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < 3; i++) told.append(damage.flip()).append(' ');
        if (round % 4 == 1) told.append(damage.truncate());
        else told.append(damage.zero());
        return told.toString();
    }

    private void offer(KillableEdge edge) throws IOException {
        planVersion++;
        assertEquals(planVersion, edge.offer(planVersion, purges));
    }

    /**
     * Everything that was on disk for a while is a hit now; in any case it is right. Damage may have taken anything, all of
     * it when it hit the journal of purges, so that nothing read before it counts then or later.
     */
    private void probe(KillableEdge edge, HttpClient client, boolean damaged, boolean later) throws Exception {
        boolean counts = later && !damaged;
        List<String> settled = judge.settled(killedNanos - SETTLED.toNanos());
        if (damaged) judge.forgetReads();
        for (String path : settled) {
            Judge.Answer answer = judge.ask(client, edge.port(), path, path.startsWith("/l/") ? range(path) : null);
            if (!counts) continue;
            probes++;
            if (answer != null && answer.hit()) hits++;
        }
        corrupt += edge.disk().corrupt();
    }

    private String range(String path) {
        long first = random.nextLong(PathOrigin.size(path) - 1);
        long last = Math.min(PathOrigin.size(path) - 1, first + random.nextInt(600_000));
        return first + "-" + last;
    }

    private void underLoad(KillableEdge edge, HttpClient client) throws Exception {
        loading = true;
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random own = new Random(random.nextLong());
            clients.add(Thread.ofPlatform().start(() -> load(edge.port(), client, own)));
        }
        int changes = 6 + random.nextInt(30);
        for (int i = 0; i < changes; i++) {
            assertFalse(edge.endsWithin(Duration.ofMillis(20 + random.nextInt(40))), "the edge ended by itself");
            change(edge);
        }
        if (random.nextBoolean()) assertFalse(edge.endsWithin(Duration.ofNanos(random.nextInt(60_000_000))));
        edge.kill();
        killedNanos = System.nanoTime();
        loading = false;
        for (Thread each : clients) each.join();
    }

    /** The origin changes something; mostly it is purged then, exactly or with others. */
    private void change(KillableEdge edge) throws IOException {
        String path = random.nextInt(8) == 0 ? "/l/" + random.nextInt(LARGE) : "/s/" + random.nextInt(SMALL);
        int version = origin.newVersion(path);
        int kind = random.nextInt(5);
        if (kind == 0) return;
        String purge = kind == 1 ? path + '*' : path;
        purges.add(purge);
        offer(edge);
        judge.purged(path, version);
        if (kind == 1) judge.purgedAll(path);
    }

    private void load(int port, HttpClient client, Random own) {
        while (loading) {
            boolean large = own.nextInt(3) == 0;
            String path = large ? "/l/" + own.nextInt(LARGE) : "/s/" + own.nextInt(SMALL);
            boolean part = large && own.nextInt(4) > 0;
            long first = part ? own.nextLong(PathOrigin.size(path)) : 0;
            String range =
                    part ? first + "-" + Math.min(PathOrigin.size(path) - 1, first + own.nextInt(900_000)) : null;
            try {
                judge.ask(client, port, path, range);
            } catch (IOException _) {
                // Killed, or cut because the origin has another version: what had come was right.
            } catch (InterruptedException | RuntimeException | Error e) {
                failures.add(e);
                return;
            }
        }
    }
}
