package dev.perigee.control.access;

import org.jspecify.annotations.Nullable;

/**
 * A key that may be used now; prints without its secret.
 *
 * @param distribution the only one that it may touch; null for all, and for what belongs to none
 */
public record Caller(
        String accessKeyId,
        String secret,
        Role role,
        @Nullable String distribution) {
    @Override
    public String toString() {
        return "Caller[" + accessKeyId + ", " + role.label() + "]";
    }
}
