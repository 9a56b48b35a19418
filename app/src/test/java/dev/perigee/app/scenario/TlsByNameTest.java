package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which certificate and which policy a viewer meets, by the name it asks for; and what then may be asked for. */
class TlsByNameTest {
    private static final TestCertificate IMAGES = TestCertificate.selfSigned("images.pettracker.test");
    private static final TestCertificate WILD = TestCertificate.rsa("*.pettracker.test");
    private static final TestCertificate DEEP = TestCertificate.selfSigned("*.eu.pettracker.test");
    private static final SecurityPolicy USUAL = SecurityPolicy.TLS_V1_2_2021;

    private static ServerCertificate images(ScenarioEdge edge) {
        return IMAGES.inPlan("arn:images", edge.seal(), "images.pettracker.test");
    }

    private static ServerCertificate wild(ScenarioEdge edge) {
        return WILD.inPlan("arn:wild", edge.seal(), "*.pettracker.test");
    }

    private static DistributionBuilder wildDistribution(ScriptedOrigin origin) {
        return distribution(origin)
                .named("EWILD", "d222222abcdef8.cloudfront.net")
                .alias("*.pettracker.test")
                .tls("arn:wild", USUAL);
    }

    private static void serveAll(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "*").reply(200, maxAge(60), body("x"));
        edge.certificates(images(edge), wild(edge), DEEP.inPlan("arn:deep", edge.seal(), "*.eu.pettracker.test"));
        edge.serve(
                distribution(origin).alias("images.pettracker.test").tls("arn:images", USUAL),
                wildDistribution(origin),
                distribution(origin)
                        .named("EDEEP", "d333333abcdef8.cloudfront.net")
                        .alias("*.eu.pettracker.test")
                        .tls("arn:deep", USUAL));
    }

    @Scenario
    void theMostSpecificNameChoosesTheCertificate(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serveAll(edge, origin);
        try (var exact = connect(edge, "images.pettracker.test");
                var wild = connect(edge, "www.pettracker.test");
                var deep = connect(edge, "www.eu.pettracker.test");
                var deepest = connect(edge, "a.b.pettracker.test");
                var mixedCase = connect(edge, "Images.PetTracker.test")) {
            assertEquals(IMAGES.certificate(), exact.certificate());
            assertEquals(WILD.certificate(), wild.certificate());
            assertEquals(DEEP.certificate(), deep.certificate());
            assertEquals(WILD.certificate(), deepest.certificate(), "an alias with a wildcard has any depth");
            assertEquals(IMAGES.certificate(), mixedCase.certificate());
            assertEquals(200, exact.get("images.pettracker.test"));
            assertEquals(200, wild.get("www.pettracker.test"));
            assertEquals(200, deep.get("www.eu.pettracker.test"));
            assertEquals(200, deepest.get("a.b.pettracker.test"));
        }
    }

    @Scenario
    void otherNamesMeetTheDefaultCertificate(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serveAll(edge, origin);
        try (var own = connect(edge, HOST);
                var unknown = connect(edge, "elsewhere.test");
                var apex = connect(edge, "pettracker.test");
                var none = connect(edge, null)) {
            assertEquals(List.of("*.cloudfront.net", "localhost"), names(own));
            for (var each : List.of(unknown, apex, none)) assertEquals(own.certificate(), each.certificate());
            assertEquals(200, own.get(HOST));
            assertEquals(200, none.get(HOST), "the default certificate covers it");
            assertEquals(421, none.get("images.pettracker.test"));
            assertEquals(403, unknown.get("elsewhere.test"));
        }
    }

    /** Such a name is not to be sent (RFC 6066 section 3), but programs pass on what was typed. */
    @Scenario
    void aNameThatEndsWithADotIsTheSameName(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serveAll(edge, origin);
        // Java's own TLS refuses to send one.
        String answer = serverHello(edge, "images.pettracker.test.", 0x0303);
        byte[] shown = IMAGES.certificate().getEncoded();
        assertTrue(answer.contains(new String(shown, StandardCharsets.ISO_8859_1)));
    }

    @Scenario
    void viewersBelowTls12AreNotOfferedHttp2(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.certificates(wild(edge));
        edge.serve(wildDistribution(origin).tls("arn:wild", SecurityPolicy.TLS_V1));
        String http1 = "\0\020\0\013\0\011\010http/1.1";
        String http2 = "\0\020\0\005\0\003\002h2";
        assertTrue(serverHello(edge, "www.pettracker.test", 0x0302).contains(http1));
        assertTrue(serverHello(edge, HOST, 0x0301).contains(http1));
        assertTrue(serverHello(edge, "www.pettracker.test", 0x0303).contains(http2));
    }

    /** What the edge says to a viewer of this version that knows both protocols of HTTP, up to the end of its flight. */
    private static String serverHello(ScenarioEdge edge, String name, int version) throws IOException {
        byte[] hello = hello(name, version);
        try (Socket socket = new Socket()) {
            socket.connect(edge.https(), 20_000);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(hello);
            StringBuilder answer = new StringBuilder();
            // ServerHelloDone: a message of no length.
            while (answer.indexOf("\016\0\0\0") < 0) {
                int octet = socket.getInputStream().read();
                if (octet < 0) throw new IOException("ended after " + answer.length() + " octets");
                answer.append((char) octet);
            }
            return answer.toString();
        }
    }

    private static byte[] hello(String name, int version) {
        ByteBuffer extensions = ByteBuffer.allocate(512);
        byte[] host = name.getBytes(StandardCharsets.US_ASCII);
        extensions.putShort((short) 0).putShort((short) (host.length + 5)).putShort((short) (host.length + 3));
        extensions.put((byte) 0).putShort((short) host.length).put(host);
        // Groups: P-256, uncompressed; ALPN: h2, http/1.1; signatures: ECDSA and RSA with SHA-256.
        extensions.put(new byte[] {0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 6, 0, 4, 4, 3, 4, 1});
        extensions.put(new byte[] {0, 16, 0, 14, 0, 12, 2}).put("h2\bhttp/1.1".getBytes(StandardCharsets.US_ASCII));
        // Suites for ECDSA and RSA keys: AES128-GCM, and AES128-SHA for what is older.
        byte[] suites = {(byte) 0xc0, 0x2b, (byte) 0xc0, 0x2f, (byte) 0xc0, 0x09, (byte) 0xc0, 0x13};
        int length = 2 + 32 + 1 + 2 + suites.length + 2 + 2 + extensions.position();
        ByteBuffer record = ByteBuffer.allocate(9 + length);
        record.put((byte) 22).putShort((short) 0x0301).putShort((short) (4 + length));
        record.putInt(1 << 24 | length).putShort((short) version).put(new byte[33]);
        record.putShort((short) suites.length).put(suites).put((byte) 1).put((byte) 0);
        record.putShort((short) extensions.position()).put(extensions.flip());
        return record.array();
    }

    /** By a viewer that has no session to resume: with one, Java's asks for the name that it was made for. */
    private static TlsClient.Connection connect(ScenarioEdge edge, @Nullable String name, String... protocols)
            throws IOException {
        return new TlsClient().connect(edge.https(), name, protocols);
    }

    private static List<String> names(TlsClient.Connection connection) throws Exception {
        return connection.certificate().getSubjectAlternativeNames().stream()
                .map(name -> name.get(1).toString())
                .toList();
    }

    @Scenario
    void aHostOfAnotherDistributionNeedsACertificateThatCoversIt(ScenarioEdge edge, ScriptedOrigin origin)
            throws Exception {
        serveAll(edge, origin);
        try (var wild = connect(edge, "www.pettracker.test");
                var images = connect(edge, "images.pettracker.test")) {
            assertEquals(200, wild.get("images.pettracker.test"), "covered by the wildcard");
            assertEquals(421, wild.get("www.eu.pettracker.test"), "one label only");
            assertEquals(200, wild.get("d222222abcdef8.cloudfront.net"), "the same distribution");
            assertEquals(421, wild.get(HOST));
            assertEquals(200, wild.get("www.pettracker.test"), "the connection goes on");
            assertEquals(421, images.get("www.pettracker.test"));
            assertEquals(200, images.get("IMAGES.pettracker.test:443"));
        }
        List<String[]> refused = edge.logLines(7).stream()
                .map(line -> line.split("\t", -1))
                .filter(fields -> fields[8].equals("421"))
                .toList();
        assertEquals(3, refused.size());
        for (String[] fields : refused) {
            assertEquals("Error", fields[13]);
            assertEquals("InvalidRequestCertificate", fields[28]);
        }
    }

    @Scenario
    void aDistributionIsNotReachedByALessSafeConnection(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        origin.on("GET", "*").reply(200, maxAge(60), body("x"));
        edge.certificates(images(edge), wild(edge));
        edge.serve(
                distribution(origin).alias("images.pettracker.test").tls("arn:images", SecurityPolicy.TLS_V1_3_2025),
                wildDistribution(origin));
        try (var older = connect(edge, "www.pettracker.test", "TLSv1.2");
                var newer = connect(edge, "www.pettracker.test", "TLSv1.3")) {
            assertEquals(421, older.get("images.pettracker.test"));
            assertEquals(200, older.get("www.pettracker.test"));
            assertEquals(200, newer.get("images.pettracker.test"));
        }
        assertThrows(
                IOException.class,
                () -> connect(edge, "images.pettracker.test", "TLSv1.2").close());
        assertThrows(IOException.class, () -> connect(edge, HOST, "TLSv1.2").close());
    }

    @Scenario
    void aPolicyHasItsSuitesAndNoOthers(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        origin.on("GET", "*").reply(200, maxAge(60), body("x"));
        edge.certificates(wild(edge));
        for (SecurityPolicy policy : List.of(
                SecurityPolicy.TLS_V1_2_2018,
                SecurityPolicy.TLS_V1_2_2019,
                SecurityPolicy.TLS_V1_2_2021,
                SecurityPolicy.TLS_V1_2_2025)) {
            edge.serve(wildDistribution(origin).tls("arn:wild", policy));
            boolean newest = policy == SecurityPolicy.TLS_V1_2_2025;
            boolean oldest = policy == SecurityPolicy.TLS_V1_2_2018;
            assertOffers(edge, policy, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", true);
            assertOffers(edge, policy, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", true);
            assertOffers(edge, policy, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", !newest);
            assertOffers(edge, policy, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", false);
            // JDKs refuse suites without forward secrecy nowadays, so only their absence can be seen here.
            if (!oldest) assertOffers(edge, policy, "TLS_RSA_WITH_AES_128_GCM_SHA256", false);
        }
    }

    private static void assertOffers(ScenarioEdge edge, SecurityPolicy policy, String suite, boolean expected) {
        boolean offered;
        try (var connection = new TlsClient().connect(edge.https(), "www.pettracker.test", List.of(suite), "TLSv1.2")) {
            offered = connection.session().getCipherSuite().equals(suite);
        } catch (IOException | IllegalArgumentException refused) {
            offered = false;
        }
        assertEquals(expected, offered, policy + " " + suite);
    }

    @Scenario
    void aNewCertificateIsPresentedFromTheNextHandshakeOn(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serveAll(edge, origin);
        TestCertificate renewed = TestCertificate.selfSigned("images.pettracker.test");
        try (var before = connect(edge, "images.pettracker.test")) {
            edge.certificates(renewed.inPlan("arn:images", edge.seal(), "images.pettracker.test"));
            edge.serve(distribution(origin).alias("images.pettracker.test").tls("arn:images", USUAL));
            assertEquals(200, before.get("images.pettracker.test"));
            try (var after = connect(edge, "images.pettracker.test")) {
                assertEquals(renewed.certificate(), after.certificate());
                assertEquals(200, after.get("images.pettracker.test"));
            }
        }
    }

    @Scenario
    void aKeyThatDoesNotOpenFailsItsOwnNamesOnly(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        origin.on("GET", "*").reply(200, maxAge(60), body("x"));
        ServerCertificate good = images(edge);
        // Sealed under another name: it must not open here.
        edge.certificates(
                new ServerCertificate(
                        "arn:images", good.names(), good.chain(), wild(edge).sealedKey()),
                wild(edge));
        edge.serve(
                distribution(origin).alias("images.pettracker.test").tls("arn:images", USUAL),
                wildDistribution(origin));
        assertThrows(
                IOException.class, () -> connect(edge, "images.pettracker.test").close());
        try (var other = connect(edge, "www.pettracker.test")) {
            assertEquals(200, other.get("www.pettracker.test"));
        }
        edge.certificates(good, wild(edge));
        edge.serve(distribution(origin).alias("images.pettracker.test").tls("arn:images", USUAL));
        try (var mended = connect(edge, "images.pettracker.test")) {
            assertEquals(200, mended.get("images.pettracker.test"));
        }
    }

    @Scenario
    void sessionsResume(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serveAll(edge, origin);
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            TlsClient viewer = new TlsClient();
            for (int i = 0; i < 3; i++) {
                try (var connection = viewer.connect(edge.https(), "images.pettracker.test", protocol)) {
                    // With TLS 1.3 the ticket comes with what is read after the handshake.
                    assertEquals(200, connection.get("images.pettracker.test"));
                }
            }
            assertEquals(1, viewer.certificatesShown(), protocol);
        }
    }

    @Scenario
    void aLastResponseIsWholeAndItsEndIsSaid(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serveAll(edge, origin);
        for (int length : List.of(0, 1, 1 << 10, 15 << 10, 17 << 10, 3 << 20)) {
            origin.on("GET", "/" + length).reply(200, maxAge(60), body("x".repeat(length)));
            for (String cached : List.of("Miss", "Hit")) {
                try (var connection = connect(edge, "images.pettracker.test")) {
                    int status = connection.exchange("GET /" + length
                            + " HTTP/1.1\r\nHost: images.pettracker.test\r\nConnection: close\r\n\r\n");
                    assertEquals(200, status, cached + " " + length);
                    assertTrue(connection.ends(), cached + " " + length);
                }
            }
        }
    }

    /** The contexts of 500 certificates are made when they are asked for; the time is printed, for it is the machine's too. */
    @Scenario
    void fiveHundredCertificates(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        origin.on("GET", "*").reply(200, maxAge(60), body("x"));
        List<ServerCertificate> certificates = new ArrayList<>();
        List<DistributionBuilder> distributions = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String id = "arn:" + i;
            certificates.add(IMAGES.inPlan(id, edge.seal(), "w" + i + ".test"));
            distributions.add(distribution(origin)
                    .named("E" + i, "d" + i + ".cloudfront.net")
                    .alias("w" + i + ".test")
                    .tls(id, USUAL));
        }
        edge.certificates(certificates.toArray(ServerCertificate[]::new));
        long begin = System.nanoTime();
        edge.serve(distributions.toArray(DistributionBuilder[]::new));
        try (var last = connect(edge, "w499.test")) {
            assertEquals(200, last.get("w499.test"));
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        begin = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            try (var one = connect(edge, "w" + i * 5 + ".test")) {
                assertNotEquals("", one.session().getProtocol());
            }
        }
        long each = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) / 100;
        System.out.printf(
                "500 certificates: first answer after %d ms, then %d ms for a handshake with a new one%n",
                millis, each);
    }
}
