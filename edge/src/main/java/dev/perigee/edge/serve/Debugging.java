package dev.perigee.edge.serve;

import dev.perigee.core.access.DebugPass;
import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.serve.Routes;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests with a good {@linkplain DebugPass pass} are explained as they stand before they are served, and are told of it in
 * the head of their response. Without a good one nothing is different: the header is one like any other.
 */
public final class Debugging {
    private static final Logger LOG = LoggerFactory.getLogger(Debugging.class);
    /** To look for what is stored nearby takes long where much is stored; and a pass can be used again until it expires. */
    private static final int AT_ONCE_MAX = 4;

    private static final Fields BUSY = Fields.of("Perigee-Explain", "busy");

    private final DebugPass pass;
    private final InstantSource clock;
    private final Teller teller;
    private final Semaphore permits = new Semaphore(AT_ONCE_MAX);

    /** Who knows what becomes of requests. */
    @FunctionalInterface
    public interface Teller {
        /** Fields that tell it; nothing is asked, stored or counted for it. Waits: not for event loops. */
        Fields tell(Routes routes, RequestHead request, boolean hasContent, ViewerConnection viewer, InetAddress from);
    }

    /** @param clock the wall's: who makes a pass goes by that, wherever the caches' clock was moved to */
    public Debugging(DebugPass pass, InstantSource clock, Teller teller) {
        this.pass = pass;
        this.clock = clock;
        this.teller = teller;
    }

    /** Whether a pass is shown, good or not. */
    static boolean isWanted(Exchange x) {
        return x.received().fields().has(DebugPass.HEADER);
    }

    /**
     * Takes a request that is to be explained first; it goes on with the rest then, on the viewer's event loop. False when it
     * is none, and nothing was done.
     */
    boolean takes(Exchange x, Routes routes, FactsOfViewers facts, Runnable rest) {
        RequestHead received = x.received();
        String shown = received.fields().first(DebugPass.HEADER);
        if (shown == null || !entitles(received, shown)) return false;
        // A pass is as good as a password: neither the log's nor a function's nor the origin's business.
        RequestHead without = received.with(
                received.fields().toBuilder().remove(DebugPass.HEADER).build());
        x.debugged(without, BUSY);
        if (!permits.tryAcquire()) return false;
        Viewer viewer = x.viewer();
        InetAddress from = viewer.remote().getAddress();
        Distribution owner = routes.distribution(without.host());
        ViewerConnection seen = owner == null
                ? new ViewerConnection(from.getHostAddress(), viewer.remote().getPort(), viewer.secure())
                : facts.viewer(x, owner.id(), true);
        boolean hasContent = x.hasContent();
        // Not carried by the loop: it computes, and reads from disk.
        Thread.startVirtualThread(() -> {
            Fields told = BUSY;
            try {
                told = teller.tell(routes, without, hasContent, seen, from);
            } catch (RuntimeException e) {
                LOG.error("request {} could not be explained", x.idText(), e);
            } finally {
                permits.release();
                goOn(x, without, told, rest);
            }
        });
        return true;
    }

    private static void goOn(Exchange x, RequestHead without, Fields told, Runnable rest) {
        x.viewer().execute(() -> {
            // Its content may have broken off meanwhile.
            if (x.ended) return;
            x.debugged(without, told);
            rest.run();
        });
    }

    private boolean entitles(RequestHead received, String shown) {
        List<String> all = received.fields().all(DebugPass.HEADER);
        return all.size() == 1 && pass.covers(received, shown, Math.floorDiv(clock.millis(), 1000L));
    }
}
