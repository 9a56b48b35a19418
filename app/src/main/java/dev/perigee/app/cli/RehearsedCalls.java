package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What nearly every user does first, so that the start-up cache has it: a bucket, a photo, a distribution, a look at it. */
final class RehearsedCalls {
    private static final String NAME = "perigee-rehearsal";
    private static final long DEPLOYED_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private RehearsedCalls() {}

    static void on(RunFile run) throws IOException {
        String host;
        try (BorrowedKey key = BorrowedKey.of(run, Role.DEPLOY)) {
            host = distribution(key.api());
        }
        String local = host.replace(".cloudfront.net", "." + run.domainSuffix());
        for (RunFile.PopAddresses pop : run.pops()) {
            for (String path : List.of("/photo", "/photo", "/uncached/photo", "/none")) {
                look(URI.create(pop.http()).getPort(), local, path);
            }
        }
    }

    /** By a socket: the JDK's clients choose the Host themselves. */
    private static void look(int port, String host, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Its domain name. */
    private static String distribution(SignedCall api) throws IOException {
        api.s3("PUT", "/" + NAME, "", Map.of());
        Map<String, String> open = Map.of("X-Amz-Acl", "public-read", "Cache-Control", "max-age=86400");
        api.s3("PUT", "/" + NAME + "/photo", "x".repeat(16 << 10), open);
        api.s3("PUT", "/" + NAME + "/uncached/photo", "x".repeat(1 << 10), open);
        String made = api.cloudFront("POST", "/2020-05-31/distribution", CONFIG);
        String id = SignedCall.element(made, "Id");
        long due = System.nanoTime() + DEPLOYED_NANOS;
        while (!SignedCall.element(api.cloudFront("GET", "/2020-05-31/distribution/" + id, ""), "Status")
                .equals("Deployed")) {
            if (System.nanoTime() > due) throw new IOException("the distribution was not deployed in time");
            LockSupport.parkNanos(POLL_NANOS);
        }
        return SignedCall.element(made, "DomainName");
    }

    /** With the managed policies CachingOptimized and CachingDisabled. */
    private static final String CONFIG = """
            <?xml version="1.0" encoding="UTF-8"?>
            <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
              <CallerReference>rehearsal</CallerReference>
              <Origins><Quantity>1</Quantity><Items><Origin>
                <Id>bucket</Id><DomainName>%s.s3.amazonaws.com</DomainName>
                <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig>
              </Origin></Items></Origins>
              <DefaultCacheBehavior>
                <TargetOriginId>bucket</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>
              </DefaultCacheBehavior>
              <CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior>
                <PathPattern>/uncached/*</PathPattern>
                <TargetOriginId>bucket</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>4135ea2d-6df8-44a3-9df3-4b5a84be39ad</CachePolicyId>
              </CacheBehavior></Items></CacheBehaviors>
              <Comment></Comment><Enabled>true</Enabled><HttpVersion>http2</HttpVersion>
            </DistributionConfig>
            """.formatted(NAME);
}
