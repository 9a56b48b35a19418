package dev.perigee.edge.trace;

import dev.perigee.edge.serve.Exchange;

/** Who has some requests traced. */
public interface RequestTraces extends AutoCloseable {
    /** Takes an exchange that has ended, if it is to be traced. On its event loop; never waits. */
    void ended(Exchange exchange);

    /** Sends what is waiting, but not for long. */
    @Override
    void close();
}
