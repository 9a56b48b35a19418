package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import dev.perigee.core.encrypt.EncryptedForm;
import dev.perigee.core.encrypt.EncryptionProfile;
import dev.perigee.core.encrypt.FieldEncryption;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.RsaKeys;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import dev.perigee.testkit.ViewerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Field-level encryption: what origins get, and that AWS's own SDK opens it. */
class FieldEncryptionTest {
    private static final String FORM = FieldEncryption.FORM;
    private static final KeyPair KEYS = RsaKeys.next();
    private static final EncryptionProfile PROFILE = new EncryptionProfile(
            "card-key",
            "PetTracker",
            Base64.getEncoder().encodeToString(KEYS.getPublic().getEncoded()),
            List.of("card*"));

    private static FieldEncryption config(boolean forwardUnknown) {
        return new FieldEncryption(
                forwardUnknown,
                List.of(new FieldEncryption.ByType(FORM, PROFILE)),
                new FieldEncryption.ByQuery(forwardUnknown, List.of()));
    }

    private static void serve(ScenarioEdge edge, ScriptedOrigin origin, boolean forwardUnknown) {
        edge.serve(distribution(origin)
                .offers(OfferedVersions.HTTP_2_AND_3)
                .byDefault(b -> b.encrypt(config(forwardUnknown)).forwardAll()));
        origin.on("POST", "/*").reply(200, body("stored"));
        origin.on("PUT", "/*").reply(200, body("stored"));
        origin.on("PATCH", "/*").reply(200, body("stored"));
    }

