package dev.perigee.edge.fetch;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.WholeFill;
import dev.perigee.edge.store.disk.DiskTier;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connects an origin's content with a fill, and keeps the store's list true. */
final class Supply implements OriginBody.Sink, WholeFill.Supply {
    private final OriginBody body;
    private final WholeFill fill;
    private final Store store;
    private final DiskTier disk;
    private final @Nullable Consumer<Fill> restored;

    private Supply(OriginBody body, WholeFill fill, Store store, DiskTier disk, @Nullable Consumer<Fill> restored) {
        this.body = body;
        this.fill = fill;
        this.store = store;
        this.disk = disk;
        this.restored = restored;
    }

    /**
     * Starts the flow. The supply takes over the creator's reference to the fill, until the content has ended.
     *
     * @param restored told of what has its place again because this broke off
     */
    static void start(OriginBody body, WholeFill fill, Store store, DiskTier disk, @Nullable Consumer<Fill> restored) {
        Supply supply = new Supply(body, fill, store, disk, restored);
        fill.supply(supply);
        body.into(supply);
    }

    @Override
    public boolean append(ByteBuf taken) {
        return fill.append(taken);
    }

    @Override
    public void complete() {
        fill.complete();
        CacheKey key = fill.key();
        if (key != null) store.settle(fill);
        if (key != null && fill.isKept()) {
            if (fill.response().contentLength() != fill.length()) store.reweigh(key, fill);
            disk.write(key, fill);
        }
        fill.release();
    }

    @Override
    public void failed(OriginFailure failure) {
        Fill predecessor = restored == null ? null : predecessor();
        if (predecessor == null) unlist();
        else if (restored != null) restored.accept(predecessor);
        fill.fail();
        fill.release();
    }

    @Override
    public void resume() {
        body.resume();
    }

    @Override
    public void overflown() {
        unlist();
        // An older version may be there, which this one has taken the place of.
        CacheKey key = fill.key();
        if (key != null) disk.remove(key);
    }

    @Override
    public void abandoned() {
        body.discard();
    }

    private @Nullable Fill predecessor() {
        CacheKey key = fill.key();
        return key == null ? null : store.restore(key, fill);
    }

    private void unlist() {
        CacheKey key = fill.key();
        if (key != null) store.remove(key, fill);
    }
}
