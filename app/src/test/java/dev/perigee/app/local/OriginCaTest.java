package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.tls.OriginRoots;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An origin of a private authority, from the flag to the viewer. */
class OriginCaTest {
    private final Path temporary;
    private final TestCertificate authority = TestCertificate.authority("Private authority");

    OriginCaTest(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    @Test
    void aPrivateAuthorityIsTrustedWhenItIsNamed() throws Exception {
        try (var origin = ScriptedOrigin.start(
                new ManualClock(), authority.issue("localhost").listener(null))) {
            origin.on("GET", "/a").reply(200, Replies.body("private"));
            assertEquals("502", status(origin, OriginRoots.NONE));
            origin.expectRequests(0);
            assertEquals("502", status(origin, roots(TestCertificate.authority("Somebody else"))));
            origin.expectRequests(0);
            assertEquals("200", status(origin, roots(authority)));
            origin.expectRequests(1);
        }
    }

    private OriginRoots roots(TestCertificate root) throws Exception {
        return OriginRoots.read(Files.writeString(temporary.resolve("roots.pem"), "some authority\n" + root.pem()));
    }

    private String status(ScriptedOrigin origin, OriginRoots roots) throws Exception {
        var folder = SystemFolder.at(Files.createTempDirectory(temporary, "data"));
        LocalSystem.Started started =
                LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO).trusting(roots), "test");
        try (LocalSystem _ = started.system();
                var client = new SignedClient(started.runFile().api())) {
            String host = client.deployed(distribution(origin.port())).element("DomainName");
            RunFile.PopAddresses iad = started.runFile().pops().getFirst();
            return Http.get(iad.http() + "/a", host).status();
        }
    }

    private static String distribution(int port) {
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>private-origin</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>%d</HTTPSPort>
                <OriginProtocolPolicy>https-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled></DistributionConfig>
                """.formatted(port);
    }
}
