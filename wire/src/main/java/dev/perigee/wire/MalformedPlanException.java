package dev.perigee.wire;

/** A document from which no plan can be read; the message says what is wrong with it. */
public final class MalformedPlanException extends Exception {
    private static final long serialVersionUID = 1;

    public MalformedPlanException(String message) {
        super(message);
    }
}
