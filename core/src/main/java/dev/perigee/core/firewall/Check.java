package dev.perigee.core.firewall;

/** A statement, ready to be asked. */
@FunctionalInterface
interface Check {
    boolean holds(Evaluation evaluation);
}
