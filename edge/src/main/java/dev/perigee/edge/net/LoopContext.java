package dev.perigee.edge.net;

import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.serve.LoopState;

/** What the connections of one event loop share; only ever touched on that loop. */
final class LoopContext {
    final LoopState state;
    final HeadParser parser;
    /** Room for the longest head and what tells that it is too long. */
    final byte[] scratch;

    LoopContext(LoopState state, EdgeLimits limits) {
        this.state = state;
        this.parser = new HeadParser(limits);
        this.scratch = new byte[limits.headBytesMax() + 4];
    }
}
