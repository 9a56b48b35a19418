package dev.perigee.core.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of the key groups that a behavior trusts. Where there are none, nobody can sign and nobody is served. */
public record TrustedKeys(List<TrustedKey> keys) {
    public TrustedKeys {
        keys = List.copyOf(keys);
    }

    /** The key with this id, or null. */
    public @Nullable TrustedKey find(String id) {
        for (TrustedKey key : keys) {
            if (key.id().equals(id)) return key;
        }
        return null;
    }
}
