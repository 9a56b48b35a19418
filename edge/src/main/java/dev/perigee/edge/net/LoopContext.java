package dev.perigee.edge.net;

import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.serve.LoopState;

/** What the connections of one event loop share; only ever touched on that loop. */
final class LoopContext implements AutoCloseable {
    private static final int READ_OCTETS = 16 << 10;
    private static final int WRITE_OCTETS = 8 << 10;

    final LoopState state;
    final HeadParser parser;
    final RecentHeads recent = new RecentHeads();
    /** Room for the longest head and what tells that it is too long. */
    final byte[] scratch;
    /** What comes in clear. */
    final SharedBuffer input = new SharedBuffer(READ_OCTETS);

    final LoopReads reads = new LoopReads(input);
    /** Heads with small content, on their way to the socket. */
    final SharedBuffer output = new SharedBuffer(WRITE_OCTETS);

    final HeadText text = new HeadText();

    LoopContext(LoopState state, EdgeLimits limits) {
        this.state = state;
        this.parser = new HeadParser(limits);
        this.scratch = new byte[limits.headBytesMax() + 4];
    }

    @Override
    public void close() {
        state.log().flush();
        input.close();
        output.close();
    }
}
