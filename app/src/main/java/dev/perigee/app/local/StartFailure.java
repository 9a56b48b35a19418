package dev.perigee.app.local;

/** Why a system did not start, in one line for its user. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1;

    public StartFailure(String line) {
        super(line);
    }

    StartFailure(String line, Throwable cause) {
        super(line, cause);
    }
}
