package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import org.jspecify.annotations.Nullable;

/** A viewer's connection that carries many requests at once. */
interface StreamSession extends AutoCloseable {
    /** Whether no further request can be sent on it. */
    boolean finished();

    /** Sends a request, and its content as far as the edge takes it. */
    void send(
            Exchange exchange,
            String method,
            String target,
            String authority,
            Fields fields,
            @Nullable Content content,
            boolean waits);

    /** Reads nothing meanwhile. */
    void pause(boolean pause);

    int localPort();

    @Override
    void close();
}
