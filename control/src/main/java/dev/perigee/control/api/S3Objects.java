package dev.perigee.control.api;

import dev.perigee.control.S3Link;
import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Reads objects from the embedded S3, with the control plane's own key. */
public final class S3Objects implements ObjectSource {
    /** One region is as good as another there; the signature has to name some. */
    private static final String REGION = "us-east-1";

    private static final Duration WAIT = Duration.ofSeconds(10);

    private final InetSocketAddress s3;
    private final SigV4.Credentials signer;
    private final InstantSource clock;

    /** @param clock of the wall, which signatures are checked against */
    public S3Objects(S3Link link, InstantSource clock) {
        this.s3 = link.address();
        this.signer = link.key();
        this.clock = clock;
    }

    @Override
    public byte[] read(String bucket, String key, int max) throws Refused {
        // Asked for once in a while, so no connection is kept.
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(WAIT).build()) {
            HttpResponse<InputStream> answer =
                    client.send(request(bucket, key), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                byte[] content = body.readNBytes(max + 1);
                if (answer.statusCode() != 200) throw refusal(answer.statusCode(), bucket, key);
                Refused.unless(
                        content.length <= max,
                        "InvalidArgument",
                        "The object '" + key + "' in the bucket '" + bucket + "' has more than " + max + " octets.");
                return content;
            }
        } catch (IOException e) {
            throw new Refused("ServiceUnavailable", "S3 cannot be reached: " + e.getMessage() + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("ServiceUnavailable", "The object could not be read in time.");
        }
    }

    /** Asks for an object that nobody has: the key may read objects, not buckets. */
    @Override
    public boolean lacks(String bucket) {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(WAIT).build()) {
            HttpResponse<String> answer =
                    client.send(request(bucket, "perigee-asks-for-the-bucket"), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 404 && answer.body().contains("<Code>NoSuchBucket</Code>");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Refused refusal(int status, String bucket, String key) {
        String what = "The object '" + key + "' in the bucket '" + bucket + "' ";
        return switch (status) {
            case 404 -> new Refused("EntityNotFound", what + "does not exist.");
            case 401, 403 -> new Refused("AccessDenied", what + "may not be read.");
            default -> new Refused("InvalidArgument", what + "cannot be read: S3 answered " + status + ".");
        };
    }

    private HttpRequest request(String bucket, String key) {
        Instant now = clock.instant();
        String host =
                (s3.getAddress() == null ? s3.getHostString() : s3.getAddress().getHostAddress());
        String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + s3.getPort();
        String path = "/" + encoded(bucket) + "/"
                + Arrays.stream(key.split("/", -1)).map(S3Objects::encoded).collect(Collectors.joining("/"));
        List<Field> signed = List.of(
                new Field("Host", authority),
                new Field("X-Amz-Date", SigV4.timestamp(now)),
                new Field("X-Amz-Content-Sha256", SigV4.EMPTY_PAYLOAD));
        String authorization = SigV4.sign(
                new SigV4.Request("GET", path, null, signed, SigV4.EMPTY_PAYLOAD), signer, "s3", REGION, now);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + authority + path))
                .timeout(WAIT)
                .header("Authorization", authorization);
        for (Field field : signed.subList(1, signed.size())) request.header(field.name(), field.value());
        return request.build();
    }

    /** As S3 and its signatures want it: a space is no plus sign, a tilde stands for itself. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
