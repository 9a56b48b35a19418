package dev.perigee.control.publish;

import dev.perigee.control.compile.PlanCompiler;
import dev.perigee.control.compile.Snapshot;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Keeps every edge on the newest plan. */
public final class Publisher implements AutoCloseable {
    private final List<EdgeLink> edges;

    public Publisher(
            Supplier<Snapshot> snapshots, PlanCompiler compiler, List<EdgeLink> edges, LongConsumer acknowledged) {
        this.edges = List.copyOf(edges);
    }

    /** Begins: reads the snapshot and publishes it at once. */
    public void start() {}

    /** The store has a newer revision. */
    public void revisionAdvanced() {}

    /** The lowest version that every edge has in force. */
    public long acknowledged() {
        return 0;
    }

    public List<EdgeState> states() {
        return edges.stream().map(edge -> new EdgeState(edge.pop(), 0, 0, null)).toList();
    }

    @Override
    public void close() {}
}
