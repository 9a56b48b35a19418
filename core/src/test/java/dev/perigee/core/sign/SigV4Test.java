package dev.perigee.core.sign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4.Credentials;
import dev.perigee.core.sign.SigV4.Request;
import dev.perigee.core.sign.SigV4.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigV4Test {
    private static final Instant NOW = Instant.parse("2026-11-22T10:40:36Z");

    /** The names and signatures of the published test suite of Signature Version 4. */
    @ParameterizedTest(name = "{0} {1}?{2} -> {3}")
    @CsvSource({
        "GET, /, , 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "POST, /, , 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "GET, /, Param2=value2&Param1=value1, b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "GET, /./, , 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "GET, /example/.., , 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "GET, //, , 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    })
    void signsThePublishedVectors(String method, String path, String query, String signature) {
        var headers = List.of(new Field("Host", "example.amazonaws.com"), new Field("X-Amz-Date", "20150830T123600Z"));
        var request = new Request(method, path, query, headers, SigV4.EMPTY_PAYLOAD);
        var key = new Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        assertEquals(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                        + "SignedHeaders=host;x-amz-date, Signature=" + signature,
                SigV4.sign(request, key, "service", "us-east-1", Instant.parse("2015-08-30T12:36:00Z")));
    }

    /** The examples of the S3 API reference: a ranged GET, a PUT with a body, and the presigned form. */
    @Test
    void signsTheExamplesOfTheS3Reference() {
        String secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        var scope = new Scope("20130524", "us-east-1", "s3");
        var host = new Field("Host", "examplebucket.s3.amazonaws.com");
        var date = new Field("x-amz-date", "20130524T000000Z");
        var emptyHash = new Field("x-amz-content-sha256", SigV4.EMPTY_PAYLOAD);
        var get = new Request(
                "GET",
                "/test.txt",
                null,
                List.of(host, date, emptyHash, new Field("Range", "bytes=0-9")),
                SigV4.EMPTY_PAYLOAD);
        assertEquals(
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
                SigV4.signature(
                        get,
                        List.of("host", "range", "x-amz-content-sha256", "x-amz-date"),
                        "20130524T000000Z",
                        scope,
                        secret));
        var presigned = new Request(
                "GET",
                "/test.txt",
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"
                        + "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host",
                List.of(host),
                SigV4.UNSIGNED_PAYLOAD);
        assertEquals(
                "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
                SigV4.signature(presigned, List.of("host"), "20130524T000000Z", scope, secret));
    }

    /** Expected values made with botocore 1.43.11. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "cloudfront, /2020-05-31/tagging, Resource=arn%3Aaws%3Acloudfront%3A%3A1%3Adistribution%2FE1, 39e0a4ef6cd53c40c62718d6aa3efad4b7ade8aad378ae018cd1db23a6d5073a",
        "cloudfront, /2020-05-31/distribution/a%20b/./c//d/../e, , 9e63230e350f297ec7d05298b86e66401aae1474f224c4f396e1a5dd8c4d8a0f",
        "s3, /b/a%20b/./c//d/../e, , e5b30bd645a38893444f6e572893ab395e158a585f795a2512d45f0e1a1f7655",
    })
    void encodesThePathTwiceExceptForS3(String service, String path, String query, String signature) {
        var headers = new ArrayList<>(
                List.of(new Field("Host", "localhost:4566"), new Field("X-Amz-Date", "20261122T104036Z")));
        if (service.equals("s3")) headers.add(new Field("X-Amz-Content-SHA256", SigV4.EMPTY_PAYLOAD));
        var request = new Request("GET", path, query, headers, SigV4.EMPTY_PAYLOAD);
        String authorization = SigV4.sign(request, new Credentials("test", "test"), service, "us-east-1", NOW);
        assertEquals(signature, authorization.substring(authorization.lastIndexOf('=') + 1));
    }

    @ParameterizedTest(name = "{0} {1} holds: {2}")
    @CsvSource({"GET, x%20y, true", "GET, x+y, false", "GET, x%20z, false", "PUT, x%20y, false"})
    void verifiesPresignedRequests(String method, String marker, boolean holds) {
        String signature = "c074a791143967fe0a6e87271b1b1c5ec3fce980ba9e3c47dd5ec44b5c20be5a";
        String query = "Marker=" + marker + "&X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=test%2F20261122%2Fus-east-1%2Fcloudfront%2Faws4_request"
                + "&X-Amz-Date=20261122T104036Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature="
                + signature;
        var reading = SigV4Claim.ofQuery(Map.of(
                "X-Amz-Algorithm", "AWS4-HMAC-SHA256",
                "X-Amz-Credential", "test/20261122/us-east-1/cloudfront/aws4_request",
                "X-Amz-Date", "20261122T104036Z",
                "X-Amz-Expires", "3600",
                "X-Amz-SignedHeaders", "host",
                "X-Amz-Signature", signature));
        var claim = assertInstanceOf(SigV4Claim.Reading.Claimed.class, reading).claim();
        assertEquals(3600, claim.expiresSeconds());
        var request = new Request(
                method,
                "/2020-05-31/distribution",
                query,
                List.of(new Field("host", "localhost:4566"), new Field("Accept", "*/*")),
                SigV4.EMPTY_PAYLOAD);
        assertEquals(holds, SigV4.verify(request, claim, "test"));
    }

    @Test
    void verifiesWhatItSigned() {
        var request = new Request(
                "PUT",
                "/2020-05-31/a",
                "WithTags",
                List.of(
                        new Field("Host", "h"),
                        new Field("X-Amz-Date", SigV4.timestamp(NOW)),
                        new Field("X-Many", "  a   b "),
                        new Field("x-many", "c")),
                SigV4.sha256(new byte[] {1, 2}));
        String authorization = SigV4.sign(request, new Credentials("a/key", "s"), "cloudfront", "us-east-1", NOW);
        var reading = SigV4Claim.ofHeader(authorization, SigV4.timestamp(NOW), null);
        var claim = assertInstanceOf(SigV4Claim.Reading.Claimed.class, reading).claim();
        assertEquals("a/key", claim.accessKeyId());
        assertEquals("cloudfront", claim.scope().service());
        assertTrue(SigV4.canonicalRequest(request, claim.signedHeaders(), "cloudfront")
                .contains("x-many:a b,c\n"));
        assertTrue(SigV4.verify(request, claim, "s"));
        assertFalse(SigV4.verify(request, claim, "t"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Basic abc | 20261122T104036Z",
                "AWS4-HMAC-SHA256 Credential=a/20261122/r/s/aws4_request, SignedHeaders=host | 20261122T104036Z",
                "AWS4-HMAC-SHA256 Credential=a/20261122/r/s/aws4_request, SignedHeaders=host, Signature=0 |",
                "AWS4-HMAC-SHA256 Credential=a/20261121/r/s/aws4_request, SignedHeaders=host, Signature=0 | 20261122T104036Z",
                "AWS4-HMAC-SHA256 Credential=a/20261122/r/s, SignedHeaders=host, Signature=0 | 20261122T104036Z",
                "AWS4-HMAC-SHA256 Credential=a/20261122/r/s/aws4_request, SignedHeaders=x-amz-date, Signature=0 | 20261122T104036Z",
            })
    void refusesClaimsThatAreNone(String authorization, String timestamp) {
        assertInstanceOf(SigV4Claim.Reading.Malformed.class, SigV4Claim.ofHeader(authorization, timestamp, null));
    }

    @Test
    void needsHostAndDate() {
        var request = new Request("GET", "/", null, List.of(new Field("Host", "h")), SigV4.EMPTY_PAYLOAD);
        var key = new Credentials("k", "hidden");
        assertThrows(IllegalArgumentException.class, () -> SigV4.sign(request, key, "s3", "us-east-1", NOW));
        assertFalse(key.toString().contains("hidden"));
    }
}
