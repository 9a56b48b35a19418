package dev.perigee.edge.origin;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The pools by target. A pool exists as long as somebody holds it: a request under way, or an open connection. */
final class OriginPools implements AutoCloseable {
    private final ConcurrentHashMap<Target, Held> pools = new ConcurrentHashMap<>();
    private final int connectionsMax;

    private record Held(OriginPool pool, int holders) {}

    OriginPools(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    OriginPool hold(Target target) {
        Held held = pools.compute(
                target,
                (_, old) -> old == null
                        ? new Held(new OriginPool(connectionsMax), 1)
                        : new Held(old.pool(), old.holders() + 1));
        return held.pool();
    }

    void drop(Target target) {
        pools.computeIfPresent(target, (_, old) -> old.holders() == 1 ? null : new Held(old.pool(), old.holders() - 1));
    }

    /** The pool of this target if there is one: an idle connection in it is what holds it. */
    @Nullable
    OriginPool find(Target target) {
        @Nullable Held held = pools.get(target);
        return held == null ? null : held.pool();
    }

    /** Whether a connection to this target is idle now. */
    boolean hasIdle(Target target) {
        @Nullable Held held = pools.get(target);
        return held != null && held.pool().hasIdle();
    }

    int inUse() {
        int sum = 0;
        for (Held held : pools.values()) sum += connectionsMax - held.pool().free();
        return sum;
    }

    int size() {
        return pools.size();
    }

    @Override
    public void close() {
        for (Held held : pools.values()) held.pool().close();
    }
}
