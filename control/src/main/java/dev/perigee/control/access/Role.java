package dev.perigee.control.access;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a key is for, from the least to the most; each may do all that the ones before it may. */
public enum Role {
    READ_ONLY,
    DEPLOY,
    ADMIN;

    public boolean includes(Role least) {
        return compareTo(least) >= 0;
    }

    /** As users write it, such as {@code read-only}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The role of a label, or null. */
    public static @Nullable Role of(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) return role;
        }
        return null;
    }
}
