package dev.perigee.core.access;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.TrustedKey;
import dev.perigee.core.plan.TrustedKeys;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The whole step that a signed request takes: its parameters parted, its policy read, its signature verified or remembered. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
public class SignedAccessBenchmark {
    private static final String HOST = "d111111abcdef8.cloudfront.net";
    private static final String PATH = "/members/2026/photo.jpg";
    private static final byte[] VIEWER = {(byte) 203, 0, 113, 9};

    @Param({"canned", "custom", "cookies"})
    public String policy;

    private final SignedAccess memory = new SignedAccess();
    /** Two signatures in turn put each other out. */
    private final SignedAccess forgetful = new SignedAccess(1);

    private final RequestHead[] requests = new RequestHead[2];
    private TrustedKeys trusted;
    private int turn;

    @Setup
    public void sign() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(System.getProperty("key", "RSA"));
        generator.initialize(generator.getAlgorithm().equals("RSA") ? 2048 : 256);
        KeyPair keys = generator.generateKeyPair();
        trusted = new TrustedKeys(List.of(
                new TrustedKey("K2JCJMDEHXQW5F", Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()))));
        for (int i = 0; i < requests.length; i++) requests[i] = request(keys, 2_000_000_000 + i);
    }

    private RequestHead request(KeyPair keys, long end) throws Exception {
        String until = "\"DateLessThan\":{\"AWS:EpochTime\":" + end + "}";
        String resource = "https://" + HOST + (policy.equals("canned") ? PATH : "/members/*");
        String conditions = policy.equals("canned")
                ? until
                : "\"IpAddress\":{\"AWS:SourceIp\":\"203.0.113.0/24\"},\"DateGreaterThan\":{\"AWS:EpochTime\":1},"
                        + until;
        String text = "{\"Statement\":[{\"Resource\":\"" + resource + "\",\"Condition\":{" + conditions + "}}]}";
        Signature signer = Signature.getInstance("SHA1with" + (keys.getPublic().getAlgorithm().equals("RSA") ? "RSA" : "ECDSA"));
        signer.initSign(keys.getPrivate());
        signer.update(text.getBytes(StandardCharsets.UTF_8));
        String first = policy.equals("canned") ? "Expires=" + end : "Policy=" + encoded(text.getBytes(StandardCharsets.UTF_8));
        String query = first + "&Signature=" + encoded(signer.sign()) + "&Key-Pair-Id=K2JCJMDEHXQW5F";
        Fields.Builder fields = Fields.builder(4).add("Host", HOST).add("User-Agent", "bench").add("Accept", "*/*");
        boolean cookies = policy.equals("cookies");
        if (cookies) fields.add("Cookie", "session=1; CloudFront-" + query.replace("&", "; CloudFront-"));
        return new RequestHead("GET", PATH, cookies ? null : query, HOST, HttpVersion.HTTP_1_1, fields.build());
    }

    private static String encoded(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets).replace('+', '-').replace('=', '_').replace('/', '~');
    }

    private RequestHead step(SignedAccess access) {
        RequestHead request = requests[turn++ & 1];
        SignedRequest signed = SignedRequest.of(request);
        RequestHead left = signed.without(request);
        if (access.refusal(trusted, signed, true, VIEWER, 1_900_000_000) != null) {
            throw new IllegalStateException("refused");
        }
        return left;
    }

    @Benchmark
    public RequestHead cold() {
        return step(forgetful);
    }

    @Benchmark
    public RequestHead remembered() {
        return step(memory);
    }
}
