package dev.perigee.edge.fetch;

import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.store.Feed;
import io.netty.buffer.ByteBuf;

/** Connects an origin's content with a run of blocks of a large object. */
final class BlockSupply implements OriginBody.Sink, Feed.Supply {
    private final OriginBody body;
    private final Feed feed;

    private BlockSupply(OriginBody body, Feed feed) {
        this.body = body;
        this.feed = feed;
    }

    /** Starts the flow, or gives the content up when nobody wants it any more. */
    static void start(OriginBody body, Feed feed) {
        BlockSupply supply = new BlockSupply(body, feed);
        if (feed.supply(supply)) body.into(supply);
        else body.discard();
    }

    @Override
    public boolean append(ByteBuf taken) {
        return feed.append(taken);
    }

    @Override
    public void complete() {
        feed.complete();
    }

    @Override
    public void failed(OriginFailure failure) {
        feed.fail();
    }

    @Override
    public void resume() {
        body.resume();
    }

    @Override
    public void abandoned() {
        body.discard();
    }
}
