package dev.perigee.edge;

/**
 * What one HTTP/2 connection may use up, besides what holds for every connection. On connections to origins streams and
 * windows are the same, and ten times the frames that bring nothing are taken.
 *
 * @param streamsMax requests at once, those included that the viewer has given up but that still keep an origin busy
 * @param streamWindowBytes content of one request that waits for its origin
 * @param connectionWindowBytes content of all requests that waits for origins
 * @param blockBytesMax a field section as it is sent, compressed; more ends the connection
 * @param resetsMax streams that end without an answer, within half a minute and beyond one for each answered request
 * @param nuisancesMax frames that cost work and bring nothing, within half a minute and beyond what the answers sent explain
 */
public record Http2Limits(
        int streamsMax,
        int streamWindowBytes,
        int connectionWindowBytes,
        int blockBytesMax,
        int resetsMax,
        int nuisancesMax) {
    private static final int FRAME_MAX = 16_384;

    public Http2Limits {
        require(streamsMax >= 1, "streamsMax", streamsMax);
        require(streamWindowBytes >= FRAME_MAX, "streamWindowBytes", streamWindowBytes);
        require(connectionWindowBytes >= 65_535, "connectionWindowBytes", connectionWindowBytes);
        require(blockBytesMax >= FRAME_MAX, "blockBytesMax", blockBytesMax);
        require(resetsMax >= 1, "resetsMax", resetsMax);
        require(nuisancesMax >= 16, "nuisancesMax", nuisancesMax);
    }

    public static Http2Limits defaults() {
        return new Http2Limits(128, 256 << 10, 1 << 20, 64 << 10, 200, 1_000);
    }

    /** The same with another number of frames that bring nothing. */
    public Http2Limits withNuisances(int others) {
        return new Http2Limits(streamsMax, streamWindowBytes, connectionWindowBytes, blockBytesMax, resetsMax, others);
    }

    private static void require(boolean holds, String name, long value) {
        if (!holds) throw new IllegalArgumentException(name + " cannot be " + value);
    }
}
