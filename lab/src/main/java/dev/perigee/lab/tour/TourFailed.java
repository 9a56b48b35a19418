package dev.perigee.lab.tour;

/** The tour could not go on; the message says what was asked of whom and what came back. */
public final class TourFailed extends Exception {
    private static final long serialVersionUID = 1L;

    TourFailed(String message) {
        super(message);
    }

    TourFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
