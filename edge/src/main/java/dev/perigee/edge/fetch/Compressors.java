package dev.perigee.edge.fetch;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import dev.perigee.core.cache.Compression;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.edge.origin.OriginBody;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses responses once, before they are stored, on threads of its own: compression is too slow for an event loop. Half
 * of the machine at most; what comes while too much is under way is stored as it is, which CloudFront allows itself too.
 */
public final class Compressors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compressors.class);

    /** Responses at once. Each takes about 3 MB (Brotli's window and tables) and {@link CompressedBody#PAUSE_ABOVE}. */
    private static final int ACTIVE_MAX = 32;

    private final Semaphore active = new Semaphore(ACTIVE_MAX);
    private final ExecutorService threads = Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            Thread.ofPlatform().daemon().name("compress-", 0).factory());

    /** Loading takes a while and reads files, so it is done ahead, away from the event loops. */
    private static final class Native {
        static final boolean BROTLI = load();

        private static boolean load() {
            if (Brotli4jLoader.isAvailable()) return true;
            LOG.warn("Brotli cannot be used, gzip will be", Brotli4jLoader.getUnavailabilityCause());
            return false;
        }
    }

    /** Starts its threads, and loads Brotli on one of them. */
    public Compressors() {
        threads.execute(() -> LOG.debug("Brotli: {}", Native.BROTLI));
    }

    /** A response as it is to be stored. */
    record Packed(ResponseHead head, OriginBody body) {}

    /** The response compressed if CloudFront would, else as it is. The body is the caller's as before. */
    Packed apply(Behavior behavior, RequestHead request, ResponseHead head, OriginBody body) {
        if (!behavior.compress()) return new Packed(head, body);
        Compression chosen = Compression.of(behavior, request, head, Native.BROTLI);
        if (chosen == Compression.NONE || !active.tryAcquire()) return new Packed(head, body);
        return new Packed(chosen.applied(head), new CompressedBody(body, chosen, threads, active::release));
    }

    /** Responses being compressed now. */
    int active() {
        return ACTIVE_MAX - active.availablePermits();
    }

    /** Stops; the bodies under way must have ended. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) LOG.warn("a compression does not end");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
