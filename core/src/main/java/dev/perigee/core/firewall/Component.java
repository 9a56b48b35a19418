package dev.perigee.core.firewall;

import java.util.List;

/** The part of a request that is looked at (FieldToMatch). */
public sealed interface Component {
    /** The path as sent, undecoded. */
    record Path() implements Component {}

    /** The query as sent, without its question mark. */
    record Query() implements Component {}

    record Method() implements Component {}

    /** Every line of the field with this name; the name in lower case. */
    record Header(String name) implements Component {}

    /** The values of the query argument with this name, which is compared without regard to case. */
    record Argument(String name) implements Component {}

    /** The values of all query arguments. */
    record Arguments() implements Component {}

    /** The values of the cookie with this name. */
    record Cookie(String name) implements Component {}

    /** Several fields of the head. */
    record Headers(Chosen chosen, Scope scope, Oversize oversize) implements Component {}

    record Cookies(Chosen chosen, Scope scope, Oversize oversize) implements Component {}

    /** The names of all fields in their order, joined with colons. */
    record HeaderOrder(Oversize oversize) implements Component {}

    /** The content, as far as it is inspected. */
    record Content(Oversize oversize) implements Component {}

    /** The members of content that is JSON. */
    record Json(List<String> pointers, Scope scope, Broken broken, Oversize oversize) implements Component {
        public Json {
            pointers = List.copyOf(pointers);
        }
    }

    /** Which of the named things: all, only these, or all but these. */
    record Chosen(Mode mode, List<String> names) {
        public static final Chosen ALL = new Chosen(Mode.ALL, List.of());

        public Chosen {
            names = List.copyOf(names);
        }

        boolean includes(String name) {
            return switch (mode) {
                case ALL -> true;
                case ONLY -> named(name);
                case EXCEPT -> !named(name);
            };
        }

        private boolean named(String name) {
            for (String each : names) {
                if (each.equalsIgnoreCase(name)) return true;
            }
            return false;
        }
    }

    enum Mode {
        ALL,
        ONLY,
        EXCEPT
    }

    enum Scope {
        ALL,
        KEY,
        VALUE
    }

    /** What a statement comes to when the part is larger than what is inspected. */
    enum Oversize {
        /** What is inspected decides. */
        CONTINUE,
        MATCH,
        NO_MATCH
    }

    /** What a statement comes to when content is no JSON. */
    enum Broken {
        /** Looked at are the content as it is and without its escapes, and what of it was JSON until it broke. */
        AS_TEXT,
        MATCH,
        NO_MATCH
    }
}
