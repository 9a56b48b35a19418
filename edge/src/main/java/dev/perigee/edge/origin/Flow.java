package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;

/** A request and its response on the way, as their contents see them. On the event loop of its connection, unless said otherwise. */
interface Flow {
    /** Sends a piece of the request's content, taken; {@link Upload#sent} follows. */
    void send(ByteBuf taken, int count);

    /** The request's content was whole. */
    void sendEnd();

    /** More of the response's content is wanted. */
    void demand();

    void fail(OriginFailure failure);

    /** Runs on the event loop: now, if this is it, else later; {@code otherwise} runs here when the loop is gone. */
    void onLoop(Runnable task, Runnable otherwise);

    /** Runs on the event loop, later; {@code otherwise} runs here when the loop is gone. */
    void post(Runnable task, Runnable otherwise);
}
