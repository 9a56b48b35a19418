package dev.perigee.control.compile;

import dev.perigee.core.plan.TrustedKey;
import java.util.List;

/** A key group with the keys it names. */
public record KeyGroupResource(String id, List<TrustedKey> keys) {
    public KeyGroupResource {
        keys = List.copyOf(keys);
    }
}
