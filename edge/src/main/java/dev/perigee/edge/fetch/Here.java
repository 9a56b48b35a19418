package dev.perigee.edge.fetch;

import java.util.function.Supplier;

/** Who fetches on an event loop; told once. */
public interface Here {
    /** Takes what the fetch came to, on the event loop. */
    void fetched(Fetched fetched);

    /** What remains to be done has to wait: it is to be called on a virtual thread. */
    void goOn(Supplier<Fetched> rest);

    /** There is a mistake of ours. */
    void broken(Throwable mistake);
}
