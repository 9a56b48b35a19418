package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;

/**
 * The content of an origin's answer. Nothing is read from the origin before {@link #into}; bytes then arrive on the
 * origin connection's event loop, in order, and never change thread.
 */
public interface OriginBody {
    /** Content-Length, 0 for an answer without content, or -1 when the origin did not say. */
    long length();

    /** Starts the flow. To be called once, instead of {@link #discard}. */
    void into(Sink sink);

    /** Goes on reading after {@link Sink#append} returned false. Safe from any thread, and when already flowing. */
    void resume();

    /** Gives the answer up: what little is left is read and the connection kept, or it is closed. Safe from any thread. */
    void discard();

    /** Takes the content, on the origin's event loop. After {@code complete} or {@code failed} nothing more is called. */
    interface Sink {
        /**
         * Takes the bytes and their reference. False asks the origin to wait for {@link OriginBody#resume}; what was read
         * already waits in the client, at most one read (64 kB). Bytes are slices of what was read: a small one can
         * hold a large buffer.
         */
        boolean append(ByteBuf taken);

        /** The content is whole, as its framing said. Also comes while the sink wants no more bytes. */
        void complete();

        /** The content was cut short, by the origin, a timeout or {@link OriginBody#discard}. */
        void failed(OriginFailure failure);
    }
}
