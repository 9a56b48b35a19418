package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewerFieldsTest {
    private static final String VIA = "1.1 0123.cloudfront.net (CloudFront)";
    private static final Behavior PLAIN = Samples.behavior(Samples.keyed(List.of(), Selection.NONE, Selection.NONE));

    @Test
    void passesTheOriginsFieldsAndKeepsItsOwn() {
        Fields origin = Fields.of(
                "Server", "AmazonS3",
                "x-amz-meta-a", "1",
                "Connection", "close, X-Hop",
                "X-Hop", "1",
                "Keep-Alive", "timeout=5",
                "Transfer-Encoding", "chunked",
                "Trailer", "X-T",
                "Upgrade", "h2c",
                "Proxy-Authenticate", "Basic",
                "Age", "5",
                "X-Cache", "HIT",
                "X-Cache-Hits", "3",
                "X-Amz-Cf-Id", "forged",
                "x-amz-cf-pop", "forged",
                "X-Edge-Result", "forged",
                "Set-Cookie", "a=1",
                "alt-svc", "h3=\":443\"; ma=86400",
                "Date", "d",
                "Cache-Control", "max-age=60",
                "ETag", "\"v1\"");
        assertEquals(
                Fields.of(
                        "Server", "AmazonS3",
                        "x-amz-meta-a", "1",
                        "X-Cache-Hits", "3",
                        "Date", "d",
                        "Cache-Control", "max-age=60",
                        "ETag", "\"v1\"",
                        "Via", VIA),
                ViewerFields.forViewer(PLAIN, origin, VIA));
    }

    @Test
    void viaGrows() {
        assertEquals(
                Fields.of("X", "1", "Via", "1.1 a, 1.0 b, " + VIA),
                ViewerFields.forViewer(PLAIN, Fields.of("Via", "1.1 a", "X", "1", "via", "1.0 b"), VIA));
    }

    @Test
    void setCookieNeedsForwardedCookies() {
        Fields origin = Fields.of("Set-Cookie", "a=1", "set-cookie", "b=2");
        Fields expected = Fields.of("Set-Cookie", "a=1", "set-cookie", "b=2", "Via", VIA);
        Behavior keyed = Samples.behavior(Samples.keyed(List.of(), Selection.of(List.of("a")), Selection.NONE));
        assertEquals(expected, ViewerFields.forViewer(keyed, origin, VIA));
        Behavior forwarded = Samples.behavior(
                Samples.ttls(0, 1, 2),
                new Forwarding(Forwarding.Headers.NONE, List.of(), Selection.ALL, Selection.NONE),
                Samples.origin(Origin.Kind.CUSTOM));
        assertEquals(expected, ViewerFields.forViewer(forwarded, origin, VIA));
    }

    @ParameterizedTest(name = "Vary {0} with key [{1}] and forwarding {2} [{3}] -> {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Accept-Encoding                    | -    | NONE       | - | Accept-Encoding",
                "accept-encoding,Origin,  X-A       | -    | NONE       | - | accept-encoding",
                "Origin                             | -    | NONE       | - | -",
                "Origin, X-A                        | origin | NONE     | - | Origin",
                "Origin, X-A                        | -    | LIST       | x-a | X-A",
                "Origin, X-A                        | -    | ALL        | - | Origin, X-A",
                "Origin, X-A                        | -    | ALL_EXCEPT | x-a | Origin",
                "Origin, X-A                        | x-a  | LEGACY     | - | X-A",
                "Cookie, User-Agent                 | -    | NONE       | - | Cookie",
                "User-Agent                         | cloudfront-is-mobile-viewer | NONE | - | User-Agent",
                "User-Agent                         | -    | LIST | cloudfront-is-tablet-viewer | User-Agent",
                "User-Agent                         | user-agent | NONE | - | User-Agent",
                "*                                  | -    | NONE       | - | *",
                ",,                                 | -    | ALL        | - | -",
            })
    void filtersVary(
            String vary,
            @Nullable String keyed,
            Forwarding.Headers mode,
            @Nullable String listed,
            @Nullable String expected) {
        List<String> key = keyed == null ? List.of() : List.of(keyed);
        List<String> names = listed == null ? List.of() : List.of(listed);
        Behavior behavior = Samples.behavior(
                Samples.keyed(key, Selection.NONE, Selection.NONE),
                new Forwarding(mode, names, Selection.NONE, Selection.NONE),
                Samples.origin(Origin.Kind.CUSTOM));
        assertEquals(
                expected,
                ViewerFields.forViewer(behavior, Fields.of("Vary", vary), VIA).first("Vary"));
    }

    @Test
    void joinsSeveralVaryLines() {
        Fields origin = Fields.of("Vary", "Origin", "X", "1", "Vary", "Accept-Encoding", "Vary", "Cookie");
        assertEquals(
                Fields.of("Vary", "Accept-Encoding, Cookie", "X", "1", "Via", VIA),
                ViewerFields.forViewer(PLAIN, origin, VIA));
    }
}
