package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.app.cli.CommandTree;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys from the command line to every service behind the API, and what the audit log tells of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTest {
    private static final String IMPORT = "{\"Certificate\":\"YQ==\",\"PrivateKey\":\"c2VjcmV0\"}";

    private final Path data;
    private final LocalSystem.Started started;
    private final SignedClient root;
    private final List<SignedClient> clients = new ArrayList<>();
    private final String mine;
    private final String other;

    AccessTest(@TempDir Path temporary) throws Exception {
        data = temporary.resolve("data");
        started = LocalSystem.start(SystemFolder.at(data), LocalOptions.on(PortChoice.AUTO), "test");
        root = client(new SigV4.Credentials("test", "test"));
        mine = root.cloudfront("POST", "/distribution", config("mine"))
                .expect(201)
                .element("Id");
        other = root.cloudfront("POST", "/distribution", config("other"))
                .expect(201)
                .element("Id");
        root.s3("PUT", "/photos", "").expect(200);
        root.s3("PUT", "/photos/cat.jpg", "cat").expect(200);
    }

    @AfterAll
    void stop() {
        clients.forEach(SignedClient::close);
        started.system().close();
    }

    private SignedClient client(SigV4.Credentials key) {
        var client = new SignedClient(started.runFile().api(), key);
        clients.add(client);
        return client;
    }

    private static String config(String reference) {
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>%s</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>false</Enabled></DistributionConfig>
                """.formatted(reference);
    }

    private String run(int exit, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> line = new ArrayList<>(List.of(words));
        line.add("--data=" + data);
        assertEquals(
                exit,
                CommandTree.run(new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new)),
                err.toString());
        return out + err.toString();
    }

    private SigV4.Credentials added(String... flags) throws IOException {
        List<String> line = new ArrayList<>(List.of("keys", "add", "--json"));
        line.addAll(List.of(flags));
        JsonNode key = new ObjectMapper().readTree(run(0, line.toArray(String[]::new)));
        return new SigV4.Credentials(
                key.path("AccessKeyId").textValue(), key.path("SecretAccessKey").textValue());
    }

    /** The newest line about this key. */
    private JsonNode audited(String keyId) throws IOException {
        JsonNode found = null;
        for (String line : Files.readAllLines(data.resolve("audit.log"))) {
            JsonNode event = new ObjectMapper().readTree(line);
            if (keyId.equals(event.path("accessKeyId").textValue())) found = event;
        }
        if (found == null) throw new AssertionError("nothing is told of " + keyId);
        return found;
    }

    private void told(String keyId, String service, String operation, String resource, String outcome, String code)
            throws IOException {
        JsonNode event = audited(keyId);
        assertEquals(service, event.path("service").textValue());
        assertEquals(operation, event.path("operation").textValue());
        assertEquals(resource, event.path("resource").textValue());
        assertEquals(outcome, event.path("outcome").textValue());
        assertEquals(code, event.path("code").asText("-").replace("null", "-"));
        assertEquals("127.0.0.1", event.path("source").textValue());
        assertFalse(event.path("requestId").textValue().isEmpty());
    }

    private static void refused(String code, SignedClient.Answer answer) {
        String body = answer.expect(403).whole().body();
        assertTrue(body.contains("<Code>" + code + "</Code>") || body.contains("\"" + code + "\""), body);
    }

    @Test
    void whoReadsOnlyIsRefusedEveryChangeBeforeAnythingIsLookedUp() throws Exception {
        SigV4.Credentials key = added("--role", "read-only");
        String id = key.accessKeyId();
        SignedClient reader = client(key);
        reader.cloudfront("GET", "/distribution/" + mine, "").expect(200);
        reader.cloudfront("GET", "/distribution/E0000000000000", "").expect(404);
        reader.acm("ListCertificates", "{}").expect(200);
        reader.s3("GET", "/photos/cat.jpg", "").expect(200);
        assertTrue(reader.sts().expect(200).element("Arn").endsWith(":user/" + id));

        // Neither the missing If-Match nor that there is none shows.
        refused("AccessDenied", reader.cloudfront("DELETE", "/distribution/E0000000000000", ""));
        told(
                id,
                "cloudfront",
                "DeleteDistribution",
                "/2020-05-31/distribution/E0000000000000",
                "refused",
                "AccessDenied");
        refused("AccessDenied", reader.cloudfront("POST", "/distribution", "not even XML"));
        refused("AccessDenied", reader.acm("ImportCertificate", IMPORT));
        told(id, "acm", "ImportCertificate", "/", "refused", "AccessDenied");
        refused("AccessDenied", reader.s3("PUT", "/photos/dog.jpg", "dog"));
        told(id, "s3", "PutObject", "/photos/dog.jpg", "refused", "AccessDenied");
        refused(
                "AccessDenied",
                reader.s3("PUT", "/photos/copy", "", new Field("x-amz-copy-source", "/photos/cat.jpg")));
        told(id, "s3", "CopyObject", "/photos/copy", "refused", "AccessDenied");
        root.s3("GET", "/photos/dog.jpg", "").expect(404);
    }

    @Test
    void whoDeploysChangesResourcesButNoPrivateKeys() throws Exception {
        SigV4.Credentials key = added("--role", "deploy");
        SignedClient deployer = client(key);
        SignedClient.Answer made =
                deployer.cloudfront("POST", "/distribution", config("deployed")).expect(201);
        String path = "/2020-05-31/distribution/" + made.element("Id");
        told(key.accessKeyId(), "cloudfront", "CreateDistribution", path, "done", "-");
        deployer.cloudfront("DELETE", "/distribution/" + made.element("Id"), "").expect(400);
        told(key.accessKeyId(), "cloudfront", "DeleteDistribution", path, "failed", "InvalidIfMatchVersion");
        deployer.s3("PUT", "/photos/new.jpg", "new").expect(200);
        told(key.accessKeyId(), "s3", "PutObject", "/photos/new.jpg", "done", "-");
        String arn = deployer.acm(
                        "RequestCertificate", "{\"DomainName\":\"a.test\",\"KeyAlgorithm\":\"EC_prime256v1\"}")
                .expect(200)
                .member("CertificateArn");
        told(key.accessKeyId(), "acm", "RequestCertificate", arn, "done", "-");
        refused("AccessDenied", deployer.acm("ImportCertificate", IMPORT));
        refused("AccessDenied", deployer.acm("DeleteCertificate", "{\"CertificateArn\":\"" + arn + "\"}"));
        told(key.accessKeyId(), "acm", "DeleteCertificate", arn, "refused", "AccessDenied");
    }

    @Test
    void aKeyForOneDistributionTouchesNoOther() throws Exception {
        SigV4.Credentials key = added("--role", "deploy", "--distribution", mine);
        SignedClient limited = client(key);
        SignedClient.Answer got = limited.cloudfront("GET", "/distribution/" + mine + "/config", "")
                .expect(200);
        String body = got.whole().body().replaceFirst("(?s)^<\\?xml[^>]*>\\s*", "");
        limited.cloudfront("PUT", "/distribution/" + mine + "/config", body, new Field("If-Match", got.etag()))
                .expect(200);
        refused("AccessDenied", limited.cloudfront("GET", "/distribution/" + other + "/config", ""));
        told(
                key.accessKeyId(),
                "cloudfront",
                "GetDistributionConfig",
                "/2020-05-31/distribution/" + other + "/config",
                "refused",
                "AccessDenied");
        refused(
                "AccessDenied",
                limited.cloudfront("PUT", "/distribution/" + other + "/config", body, new Field("If-Match", "x")));
        refused("AccessDenied", limited.cloudfront("GET", "/distribution", ""));
        refused("AccessDenied", limited.cloudfront("GET", "/cache-policy", ""));
        refused("AccessDenied", limited.s3("GET", "/photos/cat.jpg", ""));
        refused("AccessDenied", limited.acm("ListCertificates", "{}"));
        String arn = "arn:aws:cloudfront::123456789012:distribution/";
        limited.cloudfront("GET", "/tagging?Resource=" + arn.replace(":", "%3A") + mine, "")
                .expect(200);
        refused("AccessDenied", limited.cloudfront("GET", "/tagging?Resource=" + arn.replace(":", "%3A") + other, ""));
        limited.sts().expect(200);
        assertTrue(run(1, "keys", "add", "--role", "deploy", "--distribution", "E0000000000000")
                .contains("no distribution"));
    }

    @Test
    void aRevokedKeyIsRefusedByTheNextRequestOfTheSameConnection() throws Exception {
        SigV4.Credentials key = added("--role", "admin");
        SignedClient admin = client(key);
        admin.cloudfront("GET", "/distribution", "").expect(200);
        admin.s3("PUT", "/photos/last.jpg", "x").expect(200);
        assertTrue(run(0, "keys", "list", "--json").contains(key.accessKeyId()));
        run(0, "keys", "revoke", key.accessKeyId());
        refused("InvalidClientTokenId", admin.cloudfront("GET", "/distribution", ""));
        told(
                key.accessKeyId(),
                "cloudfront",
                "ListDistributions",
                "/2020-05-31/distribution",
                "refused",
                "InvalidClientTokenId");
        refused("InvalidClientTokenId", admin.acm("ListCertificates", "{}"));
        refused("InvalidClientTokenId", admin.sts());
        refused("InvalidAccessKeyId", admin.s3("GET", "/photos/cat.jpg", ""));
        told(key.accessKeyId(), "s3", "GetObject", "/photos/cat.jpg", "refused", "InvalidAccessKeyId");
        assertTrue(run(1, "keys", "revoke", key.accessKeyId()).contains("no key"));
        assertTrue(run(1, "keys", "revoke", "test").contains("--no-test-key"));
        String listed = run(0, "keys", "list");
        assertTrue(listed.contains("revoked") && !listed.contains(key.secret()), listed);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"cloudfront, SignatureDoesNotMatch", "acm, SignatureDoesNotMatch", "s3, SignatureDoesNotMatch"})
    void aWrongSecretIsToldFromAnUnknownKey(String service, String code) throws Exception {
        String id = added("--role", "read-only").accessKeyId();
        SignedClient wrong = client(new SigV4.Credentials(id, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        SignedClient mixedUp = client(new SigV4.Credentials("wJalrXUtnFEMIxK7MDENGxbPxRfiCYEXAMPLEKEY", id));
        refused(code, ask(wrong, service));
        assertEquals(code, audited(id).path("code").textValue());
        assertEquals(service, audited(id).path("service").textValue());
        ask(mixedUp, service).expect(403);
        // Whoever mixes up the two has sent a secret.
        assertFalse(Files.readString(data.resolve("audit.log")).contains("wJalrXUtnFEMI"));
    }

    private static SignedClient.Answer ask(SignedClient client, String service) throws Exception {
        return switch (service) {
            case "s3" -> client.s3("GET", "/photos/cat.jpg", "");
            case "acm" -> client.acm("ListCertificates", "{}");
            default -> client.cloudfront("GET", "/distribution", "");
        };
    }

    @Test
    void secretsRestSealed() throws Exception {
        SigV4.Credentials key = added("--role", "admin");
        client(key).s3("GET", "/photos/cat.jpg", "").expect(200);
        try (var files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(text.contains(key.secret()), file.toString());
            }
        }
    }
}
