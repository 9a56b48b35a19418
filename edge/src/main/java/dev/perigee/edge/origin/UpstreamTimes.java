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
    private long began;
    private long dns;
    private long connect;
    private long firstByte;
    /** Written on the origin's event loop, and seen by whoever has seen the end of the content. */
    private long lastByte;

    void resolved(long nanos) {
        asked = true;
        began = System.nanoTime() - nanos;
        dns = nanos;
        connect = 0;
        firstByte = 0;
        lastByte = 0;
    }

    void connected(long nanos) {
        connect = nanos;
    }

    void answered(long nanos) {
        firstByte = nanos;
    }

    void whole(long nanos) {
        lastByte = nanos;
    }

    /** When asking began, by the clock of {@link System#nanoTime}. */
    public long beganNanos() {
        return began;
    }

    /** What finding and reaching the origin took, before the request was sent, in nanoseconds. */
    public long askedNanos() {
        return dns + connect;
    }

    /** From the request to the head of the answer, in nanoseconds; 0 when there is none. */
    public long firstByteNanos() {
        return firstByte;
    }

    /** From the request to the last of the answer's content, in nanoseconds; 0 when that is not there. */
    public long lastByteNanos() {
        return lastByte;
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
