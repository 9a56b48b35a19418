package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** "HTTP response headers that CloudFront removes or updates" (developer guide), a row for each, and what passes. */
class ResponseHeaderTableTest {
    private static final String VIA = "1.1 0123.cloudfront.net (CloudFront)";

    private static @Nullable String shown(Origin.Kind kind, boolean cookies, Fields response, String name) {
        Behavior behavior = Samples.behavior(
                Samples.ttls(0, 1, 2),
                new Forwarding(
                        Forwarding.Headers.NONE, List.of(), cookies ? Selection.ALL : Selection.NONE, Selection.NONE),
                Samples.origin(kind));
        return ViewerFields.forViewer(behavior, response, VIA).joined(name);
    }

    @ParameterizedTest(name = "{0}: {1}, with cookies forwarded {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "Set-Cookie, -, v",
                "Trailer, -, -",
                "Transfer-Encoding, -, -",
                "Upgrade, -, -",
                "Connection, -, -",
                "Keep-Alive, -, -",
                "Proxy-Connection, -, -",
                "Proxy-Authenticate, -, -",
                "TE, -, -",
                "Vary, -, -",
                // Age is the edge's own to tell.
                "Age, -, -",
                "X-Cache, -, -",
                "X-Amz-Cf-Pop, -, -",
                "X-Amz-Cf-Id, -, -",
                "X-Edge-Anything, -, -",
                "'Via', 'v, 1.1 0123.cloudfront.net (CloudFront)', 'v, 1.1 0123.cloudfront.net (CloudFront)'",
                "Server, v, v",
                "Date, v, v",
                "Cache-Control, v, v",
                "Expires, v, v",
                "Pragma, v, v",
                "ETag, v, v",
                "Last-Modified, v, v",
                "Content-Type, v, v",
                "Content-Encoding, v, v",
                "Content-Disposition, v, v",
                "Location, v, v",
                "Retry-After, v, v",
                "WWW-Authenticate, v, v",
                "Strict-Transport-Security, v, v",
                "Access-Control-Allow-Origin, v, v",
                "Server-Timing, v, v",
                "x-amz-version-id, v, v",
                "x-amz-meta-a, v, v",
                "x-amz-server-side-encryption, v, v",
                "x-amz-request-id, v, v",
                "x-amz-id-2, v, v",
                "X-Other, v, v",
            })
    void everyRow(String name, @Nullable String expected, @Nullable String withCookies) {
        for (Origin.Kind kind : Origin.Kind.values()) {
            Fields response = Fields.of(name, "v");
            assertEquals(expected, shown(kind, false, response, name), kind + "");
            assertEquals(withCookies, shown(kind, true, response, name), kind + ", cookies");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatConnectionNamesStaysBehind(Origin.Kind kind) {
        Fields response = Fields.of("Connection", "X-Hop", "X-Hop", "1", "X-End", "2");
        assertEquals(null, shown(kind, true, response, "X-Hop"));
        assertEquals("2", shown(kind, true, response, "X-End"));
    }
}
