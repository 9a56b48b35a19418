package dev.perigee.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorsTest {
    @ParameterizedTest(name = "{0} for {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "*                                           | https://a.example.org      | *",
                "*                                           | null                       | *",
                "https://a.example.org                       | https://a.example.org      | https://a.example.org",
                "https://a.example.org                       | https://A.Example.org      | https://A.Example.org",
                "https://a.example.org                       | http://a.example.org       | refused",
                "https://a.example.org                       | https://a.example.org:8443 | refused",
                "https://a.example.org                       | https://a.example.org.evil | refused",
                "https://a.example.org                       | null                       | refused",
                "https://a.example.org,https://b.example.org | https://b.example.org      | https://b.example.org",
                "https://a.example.org,*                     | https://b.example.org      | *",
                "https://*.example.org                       | https://b.example.org      | https://b.example.org",
                "https://*.example.org                       | https://b.c.example.org    | https://b.c.example.org",
                "https://*.example.org                       | https://example.org        | refused",
                "https://*.example.org                       | https://evilexample.org    | refused",
                "https://*.example.org                       | http://b.example.org       | refused",
                "http://example.org:*                        | http://example.org:8080    | http://example.org:8080",
                "http://example.org:*                        | http://example.org         | http://example.org",
                "http://example.org:*                        | https://example.org:8080   | refused",
                "http://example.org:1*3                      | http://example.org:123     | http://example.org:123",
                "http://example.org:1*3                      | http://example.org:1893    | http://example.org:1893",
                "http://example.org:1*3                      | http://example.org:13      | http://example.org:13",
                "http://example.org:1*3                      | http://example.org:124     | refused",
                "http://example.org:1*3                      | http://example.org         | refused",
                "*.example.org:1*                            | test.example.org:123       | test.example.org:123",
                "*.example.org:1*                            | https://a.example.org:1    | https://a.example.org:1",
                "*.example.org:1*                            | https://a.example.org      | refused",
                "http://*.example.org                        | http://www.example.org     | http://www.example.org",
                "http://*.example.org                        | http://www.example.org:123 | refused",
                "*.example.org                               | test.test.example.org      | test.test.example.org",
                "*.example.org                               | .example.org               | .example.org",
                "*.example.org                               | https://a.example.org:123  | refused",
                "http://example.org                          | http://example.org:123     | refused",
                "https://*.example.org                       | https://evil.org:1.example.org | refused",
                "*.example.org                               | http://b.example.org       | http://b.example.org",
                "example.org                                 | https://example.org        | https://example.org",
                "example.org                                 | https://b.example.org      | refused",
            })
    void allowsAnOrigin(String allowed, String origin, String expected) {
        var cors = new Cors(List.of(allowed.split(",")), true, List.of(), List.of());
        String value = cors.allowOrigin(origin);
        assertEquals(expected, value == null ? "refused" : value);
    }

    @Test
    void someOriginIsAllowed() {
        assertThrows(IllegalArgumentException.class, () -> new Cors(List.of(), true, List.of(), List.of()));
    }
}
