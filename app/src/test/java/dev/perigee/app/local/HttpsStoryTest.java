package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.scenario.TlsClient;
import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a certificate that is given to the API to the handshake at every edge. */
class HttpsStoryTest {
    private static final String NAME = "images.pettracker.test";

    private final SystemFolder folder;
    private HttpServer origin;
    private LocalSystem.Started started;
    private SignedClient client;
    private int references;

    HttpsStoryTest(@TempDir Path temporary) {
        folder = SystemFolder.at(temporary.resolve("data"));
    }

    @BeforeEach
    void start() throws Exception {
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        origin.start();
        open();
    }

    private void open() throws Exception {
        started = LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
    }

    private void shut() {
        client.close();
        started.system().close();
    }

    @AfterEach
    void stop() {
        shut();
        origin.stop(0);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private SignedClient.Answer importing(@Nullable String arn, TestCertificate certificate, String keyPem)
            throws Exception {
        String again = arn == null ? "" : "\"CertificateArn\":\"" + arn + "\",";
        return client.acm(
                "ImportCertificate",
                "{" + again + "\"Certificate\":\"" + base64(certificate.pem()) + "\",\"PrivateKey\":\"" + base64(keyPem)
                        + "\"}");
    }

    private String imported(TestCertificate certificate) throws Exception {
        return importing(null, certificate, certificate.keyPem()).expect(200).member("CertificateArn");
    }

    private String config(String viewerCertificate, String... aliases) {
        StringBuilder items = new StringBuilder();
        for (String alias : aliases) items.append("<CNAME>").append(alias).append("</CNAME>");
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>https-%d</CallerReference>
                <Aliases><Quantity>%d</Quantity><Items>%s</Items></Aliases>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>%d</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled>
                <ViewerCertificate>%s</ViewerCertificate></DistributionConfig>
                """.formatted(
                        references++, aliases.length, items, origin.getAddress().getPort(), viewerCertificate);
    }

    private static String byAcm(String arn) {
        return "<ACMCertificateArn>" + arn + "</ACMCertificateArn><SSLSupportMethod>sni-only</SSLSupportMethod>"
                + "<MinimumProtocolVersion>TLSv1.2_2021</MinimumProtocolVersion>";
    }

    private String distribution(String arn, String... aliases) throws Exception {
        String id = client.cloudfront("POST", "/distribution", config(byAcm(arn), aliases))
                .expect(201)
                .element("Id");
        awaitDeployed(id);
        return id;
    }

    private void awaitDeployed(String id) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String path = "/distribution/" + id;
        while (!client.cloudfront("GET", path, "").expect(200).element("Status").equals("Deployed")) {
            assertTrue(System.nanoTime() < deadline, id + " is not deployed within 30 s");
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void assertServed(X509Certificate expected, String name, int status) throws IOException {
        for (RunFile.PopAddresses pop : started.runFile().pops()) {
            URI https = URI.create(pop.https());
            var edge = new InetSocketAddress(https.getHost(), https.getPort());
            try (var viewer = new TlsClient().connect(edge, name)) {
                assertEquals(expected, viewer.certificate(), pop.pop());
                assertEquals(status, viewer.get(name), pop.pop());
            }
        }
    }

    private void assertNextPageAfterADeletion() throws Exception {
        String newest = client.acm("RequestCertificate", "{\"DomainName\":\"newest.test\"}")
                .expect(200)
                .member("CertificateArn");
        SignedClient.Answer page =
                client.acm("ListCertificates", "{\"MaxItems\":1}").expect(200);
        assertEquals(newest, page.member("CertificateArn"));
        client.acm("DeleteCertificate", "{\"CertificateArn\":\"" + newest + "\"}")
                .expect(200);
        assertListed(2, "{\"NextToken\":\"" + page.member("NextToken") + "\"}");
        client.acm("ListCertificates", "{\"NextToken\":\"" + newest + "\"}").expect(400);
    }

    private void assertListed(int expected, String request) throws Exception {
        String body =
                client.acm("ListCertificates", request).expect(200).whole().body();
        assertEquals(expected, body.split("\"CertificateArn\"", -1).length - 1, request + body);
    }

    @Test
    void anImportedCertificateIsPresentedAtEveryEdge() throws Exception {
        TestCertificate first = TestCertificate.rsa(NAME);
        String arn = imported(first);
        assertTrue(arn.startsWith("arn:aws:acm:us-east-1:123456789012:certificate/"), arn);
        String id = distribution(arn, NAME);
        assertServed(first.certificate(), NAME, 200);

        SignedClient.Answer described = client.acm("DescribeCertificate", "{\"CertificateArn\":\"" + arn + "\"}");
        assertEquals("ISSUED", described.expect(200).member("Status"));
        assertEquals("IMPORTED", described.member("Type"));
        assertTrue(described.whole().body().contains("distribution/" + id), "in use by it");
        SignedClient.Answer shown = client.cloudfront("GET", "/distribution/" + id, "");
        assertEquals(arn, shown.element("Certificate"));
        assertEquals("acm", shown.element("CertificateSource"));

        TestCertificate second = TestCertificate.selfSigned(NAME);
        assertEquals(arn, importing(arn, second, second.keyPem()).expect(200).member("CertificateArn"));
        awaitDeployed(id);
        assertServed(second.certificate(), NAME, 200);
        assertEquals(
                "ResourceInUseException",
                client.acm("DeleteCertificate", "{\"CertificateArn\":\"" + arn + "\"}")
                        .expect(400)
                        .member("__type"));

        shut();
        assertNoKeyAtRest(first, second);
        open();
        awaitDeployed(id);
        assertServed(second.certificate(), NAME, 200);
    }

    private void assertNoKeyAtRest(TestCertificate... certificates) throws IOException {
        try (Stream<Path> files = Files.walk(folder.root())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (TestCertificate certificate : certificates) {
                    byte[] key = certificate.privateKey().getEncoded();
                    String encoded = Base64.getEncoder().encodeToString(key);
                    // The end holds the secret part, or some of it; the beginning is the same for all keys of a kind.
                    String end = encoded.substring(encoded.length() - 40, encoded.length() - 4);
                    assertFalse(content.contains(end), file.toString());
                    String octets = new String(key, StandardCharsets.ISO_8859_1);
                    assertFalse(content.contains(octets.substring(octets.length() - 30)), file.toString());
                }
            }
        }
    }

    @Test
    void aRequestedCertificateIsIssuedAtOnce() throws Exception {
        String request = "{\"DomainName\":\"" + NAME + "\",\"ValidationMethod\":\"DNS\",\"IdempotencyToken\":\"a1\","
                + "\"SubjectAlternativeNames\":[\"*.pettracker.test\"],\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}";
        String arn = client.acm("RequestCertificate", request).expect(200).member("CertificateArn");
        assertEquals(arn, client.acm("RequestCertificate", request).expect(200).member("CertificateArn"));
        assertNotEquals(
                arn,
                client.acm("RequestCertificate", request.replace("a1", "a2"))
                        .expect(200)
                        .member("CertificateArn"));
        String name = "{\"CertificateArn\":\"" + arn + "\"}";
        SignedClient.Answer described = client.acm("DescribeCertificate", name).expect(200);
        assertEquals("ISSUED", described.member("Status"));
        assertEquals("SUCCESS", described.member("ValidationStatus"));
        assertEquals("RSA-2048", described.member("KeyAlgorithm"));
        assertTrue(client.acm("GetCertificate", name)
                .expect(200)
                .member("CertificateChain")
                .contains("BEGIN"));
        assertTrue(
                client.acm("ListTagsForCertificate", name).whole().body().contains("{\"Key\":\"k\",\"Value\":\"v\"}"));
        SignedClient.Answer page =
                client.acm("ListCertificates", "{\"MaxItems\":1}").expect(200);
        String next = page.member("NextToken");
        String rest = client.acm("ListCertificates", "{\"NextToken\":\"" + next + "\"}")
                .expect(200)
                .whole()
                .body();
        assertEquals(1, rest.split("\"CertificateArn\"", -1).length - 1, rest);
        assertListed(2, "{\"Includes\":{\"keyUsage\":[\"DIGITAL_SIGNATURE\",\"CUSTOM\"]}}");
        assertListed(0, "{\"Includes\":{\"keyUsage\":[\"CRL_SIGNING\"]}}");
        assertListed(2, "{\"Includes\":{\"extendedKeyUsage\":[\"TLS_WEB_SERVER_AUTHENTICATION\"]}}");
        assertListed(0, "{\"Includes\":{\"extendedKeyUsage\":[\"TLS_WEB_CLIENT_AUTHENTICATION\"]}}");
        assertListed(0, "{\"Includes\":{\"exportOption\":\"ENABLED\"}}");
        assertListed(
                2,
                "{\"CertificateStatuses\":[\"FAILED\",\"ISSUED\"],\"SortBy\":\"CREATED_AT\",\"SortOrder\":\"ASCENDING\"}");
        for (String unknown : List.of(
                "{\"CertificateStatuses\":[\"issued\"]}",
                "{\"CertificateStatuses\":\"ISSUED\"}",
                "{\"Includes\":{\"keyTypes\":[\"RSA-2048\"]}}",
                "{\"Includes\":{\"keyUsage\":[\"SIGNING\"]}}",
                "{\"Includes\":[]}",
                "{\"SortOrder\":\"UP\"}",
                "{\"SortBy\":\"CREATED_AT\"}")) {
            client.acm("ListCertificates", unknown).expect(400);
        }
        assertNextPageAfterADeletion();

        distribution(arn, NAME);
        URI https = URI.create(started.runFile().pops().getFirst().https());
        try (var viewer =
                new TlsClient().connect(new InetSocketAddress(https.getHost(), https.getPort()), NAME, "TLSv1.2")) {
            assertEquals(200, viewer.get(NAME));
            var peers = viewer.session().getPeerCertificates();
            peers[0].verify(peers[1].getPublicKey());
        }
    }

    @Test
    void whatCannotBeUsedIsNotImported() throws Exception {
        TestCertificate good = TestCertificate.selfSigned(NAME);
        TestCertificate other = TestCertificate.selfSigned(NAME);
        assertRefused("does not belong", importing(null, good, other.keyPem()));
        assertRefused("kind", importing(null, good, TestCertificate.rsa(NAME).keyPem()));
        assertRefused("not PEM", importing(null, good, "no key"));
        assertRefused("damaged", importing(null, good, good.keyPem().substring(0, 80)));
        assertRefused(
                "encrypted",
                importing(
                        null,
                        good,
                        good.keyPem()
                                .replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE")
                                .replace("END PRIVATE", "END ENCRYPTED PRIVATE")));
        TestCertificate authority = TestCertificate.authority("authority");
        TestCertificate leaf = authority.issue(NAME);
        String fields = "{\"Certificate\":\"" + base64(leaf.pem()) + "\",\"PrivateKey\":\"" + base64(leaf.keyPem())
                + "\",\"CertificateChain\":\"";
        assertRefused("not in order", client.acm("ImportCertificate", fields + base64(good.pem()) + "\"}"));
        client.acm("ImportCertificate", fields + base64(authority.pem()) + "\"}")
                .expect(200);
        assertEquals(
                "ResourceNotFoundException",
                importing("arn:aws:acm:us-east-1:123456789012:certificate/none", good, good.keyPem())
                        .expect(400)
                        .member("__type"));
        assertEquals(
                "InvalidArnException",
                client.acm("DescribeCertificate", "{\"CertificateArn\":\"x\"}")
                        .expect(400)
                        .member("__type"));
    }

    private static void assertRefused(String why, SignedClient.Answer answer) {
        assertEquals("ValidationException", answer.expect(400).member("__type"));
        assertTrue(answer.member("message").contains(why), answer.whole().body());
    }

    @Test
    void aliasesNeedACertificateAndHaveOneOwner() throws Exception {
        String arn = imported(TestCertificate.selfSigned(NAME, "*.pettracker.test"));
        for (String bad : List.of(
                byAcm(arn.replace("us-east-1", "eu-west-1")),
                byAcm(arn + "0"),
                "<IAMCertificateId>ASCA</IAMCertificateId><SSLSupportMethod>sni-only</SSLSupportMethod>",
                "<CloudFrontDefaultCertificate>true</CloudFrontDefaultCertificate>")) {
            assertError("InvalidViewerCertificate", 400, config(bad, NAME));
        }
        assertError("InvalidViewerCertificate", 400, config(byAcm(arn), "a.b.pettracker.test"));
        assertError("InvalidViewerCertificate", 400, config(byAcm(arn), "pettracker.test"));
        assertError("InvalidProtocolSettings", 400, config(byAcm(arn).replace("TLSv1.2_2021", "SSLv3"), NAME));
        assertError("InvalidMinimumProtocolVersion", 400, config(byAcm(arn).replace("sni-only", "vip"), NAME));
        assertError("InvalidArgument", 400, config(byAcm(arn), "*x.pettracker.test"));

        String one = distribution(arn, NAME);
        assertError("CNAMEAlreadyExists", 409, config(byAcm(arn), NAME.toUpperCase(Locale.ROOT)));
        String two = distribution(arn, "*.pettracker.test");

        String conflicts = client.cloudfront("GET", "/conflicting-alias?Alias=" + NAME + "&DistributionId=" + one, "")
                .expect(200)
                .whole()
                .body();
        assertTrue(conflicts.contains("<Alias>*.pettracker.test</Alias>"), conflicts);
        assertFalse(conflicts.contains(two), "ids are shown in part");

        client.cloudfront("PUT", "/distribution/" + two + "/associate-alias?Alias=" + NAME, "")
                .expect(200);
        awaitDeployed(two);
        assertTrue(client.cloudfront("GET", "/distribution/" + two, "")
                .whole()
                .body()
                .contains("<CNAME>" + NAME + "</CNAME>"));
        assertFalse(client.cloudfront("GET", "/distribution/" + one, "")
                .whole()
                .body()
                .contains("<CNAME>"));
        assertEquals(
                "NoSuchDistribution",
                client.cloudfront("PUT", "/distribution/ENONE/associate-alias?Alias=" + NAME, "")
                        .expect(404)
                        .element("Code"));
    }

    private void assertError(String code, int status, String config) throws Exception {
        SignedClient.Answer answer = client.cloudfront("POST", "/distribution", config);
        assertEquals(code, answer.expect(status).element("Code"), answer.whole().body());
    }
}
