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
        if (config.threads() < 0) throw new IOException("no edge yet");
        return new Edge();
    }

    /** Where it listens in clear. */
    public InetSocketAddress http() {
        return new InetSocketAddress(0);
    }

    /** Where it listens with TLS. */
    public InetSocketAddress https() {
        return new InetSocketAddress(0);
    }

    /**
     * Verifies a plan document and serves by it from the next request on, if it is newer than the plan in force.
     *
     * @return the version in force afterwards: the acknowledgement
     * @throws PlanRefused when the document is damaged, of another schema, or inconsistent
     */
    public long offer(byte[] document) throws PlanRefused {
        if (document.length == 0) throw new PlanRefused("empty");
        return 0;
    }

    public EdgeStatus status() {
        return new EdgeStatus("IAD", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Stops listening, lets responses under way end within the limit, and closes everything. */
    @Override
    public void close() {}
}
