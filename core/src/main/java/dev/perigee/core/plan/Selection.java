package dev.perigee.core.plan;

import java.util.List;

/**
 * Which cookies or query parameters take part. Names are case-sensitive; in cookie names {@code *} and {@code ?} are
 * wildcards where the legacy settings allow them.
 */
public record Selection(Mode mode, List<String> names) {
    public static final Selection NONE = new Selection(Mode.NONE, List.of());
    public static final Selection ALL = new Selection(Mode.ALL, List.of());

    public Selection {
        names = List.copyOf(names);
    }

    public static Selection of(List<String> names) {
        return names.isEmpty() ? NONE : new Selection(Mode.LIST, names);
    }

    public static Selection allExcept(List<String> names) {
        return new Selection(Mode.ALL_EXCEPT, names);
    }

    /** Whether the named item takes part. */
    public boolean includes(String name) {
        return switch (mode) {
            case NONE -> false;
            case ALL -> true;
            case LIST -> matchesAny(name);
            case ALL_EXCEPT -> !matchesAny(name);
        };
    }

    private boolean matchesAny(String name) {
        for (String pattern : names) {
            if (Wildcards.matches(pattern, name)) return true;
        }
        return false;
    }

    public enum Mode {
        NONE,
        ALL,
        LIST,
        ALL_EXCEPT
    }
}
