package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTest {
    @ParameterizedTest(name = "{0}: both {1}, gzip only {2}, br only {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                             | -        | -        | -",
                "''                            | identity | identity | identity",
                "gzip, deflate, br, zstd       | br,gzip  | gzip     | br",
                "br,gzip                       | br,gzip  | gzip     | br",
                "gzip                          | gzip     | gzip     | identity",
                "br                            | br       | identity | br",
                "deflate, zstd                 | identity | identity | identity",
                "identity                      | identity | identity | identity",
                "*                             | identity | identity | identity",
                "GZip , BR                     | br,gzip  | gzip     | br",
                "gzip;q=1.0, br;q=0.5          | br,gzip  | gzip     | br",
                "gzip;q=0, br                  | br       | identity | br",
                "gzip; q=0.000, br ;q=0.       | identity | identity | identity",
                "gzip;q=0.001                  | gzip     | gzip     | identity",
                "gzip;Q=0                      | identity | identity | identity",
                "gzipx, xbr, brotli            | identity | identity | identity",
                "x-gzip                        | identity | identity | identity",
                ",,gzip,,                      | gzip     | gzip     | identity",
            })
    void normalizes(@Nullable String header, @Nullable String both, @Nullable String gzip, @Nullable String brotli) {
        assertEquals(both, AcceptEncoding.normalize(HttpVersion.HTTP_1_1, header, true, true));
        assertEquals(gzip, AcceptEncoding.normalize(HttpVersion.HTTP_2, header, true, false));
        assertEquals(brotli, AcceptEncoding.normalize(HttpVersion.HTTP_3, header, false, true));
        assertNull(AcceptEncoding.normalize(HttpVersion.HTTP_1_1, header, false, false));
        assertNull(AcceptEncoding.normalize(HttpVersion.HTTP_1_0, header, true, true));
    }

    @Test
    void identityIsNotKeyed() {
        assertNull(AcceptEncoding.keyed(HttpVersion.HTTP_1_1, "deflate", true, true));
        assertEquals("gzip", AcceptEncoding.keyed(HttpVersion.HTTP_1_1, "gzip", true, true));
    }
}
