package dev.perigee.function;

/** What a function returned is nothing that can be sent on. */
public final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    /** @param what is wrong, to end the sentence "The CloudFront function returned an invalid value", with a colon or "for …" */
    Invalid(String what) {
        super(
                "The CloudFront function returned an invalid value" + (what.startsWith("for ") ? " " : ": ") + what,
                null,
                false,
                false);
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
