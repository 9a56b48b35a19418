package dev.perigee.lambda;

/** A deployment package that is not taken, in words for its author. */
public final class BadPackage extends Exception {
    private static final long serialVersionUID = 1;

    BadPackage(String message) {
        super(message, null, false, false);
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
