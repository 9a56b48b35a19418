package dev.perigee.app.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4aHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.RegionSet;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The pairs of one key value store, as its data API has them: signed with SigV4A by AWS's own signer. */
final class SignedKeys {
    private static final AwsV4aHttpSigner SIGNER = AwsV4aHttpSigner.create();
    private static final Pattern ETAG = Pattern.compile("(?im)^etag: *(\\S+)");

    private final URI api;
    private final String path;
    private String etag;

    SignedKeys(String api, String arn) throws IOException {
        this.api = URI.create(api);
        this.path = "/key-value-stores/" + arn.replace(":", "%3A").replace("/", "%2F");
        this.etag = etag(call(SdkHttpMethod.GET, "", null, ""));
    }

    void put(String key, String value) throws IOException {
        etag = etag(call(SdkHttpMethod.PUT, "/keys/" + key, etag, "{\"Value\":\"" + value + "\"}"));
    }

    private static String etag(String answer) {
        Matcher matcher = ETAG.matcher(answer);
        if (!answer.startsWith("HTTP/1.1 200 ") || !matcher.find()) throw new AssertionError(answer);
        return matcher.group(1);
    }

    private String call(SdkHttpMethod method, String below, @Nullable String ifMatch, String body) throws IOException {
        byte[] content = body.getBytes(UTF_8);
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(method)
                .protocol("http")
                .host("123456789012.localhost")
                .port(api.getPort())
                .encodedPath(path + below);
        if (ifMatch != null) request.putHeader("If-Match", ifMatch);
        SignedRequest signed = SIGNER.sign(b -> b.identity(AwsCredentialsIdentity.create("test", "test"))
                .request(request.build())
                .payload(() -> new ByteArrayInputStream(content))
                .putProperty(AwsV4aHttpSigner.SERVICE_SIGNING_NAME, "cloudfront-keyvaluestore")
                .putProperty(AwsV4aHttpSigner.REGION_SET, RegionSet.create("*")));
        var sent = new StringBuilder(method + " " + path + below + " HTTP/1.1\r\nConnection: close\r\n");
        sent.append("Content-Length: ").append(content.length).append("\r\n");
        signed.request().forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("Content-Length"))
                sent.append(name).append(": ").append(values.getFirst()).append("\r\n");
        });
        var octets = new ByteArrayOutputStream();
        octets.writeBytes(sent.append("\r\n").toString().getBytes(UTF_8));
        octets.writeBytes(content);
        try (var socket = new Socket(api.getHost(), api.getPort())) {
            socket.getOutputStream().write(octets.toByteArray());
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
