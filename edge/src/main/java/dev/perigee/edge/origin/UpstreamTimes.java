package dev.perigee.edge.origin;

import dev.perigee.core.serve.ServerTiming;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the last attempt at an origin took, for those who want to know. Written on the virtual thread that asks, read when
 * that has handed over.
 */
public final class UpstreamTimes {
    private boolean asked;
    private long dns;
    private long connect;
    private long firstByte;

    void resolved(long nanos) {
        asked = true;
        dns = nanos;
        connect = 0;
        firstByte = 0;
    }

    void connected(long nanos) {
        connect = nanos;
    }

    void answered(long nanos) {
        firstByte = nanos;
    }

    /** Null when no origin was asked. */
    public ServerTiming.@Nullable Upstream upstream() {
        if (!asked) return null;
        return new ServerTiming.Upstream(millis(dns), millis(connect), millis(firstByte));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
