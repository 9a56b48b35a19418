package dev.perigee.app.scenario;

import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.testkit.RecordedRequest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** What the signer of the AWS SDK makes of a received request: the judge of the edge's own. */
final class AwsSigner {
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private AwsSigner() {}

    /** The Authorization field that the request should carry, its content included. */
    static String authorization(RecordedRequest request, OriginKeys.Entry key) {
        SigV4Check.Claim claim = SigV4Check.claim(request);
        var unsigned = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(request.method()))
                .uri(URI.create("https://" + request.header("Host") + request.target()));
        for (String name : claim.headers().split(";", -1)) {
            if (!name.equals("x-amz-date") && !name.equals("host")) {
                unsigned.putHeader(name, String.valueOf(request.header(name)));
            }
        }
        Instant signedAt = AMZ_DATE.parse(String.valueOf(request.header("X-Amz-Date")), Instant::from);
        byte[] content = request.body().text().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(AwsCredentialsIdentity.create(key.accessKeyId(), key.secretAccessKey()))
                        .request(unsigned.build())
                        .payload(() -> new ByteArrayInputStream(content))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, claim.service())
                        .putProperty(AwsV4HttpSigner.REGION_NAME, claim.region())
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(signedAt, ZoneOffset.UTC)));
        return signed.request()
                .firstMatchingHeader("Authorization")
                .orElseThrow(() -> new AssertionError("the SDK did not sign"));
    }
}
