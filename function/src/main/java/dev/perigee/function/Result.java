package dev.perigee.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** What a function has returned, not yet looked at: JSON, or where it is what most functions return, a request that has been read. */
public final class Result {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String text;
    private final int from;
    private final int to;
    private final @Nullable PlainRequest plain;
    private volatile @Nullable JsonNode tree;

    private Result(String text, int from, int to, @Nullable PlainRequest plain, @Nullable JsonNode tree) {
        this.text = text;
        this.from = from;
        this.to = to;
        this.plain = plain;
        this.tree = tree;
    }

    static Result of(JsonNode tree) {
        return new Result("", 0, 0, null, tree);
    }

    /** What stands in a text between these places; null where it is no plain request. */
    static @Nullable Result plain(String text, int from, int to) {
        PlainRequest plain = PlainRequest.read(text, from, to);
        return plain == null ? null : new Result(text, from, to, plain, null);
    }

    @Nullable
    PlainRequest plain() {
        return plain;
    }

    /** All of it. */
    JsonNode tree() {
        JsonNode known = tree;
        if (known != null) return known;
        try {
            JsonNode read = JSON.readTree(text.substring(from, to));
            tree = read;
            return read;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON is none", e);
        }
    }
}
