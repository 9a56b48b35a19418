package dev.perigee.edge.serve;

import dev.perigee.edge.log.LogBuffer;

/** What the viewers of one event loop share; only ever touched on that loop. */
public record LoopState(RequestIds ids, LogBuffer log) {}
