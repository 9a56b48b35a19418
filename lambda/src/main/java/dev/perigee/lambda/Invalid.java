package dev.perigee.lambda;

/** What a function has returned is not what it may return; the text is part of the page that its viewer gets. */
public final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    Invalid(String message) {
        super(message, null, false, false);
    }

    public String text() {
        return "The Lambda function result failed validation: " + getMessage();
    }
}
