package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A request as it reached the scripted origin; its content may still be on the way. */
public final class RecordedRequest {
    private final String method;
    private final String target;
    private final Fields fields;
    private final byte[] head;
    private final int connection;
    private final CompletableFuture<Body> body = new CompletableFuture<>();

    RecordedRequest(String method, String target, Fields fields, byte[] head, int connection) {
        this.method = method;
        this.target = target;
        this.fields = fields;
        this.head = head.clone();
        this.connection = connection;
    }

    /**
     * What came of the content.
     *
     * @param whole whether it ended as its framing said
     * @param text the first 64 KiB
     */
    public record Body(long size, String sha256, boolean whole, String text) {}

    public String method() {
        return method;
    }

    /** Path and query as received. */
    public String target() {
        return target;
    }

    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    public Fields fields() {
        return fields;
    }

    public @Nullable String header(String name) {
        return fields.first(name);
    }

    /** Request line and fields, byte for byte. */
    public String rawHead() {
        return new String(head, StandardCharsets.ISO_8859_1);
    }

    /** Which connection of the origin it came on, counted from 1. */
    public int connection() {
        return connection;
    }

    void received(Body received) {
        body.complete(received);
    }

    /** The content, waited for. */
    public Body body() {
        try {
            return body.get(Patience.SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the content of " + this + " never ended", e);
        }
    }

    @Override
    public String toString() {
        return method + ' ' + target;
    }
}
