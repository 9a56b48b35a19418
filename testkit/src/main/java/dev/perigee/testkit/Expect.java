package dev.perigee.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Assertions about responses that read as sentences; each holds for all responses given. */
public final class Expect {
    private final List<Response> responses;

    private Expect(List<Response> responses) {
        this.responses = responses;
    }

    /** Waits for the responses to these requests. */
    public static Expect expect(Exchange... exchanges) {
        return new Expect(Arrays.stream(exchanges).map(Exchange::response).toList());
    }

    public static Expect expect(List<Exchange> exchanges) {
        return expect(exchanges.toArray(Exchange[]::new));
    }

    public static Expect expect(Response response) {
        return new Expect(List.of(response));
    }

    public Expect status(int status) {
        return each(r -> assertEquals(status, r.status(), r::toString));
    }

    /** The whole content is this text. */
    public Expect body(String text) {
        return each(r -> {
            assertTrue(r.whole(), r::toString);
            assertEquals(text, r.text(), r::toString);
        });
    }

    /** The whole content is this. */
    public Expect body(Content content) {
        return each(r -> {
            assertTrue(r.whole(), r::toString);
            assertEquals(content.size(), r.size(), r::toString);
            assertEquals(content.sha256(), r.sha256(), r::toString);
        });
    }

    public Expect bodyContains(String part) {
        return each(r -> assertTrue(r.text().contains(part), r::toString));
    }

    /** The response ended before its content was whole, and the viewer can tell. */
    public Expect cutShort() {
        return each(r -> assertFalse(r.whole(), r::toString));
    }

    /** The content broke off after this. */
    public Expect cutShort(String after) {
        return cutShort().each(r -> assertEquals(after, r.text(), r::toString));
    }

    public Expect header(String name, @Nullable String value) {
        return each(r -> assertEquals(value, r.header(name), () -> name + " of " + r));
    }

    public Expect hasHeader(String name) {
        return each(r -> assertNotNull(r.header(name), () -> name + " of " + r));
    }

    public Expect headerMatches(String name, String regex) {
        return each(r -> {
            String value = r.header(name);
            assertTrue(value != null && value.matches(regex), () -> name + " matching " + regex + " of " + r);
        });
    }

    public Expect noHeader(String name) {
        return each(r -> assertNull(r.header(name), () -> name + " of " + r));
    }

    public Expect age(long seconds) {
        return header("Age", Long.toString(seconds));
    }

    public Expect hit() {
        return header("X-Cache", "Hit from cloudfront");
    }

    public Expect miss() {
        return header("X-Cache", "Miss from cloudfront");
    }

    public Expect hitElseMiss(boolean hit) {
        return hit ? hit() : miss();
    }

    public Expect refreshHit() {
        return header("X-Cache", "RefreshHit from cloudfront");
    }

    public Expect error() {
        return header("X-Cache", "Error from cloudfront");
    }

    private Expect each(Consumer<Response> check) {
        responses.forEach(check);
        return this;
    }
}
