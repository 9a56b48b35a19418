package dev.perigee.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.sign.SigV4;
import dev.perigee.core.tls.Seal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;

/** A control plane on a free port, with one edge and a client of the SDK. */
final class Running implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-22T10:40:36.123Z");

    final FakeEdge edge = new FakeEdge();
    final ControlServer server;
    final CloudFrontClient client;

    Running(Path database, @Nullable InetSocketAddress s3) throws IOException {
        server = ControlServer.start(new ControlConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                database,
                database.resolveSibling("audit.log"),
                "123456789012",
                List.of("cloudfront.localhost", "cloudfront.net"),
                Map.of("test", "test"),
                s3 == null ? null : new S3Link(s3, "token", new SigV4.Credentials("control", "control-secret")),
                null,
                InstantSource.fixed(NOW),
                Seal.ephemeral(),
                null,
                null,
                List.of(edge),
                null));
        client = client("test", "test");
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.address().getPort());
    }

    CloudFrontClient client(String key, String secret) {
        return CloudFrontClient.builder()
                .endpointOverride(uri())
                .region(Region.AWS_GLOBAL)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** The SDK is told no, with this code and status, and the id of its request. */
    static void refused(String code, int status, Executable call) {
        CloudFrontException e = assertThrows(CloudFrontException.class, call);
        assertEquals(code, e.awsErrorDetails().errorCode(), e.getMessage());
        assertEquals(status, e.statusCode());
        assertTrue(e.requestId().matches("[0-9a-f-]{36}"), e.requestId());
    }

    /** Asks again and again, for at most ten seconds, until the answer is true. */
    static void await(String what, Callable<Boolean> answer) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!answer.call()) {
            if (System.nanoTime() - deadline > 0) throw new AssertionError("not within ten seconds: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
