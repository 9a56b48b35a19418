package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.scenario.TlsClient;
import dev.perigee.app.tls.OriginRoots;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.RsaKeys;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Field-level encryption from the API's XML to what the origin gets, and the folder that must not have it. */
class FieldEncryptionStoryTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String CARD = "4111111111111111";

    private static String xml(String root, String inside) {
        return "<" + root + " xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">" + inside + "</" + root + ">";
    }

    private static String publicKey(KeyPair keys) {
        return xml(
                "PublicKeyConfig",
                "<CallerReference>k</CallerReference><Name>card-key</Name><EncodedKey>-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n</EncodedKey>");
    }

    private static String profile(String key) {
        return xml(
                "FieldLevelEncryptionProfileConfig",
                "<Name>cards</Name><CallerReference>p</CallerReference><EncryptionEntities><Quantity>1</Quantity><Items>"
                        + "<EncryptionEntity><PublicKeyId>" + key + "</PublicKeyId><ProviderId>PetTracker</ProviderId>"
                        + "<FieldPatterns><Quantity>1</Quantity><Items><FieldPattern>card*</FieldPattern></Items>"
                        + "</FieldPatterns></EncryptionEntity></Items></EncryptionEntities>");
    }

    private static String config(String profile) {
        return xml(
                "FieldLevelEncryptionConfig",
                "<CallerReference>c</CallerReference><ContentTypeProfileConfig><ForwardWhenContentTypeIsUnknown>false"
                        + "</ForwardWhenContentTypeIsUnknown><ContentTypeProfiles><Quantity>1</Quantity><Items>"
                        + "<ContentTypeProfile><Format>URLEncoded</Format><ProfileId>" + profile + "</ProfileId>"
                        + "<ContentType>" + FORM + "</ContentType></ContentTypeProfile></Items></ContentTypeProfiles>"
                        + "</ContentTypeProfileConfig>");
    }

    private static String distribution(int port, String encryption) {
        StringBuilder methods = new StringBuilder();
        for (String method : new String[] {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}) {
            methods.append("<Method>").append(method).append("</Method>");
        }
        return xml("DistributionConfig", """
                <CallerReference>d</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>%d</HTTPSPort>
                <OriginProtocolPolicy>https-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>https-only</ViewerProtocolPolicy>
                <AllowedMethods><Quantity>7</Quantity><Items>%s</Items></AllowedMethods>
                <FieldLevelEncryptionId>%s</FieldLevelEncryptionId>
                <CachePolicyId>4135ea2d-6df8-44a3-9df3-4b5a84be39ad</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled>
                """.formatted(port, methods, encryption));
    }

    @Test
    void theOriginGetsWhatOnlyTheOwnerOfTheKeyCanOpen(@TempDir Path temporary) throws Exception {
        KeyPair keys = RsaKeys.next();
        TestCertificate authority = TestCertificate.authority("Origins");
        Path roots = Files.writeString(temporary.resolve("roots.pem"), authority.pem());
        Path data = temporary.resolve("data");
        LocalSystem.Started started = LocalSystem.start(
                SystemFolder.at(data), LocalOptions.on(PortChoice.AUTO).trusting(OriginRoots.read(roots)), "test");
        try (LocalSystem _ = started.system();
                var client = new SignedClient(started.runFile().api());
                var origin = ScriptedOrigin.start(
                        new ManualClock(), authority.issue("localhost").listener(null))) {
            origin.on("POST", "/pay").reply(200, Replies.body("thanks"));
            String key = client.cloudfront("POST", "/public-key", publicKey(keys))
                    .expect(201)
                    .element("Id");
            String profile = client.cloudfront("POST", "/field-level-encryption-profile", profile(key))
                    .expect(201)
                    .element("Id");
            String config = client.cloudfront("POST", "/field-level-encryption", config(profile))
                    .expect(201)
                    .element("Id");
            String host = client.deployed(distribution(origin.port(), config)).element("DomainName");
            URI edge = URI.create(started.runFile().pops().getFirst().https());
            assertEquals(200, post(edge, host, "name=Rex&card=" + CARD));
            assertEquals(400, post(edge, host, "card=" + CARD + "%"));
            String[] fields = origin.lastRequest().body().text().split("&", -1);
            assertEquals("name=Rex", fields[0]);
            assertEquals(CARD, opened(keys, fields[1].substring("card=".length())));
            assertEquals(1, origin.requests().size());
        }
        assertNowhere(data);
    }

    private static int post(URI edge, String host, String form) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), edge.getPort());
        try (var connection = new TlsClient().connect(address, host)) {
            return connection.exchange("POST /pay HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + FORM
                    + "\r\nContent-Length: " + form.length() + "\r\n\r\n" + form);
        }
    }

    private static String opened(KeyPair keys, String field) {
        var key = JceMasterKey.getInstance(
                keys.getPublic(), keys.getPrivate(), "PetTracker", "card-key", "RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        byte[] message = Base64.getDecoder().decode(URLDecoder.decode(field, StandardCharsets.US_ASCII));
        return new String(AwsCrypto.standard().decryptData(key, message).getResult(), StandardCharsets.UTF_8);
    }

    private static void assertNowhere(Path data) throws IOException {
        try (var files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(text.contains(CARD), file.toString());
            }
        }
    }
}
