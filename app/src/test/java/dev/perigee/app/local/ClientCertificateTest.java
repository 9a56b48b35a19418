package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.tls.OriginRoots;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Origin mutual TLS from the import of the certificate to the origin that asks for it. */
class ClientCertificateTest {
    private static final TestCertificate SERVERS = TestCertificate.authority("Servers");
    private static final TestCertificate CLIENTS = TestCertificate.authority("Clients");

    private final Path temporary;

    ClientCertificateTest(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    @Test
    void theCertificateOfTheConfigIsShown() throws Exception {
        Path roots = Files.writeString(temporary.resolve("roots.pem"), SERVERS.pem());
        LocalSystem.Started started = LocalSystem.start(
                SystemFolder.at(temporary.resolve("data")),
                LocalOptions.on(PortChoice.AUTO).trusting(OriginRoots.read(roots)),
                "test");
        RunFile.PopAddresses iad = started.runFile().pops().getFirst();
        try (LocalSystem _ = started.system();
                var client = new SignedClient(started.runFile().api());
                var origin = ScriptedOrigin.start(
                        new ManualClock(), SERVERS.issue("localhost").listener(CLIENTS))) {
            origin.on("GET", "*").reply(200, Replies.body("secret"));
            var config = new Config(origin.port(), imported(client, TestCertificate.selfSigned("photos.test"), null));
            refused(client, config.with("https-only", "arn:aws:acm:us-east-1:123456789012:certificate/1"));
            refused(client, config.with("https-only", config.viewerCertificate()));
            TestCertificate first = CLIENTS.issue("edges.test");
            String arn = imported(client, first, null);
            refused(client, config.with("http-only", arn));

            SignedClient.Answer made = client.deployed(config.with("https-only", arn));
            String host = made.element("DomainName");
            assertEquals("200", Http.get(iad.http() + "/a", host).status());
            String name = "{\"CertificateArn\":\"" + arn + "\"}";
            assertTrue(
                    client.acm("DescribeCertificate", name).whole().body().contains(made.element("Id")),
                    "in use by it");
            assertEquals(
                    "ResourceInUseException",
                    client.acm("DeleteCertificate", name).expect(400).member("__type"));
            assertEquals(
                    "ValidationException",
                    importing(client, TestCertificate.selfSigned("edges.test"), arn)
                            .expect(400)
                            .member("__type"));

            // It need not cover the aliases: viewers are shown another.
            imported(client, CLIENTS.issue("others.test"), arn);
            client.awaitDeployed(made.element("Id"));
            assertEquals("200", Http.get(iad.http() + "/b", host).status());
            assertEquals(2, origin.connections(), "the new certificate is shown on a connection of its own");
            imported(client, SERVERS.issue("edges.test"), arn);
            client.awaitDeployed(made.element("Id"));
            assertEquals("503", Http.get(iad.http() + "/c", host).status());
            assertSealed(temporary.resolve("data"), first);
        }
    }

    /** No file of the system has the private key in clear, in the form of the import or of DER. */
    private static void assertSealed(Path folder, TestCertificate certificate) throws IOException {
        byte[] der = certificate.privateKey().getEncoded();
        String raw = new String(der, StandardCharsets.ISO_8859_1);
        String text = Base64.getEncoder().encodeToString(der).substring(0, 60);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(raw) || content.contains(text), file + " has the private key");
            }
        }
    }

    private static void refused(SignedClient client, String config) throws Exception {
        assertEquals(
                "InvalidArgument",
                client.cloudfront("POST", "/distribution", config).expect(400).element("Code"));
    }

    private static String imported(SignedClient client, TestCertificate certificate, @Nullable String again)
            throws Exception {
        return importing(client, certificate, again).expect(200).member("CertificateArn");
    }

    private static SignedClient.Answer importing(
            SignedClient client, TestCertificate certificate, @Nullable String again) throws Exception {
        return client.acm(
                "ImportCertificate",
                "{\"Certificate\":\"" + base64(certificate.pem()) + "\",\"PrivateKey\":\""
                        + base64(certificate.keyPem()) + "\""
                        + (again == null ? "" : ",\"CertificateArn\":\"" + again + "\"") + "}");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** What the distributions have in common. */
    private record Config(int port, String viewerCertificate) {
        String with(String protocol, String arn) {
            return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>mutual</CallerReference>
                <Aliases><Quantity>1</Quantity><Items><CNAME>photos.test</CNAME></Items></Aliases>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>%d</HTTPSPort>
                <OriginProtocolPolicy>%s</OriginProtocolPolicy>
                <OriginMtlsConfig><ClientCertificateArn>%s</ClientCertificateArn></OriginMtlsConfig>
                </CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled>
                <ViewerCertificate><ACMCertificateArn>%s</ACMCertificateArn>
                <SSLSupportMethod>sni-only</SSLSupportMethod><MinimumProtocolVersion>TLSv1.2_2021</MinimumProtocolVersion>
                </ViewerCertificate></DistributionConfig>
                """.formatted(port, protocol, arn, viewerCertificate);
        }
    }
}
