package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.scenario.TlsClient;
import dev.perigee.core.http.Field;
import dev.perigee.testkit.CertificateRecipe;
import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Trust stores from the bundle in S3 to the handshake. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrustStoreTest {
    private static final TestCertificate ROOT =
            CertificateRecipe.of("CN=Members").authority().make();
    private static final TestCertificate OTHER =
            CertificateRecipe.of("CN=Others").authority().make();

    private final LocalSystem.Started started;
    private final SignedClient client;

    TrustStoreTest(@TempDir Path temporary) throws Exception {
        started = LocalSystem.start(SystemFolder.at(temporary), LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
    }

    @BeforeAll
    void aBucket() throws Exception {
        client.s3("PUT", "/bundles", "").expect(200);
    }

    @AfterAll
    void stop() {
        client.close();
        started.system().close();
    }

    private void put(String key, String bundle) throws Exception {
        client.s3("PUT", "/bundles/" + key, bundle).expect(200);
    }

    private static String source(String key) {
        return "<CaCertificatesBundleS3Location><Bucket>bundles</Bucket><Key>" + key
                + "</Key><Region>eu-central-1</Region></CaCertificatesBundleS3Location>";
    }

    private SignedClient.Answer create(String name, String key) throws Exception {
        return client.cloudfront(
                "POST",
                "/trust-store",
                "<CreateTrustStoreRequest xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Name>" + name
                        + "</Name><CaCertificatesBundleSource>" + source(key)
                        + "</CaCertificatesBundleSource></CreateTrustStoreRequest>");
    }

    private SignedClient.Answer update(String id, String etag, String key) throws Exception {
        return client.cloudfront(
                "PUT",
                "/trust-store/" + id,
                "<CaCertificatesBundleSource xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">" + source(key)
                        + "</CaCertificatesBundleSource>",
                new Field("If-Match", etag));
    }

    private static void refused(int status, String code, SignedClient.Answer answer) {
        assertEquals(code, answer.expect(status).element("Code"));
    }

    @Test
    void bundlesAreReadStrictly() throws Exception {
        String one = ROOT.pem();
        put(
                "commented.pem",
                "# the root\n" + one + "# another\r\n" + OTHER.pem().replace("\n", "\r\n") + "\n\n");
        SignedClient.Answer made = create("commented", "commented.pem").expect(201);
        assertEquals("2", made.element("NumberOfCaCertificates"));
        assertEquals("active", made.element("Status"));
        String leaf =
                CertificateRecipe.of("CN=leaf").by(ROOT).forClients().make().pem();
        String weak =
                CertificateRecipe.of("CN=weak").authority().rsa(1024).make().pem();
        String old = CertificateRecipe.of("CN=old").old().make().pem();
        String many = one.repeat(26);
        String[] bundles = {
            "",
            "\n",
            "no certificate",
            one + "\n" + OTHER.pem(),
            "# a - comment\n" + one,
            "a comment\n" + one,
            one.replace("END", "FIN"),
            one.replace("-----END CERTIFICATE-----\n", ""),
            one.replace("MII", "M!I"),
            one.substring(0, 60) + one.substring(80),
            ROOT.keyPem(),
            leaf,
            weak,
            old,
            many,
            " " + one
        };
        for (int i = 0; i < bundles.length; i++) {
            put("wrong", bundles[i]);
            SignedClient.Answer answer = create("wrong", "wrong");
            assertEquals(
                    400, answer.status(), "bundle " + i + ": " + answer.whole().body());
            refused(400, "InvalidArgument", answer);
        }
        put("wrong", one.repeat(1500));
        refused(400, "InvalidArgument", create("wrong", "wrong"));
        refused(404, "EntityNotFound", create("wrong", "nowhere.pem"));
        refused(409, "EntityAlreadyExists", create("commented", "commented.pem"));
        refused(400, "InvalidArgument", create(" ", "commented.pem"));
    }

    @Test
    void whatWasRemovedIsTrustedNoMore() throws Exception {
        put("root.pem", ROOT.pem());
        put("other.pem", OTHER.pem());
        SignedClient.Answer made = create("members", "root.pem").expect(201);
        String id = made.element("Id");
        SignedClient.Answer distribution = client.deployed(config(id, "required"));
        String host = distribution.element("DomainName");
        TestCertificate member =
                CertificateRecipe.of("CN=member").by(ROOT).forClients().make();
        URI iad = URI.create(started.runFile().pops().getFirst().https());
        InetSocketAddress edge = new InetSocketAddress(iad.getHost(), iad.getPort());
        assertEquals(502, status(edge, host, member), "let in, to an origin that is not there");
        assertEquals(0, status(edge, host, null));

        assertTrue(client.cloudfront("POST", "/trust-stores", "")
                .expect(200)
                .whole()
                .body()
                .contains(id));
        assertEquals(
                distribution.element("Id"),
                client.cloudfront("GET", "/distributionsByTrustStore?TrustStoreIdentifier=" + id, "")
                        .expect(200)
                        .element("Id"));
        refused(409, "CannotDeleteEntityWhileInUse", delete(id, made.etag()));
        refused(412, "PreconditionFailed", update(id, "EOTHER", "other.pem"));
        refused(400, "InvalidIfMatchVersion", client.cloudfront("DELETE", "/trust-store/" + id, ""));
        SignedClient.Answer changed = update(id, made.etag(), "other.pem").expect(200);
        assertNotEquals(made.etag(), changed.etag());
        client.awaitDeployed(distribution.element("Id"));
        assertEquals(0, status(edge, host, member));
        assertEquals(
                changed.etag(),
                client.cloudfront("GET", "/trust-store/" + id, "").expect(200).etag());
        refused(404, "EntityNotFound", client.cloudfront("POST", "/distribution", config("ts_none", "optional")));
        refused(404, "EntityNotFound", client.cloudfront("GET", "/trust-store/ts_none", ""));
    }

    private SignedClient.Answer delete(String id, String etag) throws Exception {
        return client.cloudfront("DELETE", "/trust-store/" + id, "", new Field("If-Match", etag));
    }

    /** The status of a request, 0 when the edge ends the connection before there is one. */
    private static int status(InetSocketAddress edge, String host, @Nullable TestCertificate shown) {
        TlsClient viewer = shown == null ? new TlsClient() : TlsClient.showing(shown);
        try (var connection = viewer.connect(edge, host)) {
            return connection.get(host);
        } catch (IOException ended) {
            return 0;
        }
    }

    private static String config(String trustStore, String mode) {
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>%s</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>nowhere.invalid</DomainName>
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>https-only</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled>
                <ViewerMtlsConfig><Mode>%s</Mode><TrustStoreConfig><TrustStoreId>%s</TrustStoreId></TrustStoreConfig>
                </ViewerMtlsConfig></DistributionConfig>
                """.formatted(mode, mode, trustStore);
    }
}
