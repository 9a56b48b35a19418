package dev.perigee.edge.warm;

import dev.perigee.core.access.DebugPass;
import dev.perigee.edge.Edge;
import dev.perigee.edge.EdgeConfig;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.PlanRefused;
import dev.perigee.edge.Telemetry;
import dev.perigee.edge.TrustedProxies;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.origin.OriginRoutes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves some hundred thousand requests of its own, so that the JIT has compiled what serving needs before viewers come. An
 * edge beside the real ones does it, on a port of its own with an origin of its own, and is thrown away: nothing of it is stored,
 * logged or counted anywhere else. It waits while viewers ask for something, and its threads have the lowest
 * priority, so that whoever wants the processor has it.
 */
public final class WarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** No PoP of this name can be made by users: edges are told theirs by the system. */
    private static final String POP = "XWU";

    private static final long MEMORY_BYTES = 16L << 20;
    private static final long DISK_BYTES = 64L << 20;
    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(120);
    /** Longer than it lasts: its connections wait when it does. */
    private static final Duration PAUSE_MAX = Duration.ofMinutes(10);

    private static final long STOP_MILLIS = 5_000;

    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable WarmUpViewer viewer;

    private WarmUp(EdgeConfig like, Path folder, LongSupplier served) {
        thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(() -> inBackground(like, folder, served));
    }

    /**
     * Begins in the background.
     *
     * @param like an edge whose certificate, keys and countries it shares
     * @param folder of its own, which goes away with it
     * @param served requests of viewers so far: while there are more and more, it waits
     */
    public static WarmUp start(EdgeConfig like, Path folder, LongSupplier served) {
        WarmUp warmUp = new WarmUp(like, folder, served);
        warmUp.thread.start();
        return warmUp;
    }

    /**
     * A small part of it, here and now: enough for the start-up cache to know what is hot.
     *
     * @throws IOException when something is not answered as it should be
     */
    public static void rehearse(EdgeConfig like, Path folder) throws IOException {
        new WarmUp(like, folder, () -> 0).serve(like, folder, Course.REHEARSED, QuietTime.always(NANOS_MAX));
    }

    private void inBackground(EdgeConfig like, Path folder, LongSupplier served) {
        // Threads inherit it from the one that starts them.
        LowestPriority.take();
        try {
            QuietTime quiet = new QuietTime(served, NANOS_MAX);
            quiet.await();
            serve(like, folder, Course.WHOLE, quiet);
        } catch (CancellationException _) {
            // Viewers have come, and have taken its part.
        } catch (IOException | RuntimeException e) {
            // The real edges serve without it, only not as fast in their first minute.
            if (!stopped) LOG.warn("the warm-up ended early: {}", e.toString());
        }
    }

    private void serve(EdgeConfig like, Path folder, Course course, QuietTime time) throws IOException {
        delete(folder);
        try {
            Files.createDirectories(folder);
            try (SpendingLedger ledger = SpendingLedger.open(folder.resolve("spending"), InstantSource.system());
                    WarmUpOrigin origin = WarmUpOrigin.start();
                    Edge edge = Edge.start(config(like, folder, ledger));
                    WarmUpViewer busy = new WarmUpViewer(edge.http(), edge.https(), time)) {
                edge.offer(WarmUpPlan.document(origin.port()));
                viewer = busy;
                if (!stopped) course.run(busy);
            } catch (PlanRefused e) {
                throw new IOException("the edge does not take the plan", e);
            }
        } finally {
            delete(folder);
        }
        // What it has left in the heap and in buffers; nobody is waiting.
        System.gc();
    }

    private static EdgeConfig config(EdgeConfig like, Path folder, SpendingLedger ledger) {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new EdgeConfig(
                POP,
                free,
                free,
                1,
                folder.resolve("edge"),
                folder.resolve("cache"),
                like.certificateChain(),
                like.privateKey(),
                like.seal(),
                limits(like.limits()),
                InstantSource.system(),
                new OriginRoutes(),
                like.keys(),
                true,
                Set.of(),
                like.originRoots(),
                like.geo(),
                TrustedProxies.NONE,
                ledger,
                Telemetry.NONE,
                like.lambdas(),
                DebugPass.ephemeral());
    }

    private static EdgeLimits limits(EdgeLimits usual) {
        return new EdgeLimits(
                usual.requestLineBytesMax(),
                usual.headBytesMax(),
                usual.fieldsMax(),
                usual.contentBytesMax(),
                usual.headTimeout(),
                PAUSE_MAX,
                usual.stallTimeout(),
                usual.handshakeTimeout(),
                usual.connectionsMax(),
                usual.fetchesMax(),
                usual.originConnectionsMax(),
                usual.originHeadBytesMax(),
                MEMORY_BYTES,
                usual.diskBytes() == 0 ? 0 : DISK_BYTES,
                Math.min(usual.objectBytesMax(), MEMORY_BYTES),
                usual.blockBytes(),
                usual.windowBytes(),
                usual.tunnelIdle(),
                usual.http2(),
                usual.drain());
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        }
    }

    /** Ends it, wherever it is, and waits until it has left nothing behind. */
    @Override
    public void close() throws IOException {
        stopped = true;
        WarmUpViewer busy = viewer;
        if (busy != null) busy.stop();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
