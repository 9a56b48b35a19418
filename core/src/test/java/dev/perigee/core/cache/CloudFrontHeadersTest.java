package dev.perigee.core.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.geo.Location;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.tls.ClientFingerprints;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudFrontHeadersTest {
    private static @Nullable String value(String name, @Nullable String userAgent) {
        var request = userAgent == null ? Samples.get("/a") : Samples.get("/a", "User-Agent", userAgent);
        return CloudFrontHeaders.value(name, request, Samples.VIEWER);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0            | desktop",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E  | mobile ios",
                "Mozilla/5.0 (iPad; CPU OS 12_0 like Mac OS X) Mobile/15E148        | tablet ios",
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari | mobile android",
                "Mozilla/5.0 (Linux; Android 14; SM-X710) Chrome/140.0 Safari/537.36 | tablet android",
                "Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) TV Safari/537.36          | smarttv",
                "Mozilla/5.0 (Linux; Android 12; BRAVIA 4K UR3) Chrome/120.0        | smarttv android",
                "Roku/DVP-12.0                                                      | smarttv",
                "curl/8.9.1                                                         | desktop",
                "-                                                                  | desktop",
            })
    void tellsDevicesApart(@Nullable String userAgent, String expected) {
        for (String device : List.of("desktop", "mobile", "tablet", "smarttv", "android", "ios")) {
            assertEquals(
                    Boolean.toString(List.of(expected.split(" ")).contains(device)),
                    value("cloudfront-is-" + device + "-viewer", userAgent),
                    device);
        }
    }

    @Test
    void makesNothingUp() {
        for (String name : List.of("cloudfront-viewer-country", "cloudfront-viewer-asn", "cloudfront-anything")) {
            assertNull(value(name, "curl"));
        }
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "cloudfront-viewer-country, BR",
        "cloudfront-viewer-country-name, Brazil",
        "cloudfront-viewer-country-region, SP",
        "cloudfront-viewer-city, S\u00C3\u00A3o Paulo",
        "cloudfront-viewer-postal-code, 01000",
        "cloudfront-viewer-time-zone, America/Sao_Paulo",
        "cloudfront-viewer-latitude, -23.5",
        "cloudfront-viewer-longitude, -46.6",
        "cloudfront-viewer-asn, 64500",
        "cloudfront-viewer-metro-code,",
        "cloudfront-viewer-tls, TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake",
        "cloudfront-viewer-ja3-fingerprint, three",
        "cloudfront-viewer-ja4-fingerprint, four",
        "cloudfront-viewer-header-count, 2",
        "cloudfront-viewer-header-order, Host:Accept"
    })
    void saysWhatIsKnown(String name, @Nullable String value) {
        var place = new Location(
                "BR",
                "Brazil",
                "SP",
                "S\u00E3o Paulo",
                "S\u00E3o Paulo",
                "01000",
                null,
                "-23.5",
                "-46.6",
                "America/Sao_Paulo",
                "64500");
        var facts = new ViewerFacts(
                place, "TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake", new ClientFingerprints("three", "four"));
        var viewer = new ViewerConnection("192.0.2.1", 1, true, null, facts);
        var request =
                new RequestHead("GET", "/a", null, "h", HttpVersion.HTTP_1_1, Fields.of("Host", "h", "Accept", "*/*"));
        assertEquals(value, CloudFrontHeaders.value(name, request, viewer));
    }

    @Test
    void namesWhatHasFailedOnlyWhereItHas() {
        var failed = new RequestHead("GET", "/a", "x=1", "h", HttpVersion.HTTP_1_1, Fields.EMPTY);
        var page = new RequestHead(
                "GET", "/sorry.html", "p", "h", HttpVersion.HTTP_1_1, Fields.of("CloudFront-Error-Uri", "/forged"));
        var facts = new ViewerFacts(Location.UNKNOWN, null, null, failed);
        var viewer = new ViewerConnection("192.0.2.1", 1, true, null, facts);
        assertEquals("/a", CloudFrontHeaders.value("cloudfront-error-uri", page, viewer));
        assertEquals("x=1", CloudFrontHeaders.value("cloudfront-error-args", page, viewer));
        var ordinary = new ViewerConnection("192.0.2.1", 1, true);
        assertNull(CloudFrontHeaders.value("cloudfront-error-uri", page, ordinary));
        assertNull(CloudFrontHeaders.value("cloudfront-error-args", page, ordinary));
    }

    @ParameterizedTest
    @CsvSource({
        "cloudfront-is-ios-viewer, CloudFront-Is-IOS-Viewer",
        "cloudfront-is-smarttv-viewer, CloudFront-Is-SmartTV-Viewer",
        "cloudfront-viewer-asn, CloudFront-Viewer-ASN",
        "cloudfront-viewer-http-version, CloudFront-Viewer-Http-Version",
        "cloudfront-viewer-ja3-fingerprint, CloudFront-Viewer-JA3-Fingerprint",
        "cloudfront-, CloudFront-",
    })
    void writesNamesAsCloudFrontDoes(String lower, String expected) {
        assertEquals(expected, CloudFrontHeaders.written(lower));
    }

    @Test
    void reservesThePrefixInAnyCase() {
        assertTrue(CloudFrontHeaders.reserves("CLOUDFRONT-X"));
        assertFalse(CloudFrontHeaders.reserves("Cloudfront"));
        assertFalse(CloudFrontHeaders.reserves("X-CloudFront-X"));
    }
}
