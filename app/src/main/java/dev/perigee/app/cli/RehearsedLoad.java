package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests of every usual kind, often enough that the JIT finds what is worth compiling. The JDK keeps that in the start-up
 * cache, so that a server which has just started compiles it at once, and by a profile (JEP 515).
 */
final class RehearsedLoad {
    private static final String NAME = "perigee-rehearsal";
    private static final long DEPLOYED_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private RehearsedLoad() {}

    static void on(RunFile run) throws IOException {
        String host;
        try (BorrowedKey key = BorrowedKey.of(run, Role.DEPLOY)) {
            host = distribution(key.api());
        }
        RunFile.PopAddresses pop = run.pops().getFirst();
        String domain = host.replace(".cloudfront.net", "." + run.domainSuffix());
        var viewer = new RehearsedViewer(
                domain,
                URI.create(pop.http()).getPort(),
                URI.create(pop.https()).getPort());
        viewer.inClear(3_000, "/small");
        viewer.inClear(300, "/large");
        viewer.inClear(500, "/uncached/small");
        viewer.connections(1_500);
        viewer.encrypted(3_000, "/small");
        viewer.encrypted(300, "/large");
        viewer.http2(3_000, "/small");
        viewer.http2(500, "/large");
    }

    /** Its domain name. */
    private static String distribution(SignedCall api) throws IOException {
        api.s3("PUT", "/" + NAME, "", Map.of());
        Map<String, String> open = Map.of("X-Amz-Acl", "public-read", "Cache-Control", "max-age=86400");
        api.s3("PUT", "/" + NAME + "/small", "x".repeat(1 << 10), open);
        api.s3("PUT", "/" + NAME + "/large", "x".repeat(16 << 10), open);
        api.s3("PUT", "/" + NAME + "/uncached/small", "x".repeat(1 << 10), open);
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
