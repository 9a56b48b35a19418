package dev.perigee.lab.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import dev.perigee.lab.s3.S3Access.Right;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which key may do what, and what is told of it. Requests are written by hand. */
class S3RightsTest {
    private static final KnownKeys KEYS = new KnownKeys("writer");
    private static EmbeddedS3 s3;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        KEYS.keys.put("reader", new S3Access.Key("reader", Right.READ));
        KEYS.keys.put("nobody", new S3Access.Key("nobody", Right.NONE));
        s3 = EmbeddedS3.start(directory.resolve("s3"), KEYS, "forward-token");
        assertEquals(200, status(signed("writer", "PUT", "/photos", null, "")));
        assertEquals(200, status(signed("writer", "PUT", "/photos/cat.jpg", null, "a cat")));
    }

    @AfterAll
    static void stop() throws IOException {
        s3.close();
    }

    @BeforeEach
    void forget() {
        KEYS.events.clear();
    }

    @ParameterizedTest(name = "{0} {1} {2}?{3} -> {4} {5}")
    @CsvSource({
        "reader, GET,    /photos/cat.jpg,  ,                200, ",
        "reader, HEAD,   /photos/cat.jpg,  ,                200, ",
        "reader, GET,    /photos,          ,                200, ",
        "reader, GET,    /photos/none.jpg, ,                404, ",
        "reader, PUT,    /photos/dog.jpg,  ,                403, PutObject",
        "reader, PUT,    /absent/dog.jpg,  ,                403, PutObject",
        "reader, PUT,    /fresh,           ,                403, CreateBucket",
        "reader, PUT,    /photos/cat.jpg,  acl=,            403, PutObjectAcl",
        "reader, DELETE, /photos/cat.jpg,  ,                403, DeleteObject",
        "reader, DELETE, /photos,          ,                403, DeleteBucket",
        "reader, POST,   /photos,          delete=,         403, DeleteObjects",
        "reader, POST,   /photos/big,      uploads=,        403, CreateMultipartUpload",
        "reader, PUT,    /photos/big,      partNumber=1&uploadId=x, 403, UploadPart",
        "reader, POST,   /photos/big,      uploadId=x,      403, CompleteMultipartUpload",
        "reader, DELETE, /photos/big,      uploadId=x,      403, AbortMultipartUpload",
        "nobody, GET,    /photos/cat.jpg,  ,                403, GetObject",
        "nobody, PUT,    /photos/dog.jpg,  ,                403, PutObject",
        "absent, GET,    /photos/cat.jpg,  ,                403, GetObject",
        "writer, PUT,    /photos/dog.jpg,  ,                200, PutObject",
        "writer, DELETE, /photos/dog.jpg,  ,                204, DeleteObject",
        "writer, PUT,    /absent/dog.jpg,  ,                404, PutObject"
    })
    void rightsHold(String key, String method, String path, @Nullable String query, int status, @Nullable String told)
            throws IOException {
        String body = method.equals("PUT") ? "content" : "";
        assertEquals(status, status(signed(key, method, path, query, body)));
        assertEquals(told, KEYS.events.isEmpty() ? null : KEYS.events.peek().operation());
        S3Access.Event event = KEYS.events.poll();
        if (event == null) return;
        assertEquals(key, event.accessKeyId());
        assertEquals(path, event.resource());
        assertEquals(status == 403, event.refused());
        assertEquals(status, event.status());
        assertNull(KEYS.events.poll());
    }

    @ParameterizedTest(name = "presigned by {0}: {1} -> {2}")
    @CsvSource({"reader, GET, 200", "reader, PUT, 403", "writer, PUT, 200", "nobody, GET, 403", "absent, GET, 403"})
    void rightsHoldForPresignedRequests(String key, String method, int status) throws IOException {
        String answer = send(method, presigned(key, method, "/photos/pre.jpg", "/photos/cat.jpg"), List.of(), "abc");
        assertEquals(status, status(answer), answer);
        for (S3Access.Event event : KEYS.events) assertTrue(!event.resource().contains("Signature"), event.toString());
    }

    private static String presigned(String key, String method, String written, String read) {
        return presignedTarget(key, method, method.equals("PUT") ? written : read);
    }

    @Test
    void whoClaimsTwoKeysHasTheRightOfNeitherWrongly() throws IOException {
        // The header is judged and checked; the better key in the query is nobody's.
        String byReader = presignedTarget("writer", "PUT", "/photos/two.jpg");
        String authorization =
                header("reader", "PUT", "/photos/two.jpg", byReader.substring(byReader.indexOf('?') + 1));
        assertEquals(403, status(send("PUT", byReader, List.of(new Field("Authorization", authorization)), "x")));
        // A header of another scheme is not AWS's; the query counts then, with the right of its key.
        String target = presignedTarget("reader", "PUT", "/photos/two.jpg");
        assertEquals(403, status(send("PUT", target, List.of(new Field("Authorization", "Bearer writer")), "x")));
        assertEquals(404, status(signed("reader", "GET", "/photos/two.jpg", null, "")));
    }

    @ParameterizedTest
    @CsvSource({
        "AWS4-HMAC-SHA256 Credential= writer/20261126/us-east-1/s3/aws4_request",
        "AWS4-HMAC-SHA256 xCredential=writer/a Credential=reader/20261126/us-east-1/s3/aws4_request",
        "AWS writer:reader:c2ln",
        "AWS4-HMAC-SHA256",
        "AWS :c2ln",
        "AWS"
    })
    void oddHeadersOpenNothing(String header) throws IOException {
        String authorization = header.startsWith("AWS4") ? header + ", SignedHeaders=host, Signature=00" : header;
        int status = status(send(
                "PUT",
                "/photos/odd.jpg",
                List.of(
                        new Field("Authorization", authorization),
                        new Field("X-Amz-Date", SigV4.timestamp(Instant.now()))),
                "x"));
        assertTrue(status == 400 || status == 403, "status " + status);
    }

    @Test
    void aFormIsJudgedByTheKeyInItsBody() throws IOException {
        assertEquals(403, status(form("reader")));
        assertEquals(403, status(form("absent")));
        KEYS.events.clear();
        int status = status(form("writer"));
        assertEquals(204, status);
        S3Access.Event event = KEYS.events.remove();
        assertEquals("writer", event.accessKeyId());
        assertEquals("PostForm", event.operation());
    }

    private static String form(String key) throws IOException {
        String policy = java.util.Base64.getEncoder()
                .encodeToString(("{\"expiration\":\"2099-01-01T00:00:00.000Z\",\"conditions\":[{\"bucket\":\"photos\"},"
                                + "{\"key\":\"form.jpg\"}]}")
                        .getBytes(StandardCharsets.UTF_8));
        String boundary = "xxBOUNDARYxx";
        StringBuilder body = new StringBuilder();
        String[][] fields = {
            {"key", "form.jpg"}, {"AWSAccessKeyId", key}, {"policy", policy}, {"signature", hmacSha1(key, policy)}
        };
        for (String[] field : fields) {
            body.append("--")
                    .append(boundary)
                    .append("\r\nContent-Disposition: form-data; name=\"")
                    .append(field[0]);
            body.append("\"\r\n\r\n").append(field[1]).append("\r\n");
        }
        body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"");
        body.append("\r\n\r\nhello\r\n--").append(boundary).append("--\r\n");
        return send(
                "POST",
                "/photos",
                List.of(new Field("Content-Type", "multipart/form-data; boundary=" + boundary)),
                body.toString());
    }

    private static String hmacSha1(String key, String text) {
        try {
            var mac = javax.crypto.Mac.getInstance("HmacSHA1");
            mac.init(new javax.crypto.spec.SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return java.util.Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest(name = "token {0}: {1}")
    @CsvSource({"forward-token, 203.0.113.9", "guessed, 127.0.0.1"})
    void onlyTheForwarderIsBelieved(String token, String source) throws IOException {
        send("PUT", "/photos/x", List.of(new Field("X-Perigee-Forwarded", token + " request-1 203.0.113.9")), "x");
        signedWith("reader", "PUT", "/photos/x", new Field("X-Perigee-Forwarded", token + " request-1 203.0.113.9"));
        S3Access.Event last = null;
        for (S3Access.Event event : KEYS.events) last = event;
        assertEquals(source, last == null ? "" : last.source());
    }

    private static void signedWith(String key, String method, String path, Field more) throws IOException {
        send(method, path, List.of(new Field("Authorization", header(key, method, path, null)), more), "x");
    }

    private static String header(String key, String method, String path, @Nullable String query) {
        return "AWS4-HMAC-SHA256 Credential=" + key + "/"
                + SigV4.timestamp(Instant.now()).substring(0, 8)
                + "/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=" + method + path + query;
    }

    private static String signed(String key, String method, String path, @Nullable String query, String body)
            throws IOException {
        Instant now = Instant.now();
        String hash = SigV4.sha256(body.getBytes(StandardCharsets.UTF_8));
        List<Field> fields = new ArrayList<>(List.of(
                new Field("Host", "localhost"),
                new Field("X-Amz-Date", SigV4.timestamp(now)),
                new Field("X-Amz-Content-Sha256", hash)));
        String authorization = SigV4.sign(
                new SigV4.Request(method, path, query, fields, hash),
                new SigV4.Credentials(key, key),
                "s3",
                "us-east-1",
                now);
        fields.add(new Field("Authorization", authorization));
        return send(method, path + (query == null ? "" : "?" + query), fields.subList(1, fields.size()), body);
    }

    private static String presignedTarget(String key, String method, String path) {
        Instant now = Instant.now();
        String date = SigV4.timestamp(now);
        var scope = new SigV4.Scope(date.substring(0, 8), "us-east-1", "s3");
        String query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                + URLEncoder.encode(key + "/" + scope, StandardCharsets.UTF_8) + "&X-Amz-Date=" + date
                + "&X-Amz-Expires=600&X-Amz-SignedHeaders=host";
        var request =
                new SigV4.Request(method, path, query, List.of(new Field("Host", "localhost")), SigV4.UNSIGNED_PAYLOAD);
        return path + "?" + query + "&X-Amz-Signature=" + SigV4.signature(request, List.of("host"), date, scope, key);
    }

    private static String send(String method, String target, List<Field> fields, String body) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (Field field : fields)
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        head.append("Content-Length: ")
                .append(body.length())
                .append("\r\nConnection: close\r\n\r\n")
                .append(body);
        try (Socket socket = new Socket(s3.address().getAddress(), s3.address().getPort())) {
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }
}
