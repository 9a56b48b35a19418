package dev.perigee.edge.serve;

import dev.perigee.edge.log.LogBuffer;
import dev.perigee.edge.traffic.LoopTraffic;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * What the viewers of one event loop share; only ever touched on that loop.
 *
 * @param loop the loop itself
 * @param threads for requests that have to wait
 */
public record LoopState(RequestIds ids, LogBuffer log, LoopTraffic traffic, Executor loop, ThreadFactory threads) {}
