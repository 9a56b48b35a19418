package dev.perigee.edge.origin;

import dev.perigee.core.http.Fields;
import dev.perigee.edge.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/**
 * A call of gRPC, as far as its viewer and its origin have to know of each other besides head and content: whether it was
 * given up, and how it ended. Safe from any thread.
 */
public final class GrpcCall {
    private volatile Fields trailers = Fields.EMPTY;
    private volatile Http2Error error = Http2Error.INTERNAL_ERROR;
    private volatile boolean cancelled;
    private @Nullable Runnable undo;

    /** The fields after the response's content; they are there when that is whole. */
    public Fields trailers() {
        return trailers;
    }

    void trailers(Fields received) {
        trailers = received;
    }

    /** What the viewer is told when the call breaks off. */
    public Http2Error error() {
        return error;
    }

    public void error(Http2Error told) {
        error = told;
    }

    /** The viewer does not want it any more. */
    public void cancel() {
        Runnable todo;
        synchronized (this) {
            cancelled = true;
            todo = undo;
            undo = null;
        }
        if (todo != null) todo.run();
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** What has to be done then, in place of anything said before; at once if it was cancelled already. */
    void whenCancelled(Runnable task) {
        synchronized (this) {
            if (!cancelled) {
                undo = task;
                return;
            }
        }
        task.run();
    }
}
