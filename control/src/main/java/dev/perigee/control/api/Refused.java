package dev.perigee.control.api;

import java.util.Map;

/** An API call that is answered with an error of the API: its code, and a message that names the offending value. */
public final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final String code;
    private final transient Map<String, String> details;

    /** @param code one of the error table; its status comes from there */
    public Refused(String code, String message) {
        this(code, message, Map.of());
    }

    /** @param details members of the error besides code and message, in services that have such */
    public Refused(String code, String message, Map<String, String> details) {
        super(message, null, false, false);
        this.code = code;
        this.details = details;
        ErrorTable.status(code);
    }

    public String code() {
        return code;
    }

    public Map<String, String> details() {
        return details;
    }

    public int status() {
        return ErrorTable.status(code);
    }

    public String text() {
        return String.valueOf(getMessage());
    }

    /** Refuses unless the condition holds. */
    public static void unless(boolean condition, String code, String message) throws Refused {
        if (!condition) throw new Refused(code, message);
    }
}
