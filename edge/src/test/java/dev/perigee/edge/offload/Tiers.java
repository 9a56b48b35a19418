package dev.perigee.edge.offload;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.Growth;
import dev.perigee.edge.store.LowerTier;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.WholeFill;
import dev.perigee.edge.store.disk.DiskTier;
import dev.perigee.edge.store.disk.Found;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The edge's own tiers, asked in the order in which the pipeline asks them. Without a disk the responses are listed with
 * their length and without their content: what they weigh, and so what stays, is the same.
 */
final class Tiers implements Policy, AutoCloseable {
    /** Misses after which the disk gets time to write; if it fell behind, it would drop what comes. */
    private static final int MISSES_AT_ONCE = 256;

    private static final long FOR_EVER = 100L * 365 * 86_400;
    private static final Growth GROWTH = new Growth(1 << 20);
    private static final ByteBuf CONTENT = Unpooled.wrappedBuffer(new byte[1 << 20]);

    private final Workload workload;
    private final Store memory;
    private final @Nullable DiskTier disk;
    private int misses;

    Tiers(Workload workload, long memoryOctets, @Nullable DiskTier disk) {
        this.workload = workload;
        this.memory = new Store(memoryOctets, disk == null ? LowerTier.NONE : disk);
        this.disk = disk;
    }

    /** The memory tier; the disk stays the caller's. */
    @Override
    public void close() {
        memory.close();
    }

    /** What the memory tier counts for each object. */
    static int[] weights(Workload workload) {
        int own = fill(key(0), 0).weight();
        int[] weights = new int[workload.objects()];
        for (int i = 0; i < weights.length; i++) weights[i] = workload.size(i) + own;
        return weights;
    }

    @Override
    public boolean request(int at, int object) {
        CacheKey key = key(object);
        Fill found = memory.find(key);
        if (found != null) {
            found.release();
            return true;
        }
        WholeFill fill = fill(key, workload.size(object));
        boolean hit = disk != null && recalled(disk, key, fill);
        memory.put(key, fill);
        if (disk != null && !hit) {
            disk.write(key, fill);
            if (++misses % MISSES_AT_ONCE == 0) settle(disk);
        }
        fill.release();
        return hit;
    }

    /** Whether it was on disk; either way the fill has its content then. */
    private static boolean recalled(DiskTier from, CacheKey key, WholeFill fill) {
        Found found = from.mayHave(key) ? from.find(key) : null;
        fill.append(found == null ? CONTENT.retainedSlice(0, (int) fill.wholeLength()) : found.content());
        fill.complete();
        return found != null;
    }

    /** Waits until nothing is written any more. */
    private static void settle(DiskTier disk) {
        long before;
        do {
            before = disk.status().written();
            LockSupport.parkNanos(2_000_000);
        } while (disk.status().written() > before);
    }

    private static WholeFill fill(CacheKey key, int size) {
        var response = new StoredResponse(200, Fields.EMPTY, 0, 0, FOR_EVER, 0, -1, false, null, -1, size);
        return WholeFill.kept(key, response, GROWTH, 1 << 20, 1 << 16);
    }

    private static CacheKey key(int object) {
        return CacheKey.restored("E1", false, "/" + object, null, null, List.of(), List.of(), null);
    }
}
