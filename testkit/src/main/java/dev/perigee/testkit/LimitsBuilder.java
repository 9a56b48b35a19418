package dev.perigee.testkit;

import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.Http2Limits;
import java.time.Duration;

/** Limits of an edge: the defaults, but for what the scenario makes small, and a drain that no test waits for. */
public final class LimitsBuilder {
    private static final EdgeLimits DEFAULTS = EdgeLimits.defaults();

    private int fieldsMax = DEFAULTS.fieldsMax();
    private long contentBytesMax = DEFAULTS.contentBytesMax();
    private Duration headTimeout = DEFAULTS.headTimeout();
    private Duration idleTimeout = DEFAULTS.idleTimeout();
    private Duration stallTimeout = DEFAULTS.stallTimeout();
    private Duration handshakeTimeout = DEFAULTS.handshakeTimeout();
    private Duration tunnelIdle = DEFAULTS.tunnelIdle();
    private Http2Limits http2 = DEFAULTS.http2();
    private int connectionsMax = DEFAULTS.connectionsMax();
    private int fetchesMax = DEFAULTS.fetchesMax();
    private long memoryBytes = 128L << 20;
    private long diskBytes;
    private long objectBytesMax = 32L << 20;
    private int blockBytes = DEFAULTS.blockBytes();
    private Duration drain = Duration.ofMillis(200);

    private LimitsBuilder() {}

    public static LimitsBuilder limits() {
        return new LimitsBuilder();
    }

    public LimitsBuilder fieldsMax(int fields) {
        fieldsMax = fields;
        return this;
    }

    public LimitsBuilder contentBytesMax(long bytes) {
        contentBytesMax = bytes;
        return this;
    }

    public LimitsBuilder headTimeout(Duration timeout) {
        headTimeout = timeout;
        return this;
    }

    public LimitsBuilder idleTimeout(Duration timeout) {
        idleTimeout = timeout;
        return this;
    }

    public LimitsBuilder stallTimeout(Duration timeout) {
        stallTimeout = timeout;
        return this;
    }

    public LimitsBuilder handshakeTimeout(Duration timeout) {
        handshakeTimeout = timeout;
        return this;
    }

    public LimitsBuilder tunnelIdle(Duration timeout) {
        tunnelIdle = timeout;
        return this;
    }

    public LimitsBuilder http2(Http2Limits limits) {
        http2 = limits;
        return this;
    }

    public LimitsBuilder connectionsMax(int connections) {
        connectionsMax = connections;
        return this;
    }

    public LimitsBuilder fetchesMax(int fetches) {
        fetchesMax = fetches;
        return this;
    }

    public LimitsBuilder memory(long bytes, long perObject) {
        memoryBytes = bytes;
        objectBytesMax = perObject;
        return this;
    }

    public LimitsBuilder drain(Duration time) {
        drain = time;
        return this;
    }

    public LimitsBuilder blockBytes(int bytes) {
        blockBytes = bytes;
        return this;
    }

    /** A disk tier of so many bytes; without it there is none. */
    public LimitsBuilder disk(long bytes) {
        diskBytes = bytes;
        return this;
    }

    public EdgeLimits build() {
        return new EdgeLimits(
                DEFAULTS.requestLineBytesMax(),
                DEFAULTS.headBytesMax(),
                fieldsMax,
                contentBytesMax,
                headTimeout,
                idleTimeout,
                stallTimeout,
                handshakeTimeout,
                connectionsMax,
                fetchesMax,
                DEFAULTS.originConnectionsMax(),
                DEFAULTS.originHeadBytesMax(),
                memoryBytes,
                diskBytes,
                objectBytesMax,
                blockBytes,
                DEFAULTS.windowBytes(),
                tunnelIdle,
                http2,
                drain);
    }
}
