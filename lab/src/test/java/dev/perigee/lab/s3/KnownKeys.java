package dev.perigee.lab.s3;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Keys in a map, and everything that was told. */
public final class KnownKeys implements S3Access {
    final Map<String, Key> keys = new ConcurrentHashMap<>();
    final Queue<Event> events = new ConcurrentLinkedQueue<>();

    /** With a key that may do everything, whose secret is its id. */
    public KnownKeys(String id) {
        keys.put(id, new Key(id, Right.WRITE));
    }

    @Override
    public @Nullable Key key(String accessKeyId) {
        return keys.get(accessKeyId);
    }

    @Override
    public void told(Event event) {
        events.add(event);
    }
}
