package dev.perigee.edge.net;

/** A viewer connection, as seen by who stops the edge. */
interface OpenConnection {
    /** Runs a task on the connection's event loop; safe from any thread. */
    void execute(Runnable task);

    /** Finishes what is under way, takes no further request, and closes. */
    void drain();

    /** Ends the connection at once. */
    void abort();
}
