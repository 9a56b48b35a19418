package dev.perigee.edge.net;

import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.http2.Http2Frame;
import dev.perigee.edge.http2.Http2Output;
import dev.perigee.edge.net.hpack.QpackDecoder;
import dev.perigee.edge.serve.LoopState;

/** What the connections of one event loop share; only ever touched on that loop. */
final class LoopContext implements AutoCloseable {
    private static final int READ_OCTETS = 16 << 10;
    private static final int WRITE_OCTETS = 8 << 10;

    final LoopState state;
    final HeadParser parser;
    final RecentHeads recent = new RecentHeads();
    final FieldSection section;
    final NameCache names = new NameCache();
    final QpackDecoder qpack = new QpackDecoder(names::string);
    /** Room for the longest head and what tells that it is too long, and for a frame of HTTP/2. */
    final byte[] scratch;
    /** What comes in clear. */
    final SharedBuffer input = new SharedBuffer(READ_OCTETS);

    final LoopReads reads = new LoopReads(input);
    /** Heads with small content, on their way to the socket. */
    final SharedBuffer output = new SharedBuffer(WRITE_OCTETS);

    /** Frames of HTTP/2, on their way to TLS, which is done with them as soon as they have been flushed. */
    final SharedBuffer frames = new SharedBuffer(Http2Output.OCTETS);

    final HeadText text = new HeadText();

    LoopContext(LoopState state, EdgeLimits limits) {
        this.state = state;
        this.parser = new HeadParser(limits);
        this.section = new FieldSection(limits);
        this.scratch = new byte[Math.max(limits.headBytesMax() + 4, Http2Frame.PAYLOAD_MAX)];
    }

    @Override
    public void close() {
        state.log().flush();
        state.traffic().handOver();
        input.close();
        output.close();
        frames.close();
    }
}
