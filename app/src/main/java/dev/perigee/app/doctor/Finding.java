package dev.perigee.app.doctor;

/**
 * What one check found.
 *
 * @param advice what to do about it; empty when there is nothing to do
 */
public record Finding(String check, Level level, String found, String advice) {
    /** How bad it is: fine, works with limits, does not work. */
    public enum Level {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String check, String found) {
        return new Finding(check, Level.OK, found, "");
    }

    static Finding warn(String check, String found, String advice) {
        return new Finding(check, Level.WARN, found, advice);
    }

    static Finding fail(String check, String found, String advice) {
        return new Finding(check, Level.FAIL, found, advice);
    }
}
