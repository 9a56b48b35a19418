package dev.perigee.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4aHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.RegionSet;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** A client of the service cloudfront-keyvaluestore: signs with AWS's own signer, and sends the account before the host. */
final class KeyClient {
    private static final AwsV4aHttpSigner SIGNER = AwsV4aHttpSigner.create();

    private final InetSocketAddress address;
    private final String secret;
    private final String regions;

    /** @param body as it came */
    record Answer(int status, Map<String, String> headers, String body) {
        String etag() {
            return headers.getOrDefault("etag", "");
        }

        String error() {
            return headers.getOrDefault("x-amzn-errortype", "");
        }
    }

    KeyClient(InetSocketAddress address, String secret, String regions) {
        this.address = address;
        this.secret = secret;
        this.regions = regions;
    }

    /** @param path encoded, after the store */
    Answer call(String method, String arn, String path, @Nullable String ifMatch, @Nullable String body)
            throws IOException {
        String target = "/key-value-stores/" + arn.replace(":", "%3A").replace("/", "%2F") + path;
        byte[] content = body == null ? new byte[0] : body.getBytes(UTF_8);
        int question = target.indexOf('?');
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.valueOf(method))
                .protocol("http")
                .host("123456789012.localhost")
                .port(address.getPort())
                .encodedPath(question < 0 ? target : target.substring(0, question));
        if (question >= 0) {
            for (String each : target.substring(question + 1).split("&", -1)) {
                int equals = each.indexOf('=');
                request.appendRawQueryParameter(each.substring(0, equals), each.substring(equals + 1));
            }
        }
        if (ifMatch != null) request.putHeader("If-Match", ifMatch);
        SignedRequest signed = SIGNER.sign(b -> b.identity(AwsCredentialsIdentity.create("test", secret))
                .request(request.build())
                .payload(() -> new ByteArrayInputStream(content))
                .putProperty(AwsV4aHttpSigner.SERVICE_SIGNING_NAME, "cloudfront-keyvaluestore")
                .putProperty(AwsV4aHttpSigner.REGION_SET, RegionSet.create(regions)));
        return sent(method + " " + target, signed.request(), content);
    }

    private Answer sent(String line, SdkHttpRequest request, byte[] content) throws IOException {
        var head = new StringBuilder(
                line + " HTTP/1.1\r\nConnection: close\r\nContent-Length: " + content.length + "\r\n");
        request.forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("Content-Length")) {
                head.append(name).append(": ").append(values.getFirst()).append("\r\n");
            }
        });
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(UTF_8));
        all.writeBytes(content);
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(all.toByteArray());
            return answer(new String(socket.getInputStream().readAllBytes(), UTF_8));
        }
    }

    private static Answer answer(String whole) {
        int end = whole.indexOf("\r\n\r\n");
        List<String> lines = new ArrayList<>(whole.substring(0, end).lines().toList());
        int status = Integer.parseInt(lines.removeFirst().split(" ", -1)[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String each : lines) {
            int colon = each.indexOf(':');
            headers.put(
                    each.substring(0, colon).toLowerCase(Locale.ROOT),
                    each.substring(colon + 1).strip());
        }
        return new Answer(status, headers, whole.substring(end + 4));
    }
}
