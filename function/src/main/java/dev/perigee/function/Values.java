package dev.perigee.function;

import dev.perigee.core.plan.KeyValueStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is in the key value stores, arranged for look-up. Immutable. */
class Values {
    static final Values NONE = new Values(Map.of());

    private final Map<String, Indexed> byId;

    record Indexed(KeyValueStore store, Map<String, String> byKey) {
        static Indexed of(KeyValueStore store) {
            Map<String, String> byKey = HashMap.newHashMap(store.pairs().size());
            for (KeyValueStore.Pair pair : store.pairs()) byKey.put(pair.key(), pair.value());
            return new Indexed(store, byKey);
        }
    }

    Values(Map<String, Indexed> byId) {
        this.byId = byId;
    }

    /** These stores, of which those that are here already need no work. */
    Values replacedBy(Collection<KeyValueStore> stores) {
        Map<String, Indexed> next = new HashMap<>();
        for (KeyValueStore store : stores) {
            Indexed known = byId.get(store.id());
            next.put(store.id(), known != null && known.store.equals(store) ? known : Indexed.of(store));
        }
        return new Values(next);
    }

    @Nullable
    String value(String store, String key) {
        Indexed found = byId.get(store);
        return found == null ? null : found.byKey.get(key);
    }

    /** When it was created, when it was changed, both in milliseconds, and how many keys it has; empty for none. */
    String about(String store) {
        Indexed found = byId.get(store);
        if (found == null) return "";
        return found.store.createdMillis() + " " + found.store.modifiedMillis() + " " + found.byKey.size();
    }
}