    /** As the page in docs says: the SDK as it comes, with the provider's and the key's names. */
    static byte[] opened(byte[] message) {
        var key = JceMasterKey.getInstance(
                KEYS.getPublic(),
                KEYS.getPrivate(),
                PROFILE.providerId(),
                PROFILE.keyName(),
                "RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        CryptoResult<byte[], JceMasterKey> result = AwsCrypto.standard().decryptData(key, message);
        assertEquals(List.of("card-key"), result.getMasterKeyIds());
        return result.getResult();
    }

    private static String opened(String field) {
        String base64 = URLDecoder.decode(field, StandardCharsets.US_ASCII);
        return new String(opened(Base64.getDecoder().decode(base64)), StandardCharsets.UTF_8);
    }

    @Test
    void awsOpensMessagesOfEverySize() throws GeneralSecurityException {
        Random random = new Random(5);
        for (int size : new int[] {0, 1, 15, 16, 17, 4_095, 4_096, 4_097, 16_383, 16_384}) {
            byte[] plain = new byte[size];
            random.nextBytes(plain);
            StringBuilder form = new StringBuilder("card=");
            for (byte octet : plain) form.append(String.format("%%%02x", octet));
            var outcome = (EncryptedForm.Outcome.Encrypted)
                    EncryptedForm.of(form.toString().getBytes(StandardCharsets.US_ASCII), PROFILE, new SecureRandom());
            String value = new String(outcome.content(), StandardCharsets.US_ASCII).substring("card=".length());
            byte[] message = Base64.getDecoder().decode(URLDecoder.decode(value, StandardCharsets.US_ASCII));
            assertArrayEquals(plain, opened(message), "size " + size);
        }
    }

    @ParameterizedTest(name = "{0}, {1}, chunked {2}, Expect {3}")
    @CsvSource({
        "HTTP/1.1, POST, false, false",
        "HTTP/1.1, PUT, true, false",
        "HTTP/1.1, POST, false, true",
        "HTTP/2, POST, false, false",
        "HTTP/3, PUT, false, false"
    })
    @ExtendWith(ScenarioExtension.class)
    void theOriginGetsCiphertextThatAwsOpens(
            String version, String method, boolean chunked, boolean waits, ScenarioEdge edge, ScriptedOrigin origin) {
        serve(edge, origin, false);
        ScriptedViewer viewer = switch (version) {
            case "HTTP/2" -> edge.http2Viewer(HOST);
            case "HTTP/3" -> edge.http3Viewer(HOST);
            default -> edge.tlsViewer();
        };
        String form = "name=Rex&card=4111+1111%201111&cardholder=J%C3%B6rg&note=a%26b";
        ViewerRequest request = viewer.request(method, "/pay?x=1")
                .field("Content-Type", FORM)
                .field("Content-MD5", "aMd5OfTheForm")
                .field("X-Kept", "yes");
        if (waits) request.expectContinue();
        Content content = Content.text(form);
        expect((chunked ? request.chunked(content) : request.body(content)).send())
                .status(200)
                .body("stored");
        RecordedRequest got = origin.lastRequest();
        String[] fields = got.body().text().split("&", -1);
        assertEquals(4, fields.length);
        assertEquals("name=Rex", fields[0]);
        assertEquals("note=a%26b", fields[3]);
        assertEquals("4111 1111 1111", opened(fields[1].substring("card=".length())));
        assertEquals("Jörg", opened(fields[2].substring("cardholder=".length())));
        assertEquals(Long.toString(got.body().size()), got.header("Content-Length"));
        assertNull(got.header("Content-MD5"));
        assertEquals("yes", got.header("X-Kept"));
        List<String> log = edge.logLines(1);
        assertEquals("Processed 2", status(log.getLast()));
        assertFalse(String.join("\n", log).contains("4111"));
    }

    /** Fields 25 and 26. */
    private static String status(String line) {
        String[] parts = line.split("\t", -1);
        return parts[24] + " " + parts[25];
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({
        "application/x-www-form-urlencoded, card=%zz, MalformedInputClientError",
        "application/x-www-form-urlencoded, a=1;card=4111, MalformedInputClientError",
        "application/x-www-form-urlencoded, a&b&c&d&e&f&g&h&i&j&card=4111, FieldNumberLimitClientError",
        "text/plain, card=4111, RejectedByContentType",
        "form, card=4111, MalformedContentTypeClientError"
    })
    @ExtendWith(ScenarioExtension.class)
    void whatIsRefusedNeverReachesTheOrigin(
            String type, String form, String why, ScenarioEdge edge, ScriptedOrigin origin) {
        serve(edge, origin, false);
        ScriptedViewer viewer = edge.tlsViewer();
        expect(viewer.request("POST", "/pay")
                        .field("Content-Type", type)
                        .body(form)
                        .send())
                .status(400);
        expect(edge.tlsViewer()
                        .request("POST", "/pay")
                        .field("Content-Type", type)
                        .chunked(Content.text(form))
                        .send())
                .status(400);
        assertEquals(0, origin.requests().size());
        for (String line : edge.logLines(2)) assertEquals(why + " -", status(line));
    }

    @Scenario
    void limitsHoldForAnnouncedAndForUnknownLengths(ScenarioEdge edge, ScriptedOrigin origin) {
        serve(edge, origin, false);
        Content longField = Content.text("card=" + "4".repeat(16_385));
        Content tooLong = Content.text("a=" + "4".repeat((1 << 20) - 1));
        Content longest = Content.text("a=" + "4".repeat((1 << 20) - 2));
        expect(post(edge).body(longField).send()).status(400);
        expect(post(edge).body(tooLong).send()).status(400);
        expect(post(edge).chunked(tooLong).send()).status(400);
        assertEquals(0, origin.requests().size());
        expect(post(edge).body(longest).send()).status(200);
        assertEquals(1 << 20, origin.lastRequest().body().size());
        assertEquals(
                List.of(
                        "FieldLengthLimitClientError -",
                        "Processed 0",
                        "RequestLengthLimitClientError -",
                        "RequestLengthLimitClientError -"),
                edge.logLines(4).stream()
                        .map(FieldEncryptionTest::status)
                        .sorted()
                        .toList());
    }

    private static ViewerRequest post(ScenarioEdge edge) {
        return edge.tlsViewer().request("POST", "/pay").field("Content-Type", FORM);
    }

    @Scenario
    void aViewerThatBreaksOffLeavesNothingAtTheOrigin(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serve(edge, origin, false);
        try (var socket = edge.tlsSocket()) {
            String head = "POST /pay HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Type: " + FORM
                    + "\r\nContent-Length: 100\r\n\r\ncard=4111";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        }
        edge.logLines(1);
        assertEquals(0, origin.requests().size());
    }

    /** Many who announce a long form and send next to nothing of it must not keep the others out. */
    @Scenario
    void slowFormsTakeNoRoomFromOthers(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serve(edge, origin, false);
        String head = "POST /pay HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Type: " + FORM
                + "\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n";
        List<TunnelPeer> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 80; i++) {
                TunnelPeer peer = new TunnelPeer(edge.tlsSocket());
                slow.add(peer);
                peer.send(head);
            }
            // Each is taken now: its content is asked for.
            for (TunnelPeer peer : slow) {
                String answer = peer.head();
                assertTrue(answer.startsWith("HTTP/1.1 100 "), answer);
            }
            expect(post(edge).body("card=4111").send()).status(200);
        } finally {
            for (TunnelPeer peer : slow) peer.close();
        }
        edge.logLines(81);
        assertEquals(1, origin.requests().size());
    }

    @Scenario
    void whatIsToPassPassesAsItIs(ScenarioEdge edge, ScriptedOrigin origin) {
        serve(edge, origin, true);
        ScriptedViewer viewer = edge.tlsViewer();
        expect(viewer.request("POST", "/a")
                        .field("Content-Type", "application/json")
                        .body("{\"card\":1}")
                        .send())
                .status(200);
        assertEquals("{\"card\":1}", origin.lastRequest().body().text());
        expect(viewer.request("POST", "/b?fle-profile=unknown")
                        .field("Content-Type", FORM)
                        .body("card=1")
                        .send())
                .status(200);
        assertEquals("card=1", origin.lastRequest().body().text());
        expect(viewer.request("PATCH", "/c")
                        .field("Content-Type", FORM)
                        .body("card=1")
                        .send())
                .status(200);
        List<String> log = edge.logLines(3);
        assertEquals("ForwardedByContentType -", status(log.get(log.size() - 3)));
        assertEquals("ForwardedByQueryArgs -", status(log.get(log.size() - 2)));
        assertEquals("- -", status(log.getLast()));
        assertTrue(origin.requests("/c").getFirst().body().text().equals("card=1"));
    }
}
