package dev.perigee.edge.fetch;

import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Feed;
import dev.perigee.edge.store.Store;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Connects an origin's content with a run of blocks of a large object. */
final class BlockSupply implements OriginBody.Sink, Feed.Supply {
    private final OriginBody body;
    private final Feed feed;
    private final Store store;
    private final Consumer<BlockedFill> givenUp;

    private BlockSupply(OriginBody body, Feed feed, Store store, Consumer<BlockedFill> givenUp) {
        this.body = body;
        this.feed = feed;
        this.store = store;
        this.givenUp = givenUp;
    }

    /**
     * Starts the flow, or gives the content up when nobody wants it any more.
     *
     * @param givenUp told when the content broke off and nobody is there to ask for the rest
     */
    static void start(OriginBody body, Feed feed, Store store, Consumer<BlockedFill> givenUp) {
        BlockSupply supply = new BlockSupply(body, feed, store, givenUp);
        if (feed.supply(supply)) body.into(supply);
        else supply.abandoned();
    }

    @Override
    public boolean append(ByteBuf taken) {
        return feed.append(taken);
    }

    @Override
    public void complete() {
        feed.complete();
        store.settle(feed.fill());
    }

    @Override
    public void failed(OriginFailure failure) {
        if (!feed.fail()) givenUp.accept(feed.fill());
    }

    @Override
    public void resume() {
        body.resume();
    }

    @Override
    public void abandoned() {
        store.settle(feed.fill());
        body.discard();
    }
}
