package dev.perigee.control.compile;

/** Why one distribution has no place in a plan; never leaves this package. */
final class Uncompilable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Uncompilable(String message) {
        super(message);
    }
}
