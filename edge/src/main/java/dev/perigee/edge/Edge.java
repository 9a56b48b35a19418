package dev.perigee.edge;

import java.io.IOException;
import java.net.InetSocketAddress;

/** One edge of the data plane: listens, serves by the plan it was last offered, and keeps serving without more. */
public final class Edge implements AutoCloseable {
    private Edge() {}

    /**
     * Binds the listeners and serves from the last good plan on disk, or answers 403 to everything until it gets one.
     *
     * @throws java.net.BindException naming the address that is in use
     */
    public static Edge start(EdgeConfig config) throws IOException {
        throw new IOException("no edge yet for " + config.pop());
    }

    /** Where it listens in clear. */
    public InetSocketAddress http() {
        throw new IllegalStateException();
    }

    /** Where it listens with TLS. */
    public InetSocketAddress https() {
        throw new IllegalStateException();
    }

    /**
     * Verifies a plan document and serves by it from the next request on, if it is newer than the plan in force.
     *
     * @return the version in force afterwards: the acknowledgement
     * @throws PlanRefused when the document is damaged, of another schema, or inconsistent
     */
    public long offer(byte[] document) throws PlanRefused {
        throw new PlanRefused("no edge yet for " + document.length + " bytes");
    }

    public EdgeStatus status() {
        throw new IllegalStateException();
    }

    /** Stops listening, lets responses under way end within the limit, and closes everything. */
    @Override
    public void close() {}
}
