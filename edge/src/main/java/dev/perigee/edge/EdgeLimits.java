package dev.perigee.edge;

import dev.perigee.edge.store.disk.DiskTier;
import java.time.Duration;

/**
 * Every bound of an edge, in one place.
 *
 * @param requestLineBytesMax a longer target is answered 414 (CloudFront: a URL of 8,192 bytes)
 * @param headBytesMax request line and fields together; more is answered 494 (CloudFront: 32,768 bytes)
 * @param fieldsMax field lines of one request
 * @param contentBytesMax content of a request; more is answered 413
 * @param headTimeout from the first byte of a request, or the accept, to the end of its head
 * @param idleTimeout between requests on a kept connection
 * @param stallTimeout without progress in sending a response or receiving a request body
 * @param handshakeTimeout for TLS
 * @param connectionsMax viewer connections at once; more are closed on accept
 * @param fetchesMax virtual threads waiting for origins at once; more are answered 503
 * @param originConnectionsMax connections to one origin address at once
 * @param originHeadBytesMax head of an origin response
 * @param memoryBytes memory tier, bodies and heads
 * @param diskBytes disk tier, indexes included; 0 for none
 * @param objectBytesMax largest response that is stored in one piece; larger ones without blocks are delivered only
 * @param blockBytes a stored object larger than this is stored in blocks of this size, if it can be asked for in parts
 * @param windowBytes how far an origin may be ahead of the slowest viewer of a response that is not stored
 * @param tunnelIdle without an octet either way, after which a WebSocket is closed (CloudFront: 10 minutes)
 * @param http2 of one HTTP/2 connection
 * @param drain how long a stop waits for responses under way
 */
public record EdgeLimits(
        int requestLineBytesMax,
        int headBytesMax,
        int fieldsMax,
        long contentBytesMax,
        Duration headTimeout,
        Duration idleTimeout,
        Duration stallTimeout,
        Duration handshakeTimeout,
        int connectionsMax,
        int fetchesMax,
        int originConnectionsMax,
        int originHeadBytesMax,
        long memoryBytes,
        long diskBytes,
        long objectBytesMax,
        int blockBytes,
        int windowBytes,
        Duration tunnelIdle,
        Http2Limits http2,
        Duration drain) {
    public EdgeLimits {
        require(requestLineBytesMax >= 64, "requestLineBytesMax", requestLineBytesMax);
        require(headBytesMax >= requestLineBytesMax, "headBytesMax", headBytesMax);
        require(fieldsMax >= 8, "fieldsMax", fieldsMax);
        require(contentBytesMax >= 0, "contentBytesMax", contentBytesMax);
        require(connectionsMax >= 1, "connectionsMax", connectionsMax);
        require(fetchesMax >= 1, "fetchesMax", fetchesMax);
        require(originConnectionsMax >= 1, "originConnectionsMax", originConnectionsMax);
        require(originHeadBytesMax >= 1024, "originHeadBytesMax", originHeadBytesMax);
        require(memoryBytes >= 1 << 20, "memoryBytes", memoryBytes);
        require(diskBytes == 0 || diskBytes >= DiskTier.BYTES_MIN, "diskBytes", diskBytes);
        require(objectBytesMax <= memoryBytes, "objectBytesMax", objectBytesMax);
        require(blockBytes >= 4096 && blockBytes <= 1 << 20, "blockBytes", blockBytes);
        require(windowBytes >= 1 << 16, "windowBytes", windowBytes);
    }

    /** CloudFront's limits, and sizes for a laptop. */
    public static EdgeLimits defaults() {
        return new EdgeLimits(
                8_192,
                32_768,
                128,
                64L << 30,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                20_000,
                10_000,
                256,
                65_536,
                256L << 20,
                2L << 30,
                32L << 20,
                1 << 20,
                1 << 20,
                Duration.ofMinutes(10),
                Http2Limits.defaults(),
                Duration.ofSeconds(5));
    }

    private static void require(boolean holds, String name, long value) {
        if (!holds) throw new IllegalArgumentException(name + " cannot be " + value);
    }
}
