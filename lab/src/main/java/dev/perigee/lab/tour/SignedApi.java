package dev.perigee.lab.tour;

import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls the APIs of the running system as any client does: HTTP with a signature. */
final class SignedApi implements AutoCloseable {
    private static final String REGION = "us-east-1";
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private final URI endpoint;
    private final SigV4.Credentials credentials;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** What came back. */
    record Reply(String asked, int status, @Nullable String etag, String body) {
        Reply require(int... expected) throws TourFailed {
            for (int each : expected) {
                if (status == each) return this;
            }
            throw new TourFailed(asked + " was answered with " + status + ": " + body.strip());
        }

        String requireEtag() throws TourFailed {
            if (etag == null) throw new TourFailed(asked + " was answered without an ETag");
            return etag;
        }
    }

    SignedApi(URI endpoint, SigV4.Credentials credentials) {
        this.endpoint = endpoint;
        this.credentials = credentials;
    }

    /**
     * One call.
     *
     * @param service the name in the signature's scope
     * @param fields header fields beyond those that every signed request has
     */
    Reply call(String method, String service, String path, byte[] body, List<Field> fields) throws IOException {
        Instant now = Instant.now();
        String hash = SigV4.sha256(body);
        List<Field> signed = new ArrayList<>();
        signed.add(new Field("Host", endpoint.getAuthority()));
        signed.add(new Field("X-Amz-Date", SigV4.timestamp(now)));
        signed.add(new Field("X-Amz-Content-Sha256", hash));
        signed.addAll(fields);
        String authorization =
                SigV4.sign(new SigV4.Request(method, path, null, signed, hash), credentials, service, REGION, now);
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                .timeout(ANSWER_MAX)
                .header("Authorization", authorization)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        // The client writes Host itself, from the same authority.
        for (Field field : signed.subList(1, signed.size())) request.header(field.name(), field.value());
        return send(request.build());
    }

    private Reply send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            String etag = response.headers().firstValue("ETag").orElse(null);
            return new Reply(
                    request.method() + " " + request.uri().getPath(), response.statusCode(), etag, response.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for " + request.uri());
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
