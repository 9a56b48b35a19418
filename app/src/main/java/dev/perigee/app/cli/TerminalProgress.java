package dev.perigee.app.cli;

import dev.perigee.lab.tour.TourProgress;
import java.io.PrintWriter;

/** A line per step; on a terminal also a count that is written over itself. */
final class TerminalProgress implements TourProgress {
    private static final int STEPS_SHOWN = 50;

    private final PrintWriter err;
    private final boolean terminal;

    TerminalProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    // JDK 25 went back to a console that is null when nobody sits there; Error Prone knows JDK 22's.
    @SuppressWarnings("SystemConsoleNull")
    static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    @Override
    public void step(String what) {
        err.println(what);
        err.flush();
    }

    @Override
    public void advanced(int done, int total) {
        if (!terminal) return;
        if (done < total && done % Math.max(1, total / STEPS_SHOWN) != 0) return;
        err.print("\r  " + done + " of " + total + (done < total ? "" : "\n"));
        err.flush();
    }
}
