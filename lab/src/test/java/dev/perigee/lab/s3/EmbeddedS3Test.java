package dev.perigee.lab.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests are written by hand, so that Host and path are exactly what a test says. */
class EmbeddedS3Test {
    private static final SigV4.Credentials TEST = new SigV4.Credentials("test", "test");
    private static final SigV4.Credentials EDGE = new SigV4.Credentials("edge", "edge-secret");
    private static final byte[] NOTHING = {};
    private static final byte[] PHOTO = "a photo".getBytes(StandardCharsets.UTF_8);
    private static final List<Field> PUBLIC = List.of(new Field("x-amz-acl", "public-read"));

    private static Path folder;

    private static EmbeddedS3 s3;

    @SuppressWarnings("ArrayRecordComponent") // Replies are never compared.
    private record Reply(int status, String head, byte[] body) {
        boolean says(String code) {
            return new String(body, StandardCharsets.UTF_8).contains("<Code>" + code + "</Code>");
        }
    }

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        folder = directory;
        var keys = new KnownKeys("test");
        keys.keys.put("edge", new S3Access.Key("edge-secret", S3Access.Right.EDGE));
        s3 = EmbeddedS3.start(folder.resolve("s3"), keys, "forward-token");
        assertEquals(
                200,
                signed(TEST, "PUT", "s3.amazonaws.com", "/photos", NOTHING, List.of())
                        .status());
        assertEquals(200, put("/photos/pets/public.jpg", PUBLIC).status());
        assertEquals(200, put("/photos/pets/private.jpg", List.of()).status());
    }

    @AfterAll
    static void stop() throws IOException {
        s3.close();
    }

    private static Reply put(String path, List<Field> fields) throws IOException {
        return signed(TEST, "PUT", "localhost", path, PHOTO, fields);
    }

    private static Reply signed(
            SigV4.Credentials who, String method, String host, String path, byte[] body, List<Field> fields)
            throws IOException {
        return send(method, host, path, body, fields, who, SigV4.sha256(body));
    }

    private static Reply anonymous(String method, String host, String path) throws IOException {
        return send(method, host, path, NOTHING, List.of(), null, "");
    }

    private static Reply send(
            String method,
            String host,
            String path,
            byte[] body,
            List<Field> fields,
            SigV4.@Nullable Credentials who,
            String hash)
            throws IOException {
        List<Field> head = new ArrayList<>(fields);
        head.add(new Field("host", host));
        if (who != null) {
            Instant now = Instant.now();
            head.add(new Field("x-amz-date", SigV4.timestamp(now)));
            head.add(new Field("x-amz-content-sha256", hash));
            int query = path.indexOf('?');
            SigV4.Request request = new SigV4.Request(
                    method,
                    query < 0 ? path : path.substring(0, query),
                    query < 0 ? null : path.substring(query + 1),
                    head,
                    hash);
            head.add(new Field("authorization", SigV4.sign(request, who, "s3", "us-east-1", now)));
        }
        try (Socket socket = new Socket(s3.address().getAddress(), s3.address().getPort())) {
            socket.setSoTimeout(20_000);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            for (Field field : head) text.append(field.name() + ": " + field.value() + "\r\n");
            text.append("content-length: " + body.length + "\r\nconnection: close\r\n\r\n");
            request.writeBytes(text.toString().getBytes(StandardCharsets.ISO_8859_1));
            request.writeBytes(body);
            request.writeTo(socket.getOutputStream());
            return reply(socket.getInputStream().readAllBytes());
        }
    }

    private static Reply reply(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        byte[] body = Arrays.copyOfRange(bytes, end + 4, bytes.length);
        return new Reply(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "photos.s3.amazonaws.com",
                "photos.s3.us-east-1.amazonaws.com",
                "photos.s3.eu-central-1.amazonaws.com",
                "photos.s3-us-west-2.amazonaws.com",
                "photos.s3.localhost:4566",
                "photos.localhost:4566"
            })
    void everyHostStyleIsVerifiedAndServed(String host) throws IOException {
        Reply reply = signed(EDGE, "GET", host, "/pets/private.jpg", NOTHING, List.of());
        assertEquals(200, reply.status(), reply.head());
        assertArrayEquals(PHOTO, reply.body());
        assertEquals(200, anonymous("GET", host, "/pets/public.jpg").status());
        Reply refused = anonymous("GET", host, "/pets/private.jpg");
        assertEquals(403, refused.status());
        assertTrue(refused.says("AccessDenied"));
        SigV4.Credentials wrong = new SigV4.Credentials("test", "wrong");
        Reply forged = signed(wrong, "GET", host, "/pets/private.jpg", NOTHING, List.of());
        assertEquals(403, forged.status());
        assertTrue(forged.says("SignatureDoesNotMatch"));
    }

    @ParameterizedTest(name = "edge: {0} {1} {2} -> {3}")
    @CsvSource({
        "GET, /photos/pets/private.jpg, , 200",
        "GET, /photos/pets/private.jpg?x=1, , 200",
        "GET, /photos/pets/private.jpg?acl, , 403",
        "GET, /photos/pets/private.jpg?a%63l, , 403",
        "GET, /photos/pets/private.jpg?tagging=, , 403",
        "GET, /photos, , 403",
        "GET, /photos/, , 403",
        "GET, /photos?list-type=2, , 403",
        "GET, /, , 403",
        "DELETE, /photos, , 403",
        "PUT, /elsewhere, , 403",
        "PUT, /photos/stolen.jpg, x-amz-copy-source, 403",
        "PUT, /photos/mine.jpg, x-amz-acl, 403",
        "PUT, /photos/mine.jpg, x-amz-grant-read, 403",
        "PUT, /photos/mine.jpg, , 200",
    })
    void anEdgesKeyIsForSingleObjectsOnly(String method, String path, @Nullable String field, int status)
            throws IOException {
        List<Field> fields = field == null ? List.of() : List.of(new Field(field, "/photos/pets/private.jpg"));
        assertEquals(
                status, signed(EDGE, method, "localhost", path, NOTHING, fields).status());
    }

    /** What {@code curl -d} sends: to S3 the body is content, not parameters. */
    @Test
    void aFormIsAnObjectLikeAnyOther() throws IOException {
        Field form = new Field("Content-Type", "application/x-www-form-urlencoded");
        byte[] body = "name=Rex&X-Amz-Algorithm=none&acl=".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                200,
                signed(TEST, "PUT", "localhost", "/photos/form", body, List.of(form))
                        .status());
        Reply stored = signed(TEST, "GET", "localhost", "/photos/form", NOTHING, List.of());
        assertArrayEquals(body, stored.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html; charset=UTF-8",
                "text/html;charset=utf-8",
                "Text/Plain",
                "application/json; charset=UTF-8",
                "image/jpeg",
                "text/css; charset=\"utf-8\""
            })
    void aContentTypeIsGivenBackAsItWasSent(String type) throws IOException {
        assertEquals(
                200,
                put("/photos/typed", List.of(new Field("content-type", type))).status());
        for (String method : List.of("GET", "HEAD")) {
            Reply reply = signed(TEST, method, "localhost", "/photos/typed", NOTHING, List.of());
            assertEquals(200, reply.status());
            assertTrue(
                    reply.head()
                            .lines()
                            .anyMatch(line -> line.equalsIgnoreCase("Content-Type: " + type) && line.endsWith(type)),
                    reply.head());
        }
    }

    private static byte[] policy(String principal, String action) {
        return ("{'Version':'2012-10-17','Statement':[{'Sid':'a','Effect':'Allow','Principal':" + principal
                        + ",'Action':'" + action + "','Resource':'arn:aws:s3:::photos/*','Condition':{'StringEquals':"
                        + "{'AWS:SourceArn':'arn:aws:cloudfront::123456789012:distribution/E1'}}}]}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Reply policyOf(SigV4.Credentials who, String method, byte[] body) throws IOException {
        return signed(who, method, "localhost", "/photos?policy=", body, List.of());
    }

    @Test
    void aPolicyThatLetsCloudFrontInIsKeptAndOthersAreRefused() throws IOException {
        assertTrue(policyOf(TEST, "GET", NOTHING).says("NoSuchBucketPolicy"));
        byte[] cloudFront = policy("{'Service':'cloudfront.amazonaws.com'}", "s3:GetObject");
        assertEquals(204, policyOf(TEST, "PUT", cloudFront).status());
        Reply shown = policyOf(TEST, "GET", NOTHING);
        assertEquals(200, shown.status());
        assertArrayEquals(cloudFront, shown.body());
        byte[] anybody = policy("'*'", "s3:GetObject");
        assertEquals(501, policyOf(TEST, "PUT", anybody).status());
        assertEquals(
                501,
                policyOf(TEST, "PUT", policy("{'Service':'cloudfront.amazonaws.com'}", "s3:*"))
                        .status());
        assertEquals(
                400, policyOf(TEST, "PUT", "{".getBytes(StandardCharsets.UTF_8)).status());
        var stranger = new SigV4.Credentials("test", "wrong");
        assertEquals(403, policyOf(stranger, "PUT", cloudFront).status());
        assertEquals(403, policyOf(stranger, "GET", NOTHING).status());
        assertEquals(403, anonymous("GET", "localhost", "/photos?policy").status());
        assertEquals(403, policyOf(EDGE, "GET", NOTHING).status());
        assertEquals(
                404,
                signed(TEST, "PUT", "localhost", "/nowhere?policy=", cloudFront, List.of())
                        .status());
        assertArrayEquals(cloudFront, policyOf(TEST, "GET", NOTHING).body());
        assertEquals(204, policyOf(TEST, "DELETE", NOTHING).status());
        assertEquals(404, policyOf(TEST, "GET", NOTHING).status());
    }

    @Test
    void unknownKeysAreRefused() throws IOException {
        Reply reply = signed(
                new SigV4.Credentials("nobody", "test"),
                "GET",
                "localhost",
                "/photos/pets/public.jpg",
                NOTHING,
                List.of());
        assertEquals(403, reply.status());
        assertTrue(reply.says("InvalidAccessKeyId"));
    }

    @ParameterizedTest(name = "anonymous {0} {1} -> {2} {3}")
    @CsvSource({
        "GET, /, 403, AccessDenied",
        "GET, /photos, 403, AccessDenied",
        "PUT, /photos/new.jpg, 403, AccessDenied",
        "DELETE, /photos/pets/public.jpg, 403, AccessDenied",
        "GET, /photos/none.jpg, 403, AccessDenied",
        "GET, /nothere/none.jpg, 404, NoSuchBucket"
    })
    void anonymousRequestsReachOnlyWhatIsPublic(String method, String path, int status, String code)
            throws IOException {
        Reply reply = anonymous(method, "localhost", path);
        assertEquals(status, reply.status(), reply.head());
        assertTrue(reply.says(code), new String(reply.body(), StandardCharsets.UTF_8));
    }

    @Test
    void conditionalAndRangeRequests() throws IOException {
        Reply whole = anonymous("GET", "localhost", "/photos/pets/public.jpg");
        String etag = whole.head()
                .lines()
                .filter(line -> line.startsWith("ETag: "))
                .findFirst()
                .orElseThrow()
                .substring(6);
        Field same = new Field("If-None-Match", etag);
        assertEquals(304, with(same).status());
        assertEquals(200, with(new Field("If-None-Match", "\"other\"")).status());
        assertEquals(412, with(new Field("If-Match", "\"other\"")).status());
        Reply part = with(new Field("Range", "bytes=2-4"));
        assertEquals(206, part.status());
        assertEquals("pho", new String(part.body(), StandardCharsets.UTF_8));
        assertEquals(416, with(new Field("Range", "bytes=900-")).status());
    }

    private static Reply with(Field field) throws IOException {
        return send("GET", "localhost", "/photos/pets/public.jpg", NOTHING, List.of(field), null, "");
    }

    @Test
    void largeUploadsStreamAndAreCheckedAgainstTheirSignedHash() throws IOException {
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        assertEquals(
                200,
                signed(TEST, "PUT", "photos.s3.amazonaws.com", "/large", large, PUBLIC)
                        .status());
        assertArrayEquals(
                large, anonymous("GET", "photos.s3.amazonaws.com", "/large").body());

        String promised = SigV4.sha256(large);
        large[large.length - 1] ^= 1;
        Reply refused = send("PUT", "photos.s3.amazonaws.com", "/forged", large, PUBLIC, TEST, promised);
        assertEquals(400, refused.status(), refused.head());
        assertTrue(refused.says("XAmzContentSHA256Mismatch"), new String(refused.body(), StandardCharsets.UTF_8));
        assertEquals(
                404,
                signed(TEST, "GET", "photos.s3.amazonaws.com", "/forged", NOTHING, List.of())
                        .status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/photos/../../escaped",
                "/photos/..%2f..%2fescaped",
                "/photos/%2e%2e/%2e%2e/escaped",
                "/photos/a/../../../escaped",
                "/../escaped",
                "/..%2fescaped/x",
                "/%2e%2e/escaped",
                "/photos//../../escaped",
                "/photos/%2f..%2f..%2fescaped"
            })
    void nothingLeavesTheFolder(String path) throws IOException {
        Reply reply = put(path, PUBLIC);
        assertTrue(reply.status() >= 400, path + " was answered with " + reply.head());
        assertFalse(Files.exists(folder.resolve("escaped")), path);
        try (Stream<Path> beside = Files.list(folder)) {
            assertTrue(
                    beside.allMatch(each -> Set.of("s3", "s3-policies")
                            .contains(each.getFileName().toString())),
                    path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"...s3.amazonaws.com", "..s3.amazonaws.com", "a/../../b.s3.amazonaws.com", "bad host"})
    void hostsCannotLeaveTheFolderEither(String host) throws IOException {
        Files.writeString(folder.resolve("s3").resolveSibling("s3").resolve("stray"), "not in a bucket");
        assertTrue(anonymous("GET", host, "/stray").status() >= 400);
        assertTrue(signed(TEST, "GET", host, "/s3/stray", NOTHING, List.of()).status() >= 400);
    }
}
