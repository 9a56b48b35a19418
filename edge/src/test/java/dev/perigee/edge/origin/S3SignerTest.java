package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.sign.SigV4;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3SignerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final OriginKeys KEYS =
            new OriginKeys(List.of(new OriginKeys.Entry("bucket.s3.amazonaws.com", "AKID", "secret")));

    private static Origin origin(String host, OriginAccess access) {
        return Origin.builder("o", host)
                .kind(Origin.Kind.S3)
                .protocolPolicy(Origin.ProtocolPolicy.HTTPS_ONLY)
                .access(access)
                .build();
    }

    private static Fields sign(String service, boolean yields, OriginRequest request) {
        var access = new OriginAccess.Signed(service, "us-east-1", yields);
        return S3Signer.sign(origin("bucket.s3.amazonaws.com", access), request, KEYS, NOW);
    }

    private static OriginRequest request(String method, String target, String... fields) {
        return new OriginRequest(method, target, Fields.of(fields), true, "bucket.s3.amazonaws.com");
    }

    @Test
    void signsHostAndAllFieldsOfAws() {
        Fields fields = sign(
                "s3",
                false,
                request(
                        "GET",
                        "/a%20b?x=1",
                        "Host",
                        "bucket.s3.amazonaws.com",
                        "X-Amz-Meta-A",
                        "1",
                        "Accept",
                        "*/*",
                        "Authorization",
                        "viewer's",
                        "X-Amz-Security-Token",
                        "viewer's",
                        "X-Amz-Date",
                        "old"));
        assertEquals("20261122T100000Z", fields.first("x-amz-date"));
        assertEquals(SigV4.UNSIGNED_PAYLOAD, fields.first("x-amz-content-sha256"));
        assertNull(fields.first("x-amz-security-token"));
        assertEquals(1, fields.count("authorization"));
        assertEquals("*/*", fields.first("accept"));
        String authorization = fields.first("authorization");
        assertNotNull(authorization);
        assertTrue(
                authorization.startsWith("AWS4-HMAC-SHA256 Credential=AKID/20261122/us-east-1/s3/aws4_request, "
                        + "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-a, Signature="),
                authorization);
        String expected = SigV4.sign(
                new SigV4.Request(
                        "GET",
                        "/a%20b",
                        "x=1",
                        List.of(
                                new Field("host", "bucket.s3.amazonaws.com"),
                                new Field("x-amz-meta-a", "1"),
                                new Field("x-amz-date", "20261122T100000Z"),
                                new Field("x-amz-content-sha256", SigV4.UNSIGNED_PAYLOAD)),
                        SigV4.UNSIGNED_PAYLOAD),
                new SigV4.Credentials("AKID", "secret"),
                "s3",
                "us-east-1",
                NOW);
        assertEquals(expected, authorization);
    }

    @ParameterizedTest(name = "no-override {0}, viewer sends {1} -> viewer''s stays: {2}")
    @CsvSource(
            nullValues = "none",
            value = {"true, mine, true", "true, none, false", "false, mine, false", "false, none, false"})
    void theViewersAuthorizationStaysOnlyWithNoOverride(boolean yields, @Nullable String viewers, boolean stays) {
        Fields.Builder fields = Fields.builder(2).add("Host", "bucket.s3.amazonaws.com");
        if (viewers != null) fields.add("Authorization", viewers);
        Fields signed = sign("s3", yields, new OriginRequest("GET", "/", fields.build(), true, "h"));
        assertEquals(stays, "mine".equals(signed.first("authorization")));
        assertEquals(stays, !signed.has("x-amz-date"));
    }

    @ParameterizedTest(name = "{0} {1}, viewer''s hash {2} -> {3}")
    @CsvSource(
            nullValues = "none",
            value = {
                "s3, GET, none, UNSIGNED-PAYLOAD",
                "s3, PUT, abc, UNSIGNED-PAYLOAD",
                "lambda, GET, abc, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "lambda, HEAD, abc, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "lambda, POST, abc, abc",
                "lambda, PATCH, abc, abc",
                "lambda, DELETE, abc, abc",
                "lambda, DELETE, none, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "lambda, POST, none, UNSIGNED-PAYLOAD",
                "mediastore, PUT, abc, abc",
            })
    void theContentHashFollowsTheService(String service, String method, @Nullable String viewers, String expected) {
        Fields.Builder fields = Fields.builder(2).add("Host", "bucket.s3.amazonaws.com");
        if (viewers != null) fields.add("X-Amz-Content-Sha256", viewers);
        Fields signed = sign(service, false, new OriginRequest(method, "/", fields.build(), true, "h"));
        assertEquals(List.of(expected), signed.all("x-amz-content-sha256"));
    }

    @Test
    void aViewerCannotBorrowTheKeyForACopyOrAnAccessList() {
        Fields fields = sign(
                "s3",
                false,
                request(
                        "PUT",
                        "/a",
                        "Host",
                        "bucket.s3.amazonaws.com",
                        "X-Amz-Copy-Source",
                        "/other/secret",
                        "x-amz-copy-source-range",
                        "bytes=0-1",
                        "X-AMZ-ACL",
                        "public-read",
                        "x-amz-grant-read",
                        "uri=all",
                        "x-amz-meta-a",
                        "1"));
        assertNull(fields.first("x-amz-copy-source"));
        assertNull(fields.first("x-amz-copy-source-range"));
        assertNull(fields.first("x-amz-acl"));
        assertNull(fields.first("x-amz-grant-read"));
        assertEquals("1", fields.first("x-amz-meta-a"));
        assertEquals(1, fields.count("authorization"));
    }

    @Test
    void anOriginThatTakesAnyoneGetsTheRequestAsItIs() {
        OriginRequest request = request("GET", "/", "Host", "h", "Authorization", "viewer's");
        assertEquals(request.fields(), S3Signer.sign(origin("h", new OriginAccess.Anonymous()), request, KEYS, NOW));
    }

    @Test
    void withoutAKeyNothingIsSent() {
        var access = new OriginAccess.Signed("s3", "us-east-1", false);
        OriginRequest request = request("GET", "/", "Host", "other.s3.amazonaws.com");
        var missing = assertThrows(
                OriginKeyMissing.class,
                () -> S3Signer.sign(origin("other.s3.amazonaws.com", access), request, KEYS, NOW));
        assertEquals("no key to sign requests to other.s3.amazonaws.com", missing.getMessage());
    }
}
