package dev.perigee.core.cache;

import static dev.perigee.core.cache.Samples.get;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Forwarding.Headers;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginTargetTest {
    private static final CachePolicy PATH = Samples.keyed(List.of(), Selection.NONE, Selection.NONE);

    @ParameterizedTest(name = "{0}: key {1}, forwarding {2} -> {3}")
    @CsvSource({
        "/a, NONE, NONE, /base/a",
        "/a?x=1, NONE, NONE, /base/a",
        "/a?, ALL, NONE, /base/a",
        "/a?x=1&y=2&x=3, ALL, NONE, /base/a?x=1&y=2&x=3",
        "/a?x=1&y=2&x=3, x, NONE, /base/a?x=1&x=3",
        "/a?x=1&y=2&z=3, x, y, /base/a?x=1&y=2",
        "/a?z=1&y=2, NONE, ALL, /base/a?z=1&y=2",
        "/../a%2f%20b, NONE, NONE, /base/../a%2f%20b",
    })
    void buildsTheTarget(String target, String keyed, String forwarded, String expected) {
        CachePolicy policy = Samples.keyed(List.of(), Selection.NONE, selection(keyed));
        var forwarding = new Forwarding(Headers.NONE, List.of(), Selection.NONE, selection(forwarded));
        Behavior behavior = Samples.behavior(policy, forwarding, Samples.origin(Origin.Kind.CUSTOM));
        assertEquals(expected, OriginFields.originTarget(behavior, get(target)));
    }

    @Test
    void viewersDoNotChooseTheHeadersOfS3() {
        var all = new Forwarding(Headers.ALL_EXCEPT, List.of("host"), Selection.ALL, Selection.ALL);
        RequestHead request = get("/a?response-content-type=text/html&v=1");
        assertEquals(
                "/base/a?v=1",
                OriginFields.originTarget(Samples.behavior(PATH, all, Samples.origin(Origin.Kind.S3)), request));
        assertEquals(
                "/base/a?response-content-type=text/html&v=1",
                OriginFields.originTarget(Samples.behavior(PATH, all, Samples.origin(Origin.Kind.CUSTOM)), request));
    }

    private static Selection selection(String text) {
        return switch (text) {
            case "NONE" -> Selection.NONE;
            case "ALL" -> Selection.ALL;
            default -> Selection.of(List.of(text));
        };
    }
}
