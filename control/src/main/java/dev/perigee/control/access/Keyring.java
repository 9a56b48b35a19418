package dev.perigee.control.access;

import org.jspecify.annotations.Nullable;

/** The keys that there are, asked anew for each request: a key that is revoked is not found by the next one. */
@FunctionalInterface
public interface Keyring {
    /** The key with this id, or null when it is not known or was revoked. */
    @Nullable
    Caller find(String accessKeyId);
}
