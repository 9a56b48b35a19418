package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;

/** The content of a viewer's request on its way to an origin. */
public interface RequestBody {
    /** Content-Length, or -1 for a chunked one. */
    long length();

    /**
     * Starts the flow towards the sink; called at most once, when the origin connection is ready for it, and on that
     * connection's event loop.
     */
    void into(Sink sink);

    /**
     * Goes on after {@link Sink#append} returned false. Safe from any thread; it can come before that call has returned,
     * so it must be carried out later, as a task.
     */
    void resume();

    /**
     * Gives it up. What the viewer still sends is dropped, within limits. Safe from any thread, more than once, and after
     * the end.
     */
    void discard();

    /** Called on the viewer's event loop. */
    interface Sink {
        boolean append(ByteBuf taken);

        void complete();

        /** The viewer went away, or broke the framing, before the content was whole. */
        void failed();
    }
}
