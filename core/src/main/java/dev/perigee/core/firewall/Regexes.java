package dev.perigee.core.firewall;

import java.util.function.Predicate;

/** Compiles regular expressions that take time in proportion to the text, whatever the expression. */
@FunctionalInterface
public interface Regexes {
    /**
     * Whether the expression is found somewhere in a text.
     *
     * @throws IllegalArgumentException when it is none
     */
    Predicate<String> compile(String expression);
}
