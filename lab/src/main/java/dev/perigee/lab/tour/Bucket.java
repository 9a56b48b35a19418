package dev.perigee.lab.tour;

import dev.perigee.core.http.Field;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The site's bucket: readable by everybody, as in the architecture that the story begins with. */
final class Bucket {
    private static final byte[] NOTHING = {};

    private final SignedApi api;
    private final String name;
    private final Queue<String> keys = new ConcurrentLinkedQueue<>();

    Bucket(SignedApi api, String name) {
        this.api = api;
        this.name = name;
    }

    String name() {
        return name;
    }

    /** The host under which viewers and edges know it. */
    String host() {
        return name + ".s3.amazonaws.com";
    }

    void create() throws IOException, TourFailed {
        api.call("PUT", "s3", "/" + name, NOTHING, List.of()).require(200);
    }

    void put(String key, byte[] jpeg) throws IOException, TourFailed {
        keys.add(key);
        List<Field> fields = List.of(
                new Field("X-Amz-Acl", "public-read"),
                new Field("Cache-Control", "public, max-age=86400"),
                new Field("Content-Type", "image/jpeg"));
        api.call("PUT", "s3", "/" + name + "/" + key, jpeg, fields).require(200);
    }

    /** Deletes what this tour put there, and the bucket. */
    void delete() throws IOException, TourFailed {
        for (String key = keys.poll(); key != null; key = keys.poll())
            api.call("DELETE", "s3", "/" + name + "/" + key, NOTHING, List.of()).require(204, 404);
        api.call("DELETE", "s3", "/" + name, NOTHING, List.of()).require(204, 404);
    }
}
