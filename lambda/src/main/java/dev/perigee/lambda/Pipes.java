package dev.perigee.lambda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one process, whose ends here can be used without waiting: an event loop that asks for a run speaks with the process
 * itself then, and no other thread has to wake for it.
 */
public interface Pipes extends AutoCloseable {
    /** Makes the pipes of a process. */
    interface Source {
        Pipes open() throws IOException;
    }

    /** What the process reads, by a name for this process until it has {@link #started}. */
    File input();

    /** What the process writes, likewise. */
    File output();

    /** The process has its ends now, so that what is left are ours. */
    void started();

    /** For a thread that may wait. */
    InputStream incoming();

    /** For a thread that may wait. */
    OutputStream outgoing();

    /** Writes what there is room for now, and says how much that was. */
    int write(byte[] octets) throws IOException;

    /** Reads what is there now: 0 for nothing, -1 when nothing will come any more. */
    int read(byte[] into) throws IOException;

    /** Whether some of what was written was not read. */
    boolean isUnread() throws IOException;

    /** Whether nobody can read any more what was written; its process was ended. */
    boolean isDeserted();

    /** Has who reads here find that nothing will come any more, whoever else may keep the other ends open. */
    void giveUp();

    /**
     * Waits on the event loop that the caller is on; null where there is none.
     *
     * @param readable run on that loop whenever something can be read, or nothing will come any more
     * @param gone run when the loop ends
     */
    @Nullable
    Wait await(Runnable readable, Runnable gone);

    /** Closes all of them; nothing waits for them any more. */
    @Override
    void close();

    /** That an event loop waits. */
    interface Wait {
        /** On that loop. */
        void end();
    }
}
