package dev.perigee.core.plan;

import java.util.List;

/**
 * A key value store, which functions read.
 *
 * @param id such as {@code c3f6c9a4-7b1e-4f0f-8a8e-3f0f2f6f9f11}
 * @param createdMillis when it was created
 * @param modifiedMillis when its pairs were changed last
 * @param pairs in the order of their keys, each key once
 */
public record KeyValueStore(String id, long createdMillis, long modifiedMillis, List<Pair> pairs) {
    public KeyValueStore {
        pairs = List.copyOf(pairs);
    }

    /** A key with its value. */
    public record Pair(String key, String value) {}
}
