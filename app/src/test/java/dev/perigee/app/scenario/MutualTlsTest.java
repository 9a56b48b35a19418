package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.MutualTls.Mode;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.testkit.CertificateRecipe;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Viewers that show certificates, and those that do not, at a distribution that asks for them. */
class MutualTlsTest {
    private static final String NAME = "members.pettracker.test";
    private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");
    private static final TestCertificate OWN = TestCertificate.selfSigned("*.pettracker.test");
    private static final TestCertificate ROOT =
            CertificateRecipe.of("CN=Members").authority().make();
    private static final TestCertificate OTHER =
            CertificateRecipe.of("CN=Others").authority().make();
    private static final TestCertificate MEMBER =
            CertificateRecipe.of("O=PetTracker,CN=member").by(ROOT).forClients().make();
    private static final TestCertificate STRANGER = CertificateRecipe.of("O=PetTracker,CN=member")
            .by(OTHER)
            .forClients()
            .make();

    private static MutualTls mode(Mode mode) {
        return new MutualTls(mode, mode == Mode.PASSTHROUGH ? null : "ts_1", false, false);
    }

    private static DistributionBuilder members(ScriptedOrigin origin, MutualTls mutual) {
        return distribution(origin)
                .named("EMEMBERS", "d222222abcdef8.cloudfront.net")
                .alias(NAME)
                .tls("arn:own", SecurityPolicy.TLS_V1_2_2021)
                .mutual(mutual)
                .byDefault(b -> b.httpsOnly());
    }

    private static DistributionBuilder open(ScriptedOrigin origin) {
        return distribution(origin).alias("open.pettracker.test").tls("arn:own", SecurityPolicy.TLS_V1_2_2021);
    }

    private static void serve(ScenarioEdge edge, ScriptedOrigin origin, MutualTls mutual, TestCertificate... trusted) {
        origin.on("GET", "*").reply(200, maxAge(0), body("x"));
        edge.certificates(OWN.inPlan("arn:own", edge.seal(), "*.pettracker.test"));
        edge.trustStores(TestCertificate.trustStore("ts_1", trusted));
        edge.serve(members(origin, mutual), open(origin));
    }

    /** The status of a request on a connection of its own, 0 when the edge ended it in the handshake. */
    private static int status(ScenarioEdge edge, String protocol, @Nullable TestCertificate shown) {
        TlsClient viewer = shown == null ? new TlsClient() : TlsClient.showing(shown);
        try (var connection = viewer.connect(edge.https(), NAME, protocol)) {
            return connection.get(NAME);
        } catch (IOException refused) {
            return 0;
        }
    }

    @Scenario
    void requiredMeansThatNobodyElseIsTalkedTo(ScenarioEdge edge, ScriptedOrigin origin) {
        serve(edge, origin, mode(Mode.REQUIRED), ROOT);
        for (String protocol : PROTOCOLS) {
            assertEquals(200, status(edge, protocol, MEMBER), protocol);
            assertEquals(0, status(edge, protocol, null), protocol);
            assertEquals(0, status(edge, protocol, STRANGER), protocol);
        }
        origin.expectRequests(2);
    }

    @Scenario
    void optionalMeansNoneOrAValidOne(ScenarioEdge edge, ScriptedOrigin origin) {
        serve(edge, origin, mode(Mode.OPTIONAL), ROOT);
        for (String protocol : PROTOCOLS) {
            assertEquals(200, status(edge, protocol, MEMBER), protocol);
            assertEquals(200, status(edge, protocol, null), protocol);
            assertEquals(0, status(edge, protocol, STRANGER), protocol);
        }
    }

    @Scenario
    void aTrustStoreHoldsFromTheNextHandshakeOn(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serve(edge, origin, mode(Mode.REQUIRED), ROOT);
        for (String protocol : PROTOCOLS) {
            serve(edge, origin, mode(Mode.REQUIRED), ROOT);
            TlsClient viewer = TlsClient.showing(MEMBER);
            try (var before = viewer.connect(edge.https(), NAME, protocol)) {
                assertEquals(200, before.get(NAME));
                serve(edge, origin, mode(Mode.REQUIRED), OTHER);
                assertEquals(200, before.get(NAME), "a connection that was made before");
                // The same viewer: it would resume its session if it had got one.
                assertThrows(IOException.class, () -> {
                    try (var after = viewer.connect(edge.https(), NAME, protocol)) {
                        after.get(NAME);
                    }
                });
            }
        }
    }

    @Scenario
    void noSessionResumes(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serve(edge, origin, mode(Mode.REQUIRED), ROOT);
        for (String protocol : PROTOCOLS) {
            TlsClient viewer = TlsClient.showing(MEMBER);
            for (int i = 0; i < 3; i++) {
                try (var connection = viewer.connect(edge.https(), NAME, protocol)) {
                    assertEquals(200, connection.get(NAME));
                }
            }
            assertEquals(3, viewer.certificatesShown(), protocol);
        }
    }

    @Scenario
    void onlyAHandshakeThatWasMadeForItReachesTheDistribution(ScenarioEdge edge, ScriptedOrigin origin)
            throws Exception {
        serve(edge, origin, mode(Mode.REQUIRED), ROOT);
        try (var elsewhere = new TlsClient().connect(edge.https(), "open.pettracker.test");
                var unnamed = new TlsClient().connect(edge.https(), null);
                var member = TlsClient.showing(MEMBER).connect(edge.https(), NAME)) {
            assertEquals(200, elsewhere.get("open.pettracker.test"));
            assertEquals(421, elsewhere.get(NAME), "the certificate covers it, and still");
            assertEquals(421, elsewhere.get("d222222abcdef8.cloudfront.net"));
            assertEquals(421, unnamed.get("d222222abcdef8.cloudfront.net"));
            assertEquals(200, member.get("d222222abcdef8.cloudfront.net"), "the same distribution");
            assertEquals(200, member.get("open.pettracker.test"));
        }
        edge.answerUnknownHostsWith("EMEMBERS");
        try (var unknown = new TlsClient().connect(edge.https(), "elsewhere.test")) {
            assertEquals(421, unknown.get("elsewhere.test"), "nobody's name, which the distribution answers for");
        }
        expect(edge.viewer(NAME).get("/")).status(403);
    }

    @Scenario
    void whatIsAskedForLaterIsNotWhatWasShown(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serve(edge, origin, mode(Mode.OPTIONAL), ROOT);
        edge.serve(distribution(origin).alias(NAME).tls("arn:own", SecurityPolicy.TLS_V1_2_2021));
        try (var plain = new TlsClient().connect(edge.https(), NAME)) {
            assertEquals(200, plain.get(NAME));
            edge.serve(distribution(origin)
                    .alias(NAME)
                    .tls("arn:own", SecurityPolicy.TLS_V1_2_2021)
                    .mutual(mode(Mode.OPTIONAL))
                    .byDefault(b -> b.httpsOnly()));
            assertEquals(421, plain.get(NAME), "made before mutual TLS was asked for");
            try (var none = new TlsClient().connect(edge.https(), NAME)) {
                assertEquals(200, none.get(NAME));
                edge.serve(distribution(origin)
                        .alias(NAME)
                        .tls("arn:own", SecurityPolicy.TLS_V1_2_2021)
                        .mutual(mode(Mode.REQUIRED))
                        .byDefault(b -> b.httpsOnly()));
                assertEquals(421, none.get(NAME), "made when a certificate was optional");
            }
        }
        expect(edge.viewer(NAME).get("/")).status(403);
    }

    @Scenario
    void overHttp2AsWell(ScenarioEdge edge, ScriptedOrigin origin) {
        serve(edge, origin, mode(Mode.REQUIRED), ROOT);
        String host = "d222222abcdef8.cloudfront.net";
        var member = edge.http2Viewer(host, MEMBER);
        expect(member.get("/a")).status(200);
        expect(edge.http2Viewer(HOST).request("GET", "/b").field("Host", host).send())
                .status(421);
        assertThrows(
                AssertionError.class,
                () -> edge.http2Viewer(host, STRANGER).get("/c").response());
    }

    @Scenario
    void namesOfAuthoritiesAreToldOnRequest(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        for (boolean told : List.of(false, true)) {
            serve(edge, origin, new MutualTls(Mode.REQUIRED, "ts_1", told, false), ROOT, OTHER);
            for (String protocol : PROTOCOLS) {
                TlsClient viewer = TlsClient.showing(MEMBER);
                try (var connection = viewer.connect(edge.https(), NAME, protocol)) {
                    assertEquals(200, connection.get(NAME));
                }
                List<String> names =
                        viewer.authorities().stream().map(Principal::getName).toList();
                assertEquals(told ? List.of("CN=Members", "CN=Others") : List.of(), names, protocol);
            }
        }
    }

    @Scenario
    void expiryIsByTheEdgesClockAndMayBeIgnored(ScenarioEdge edge, ScriptedOrigin origin, ManualClock clock) {
        Instant now = clock.instant();
        TestCertificate brief = CertificateRecipe.of("CN=brief")
                .by(ROOT)
                .valid(
                        now.minusSeconds(60).truncatedTo(ChronoUnit.SECONDS).toString(),
                        now.plusSeconds(60).toString())
                .make();
        serve(edge, origin, mode(Mode.REQUIRED), ROOT);
        assertEquals(200, status(edge, "TLSv1.3", brief));
        clock.advance(Duration.ofMinutes(2));
        for (String protocol : PROTOCOLS) assertEquals(0, status(edge, protocol, brief), protocol);
        serve(edge, origin, new MutualTls(Mode.REQUIRED, "ts_1", false, true), ROOT);
        for (String protocol : PROTOCOLS) {
            assertEquals(200, status(edge, protocol, brief), protocol);
            assertEquals(0, status(edge, protocol, STRANGER), protocol);
        }
    }

    @Scenario
    void theOriginIsToldWhatAPolicyLists(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serve(edge, origin, mode(Mode.OPTIONAL), ROOT);
        List<String> names = Stream.of("serial-number", "issuer", "subject", "present", "sha256", "validity", "pem")
                .map(name -> "cloudfront-viewer-cert-" + name)
                .toList();
        edge.serve(members(origin, mode(Mode.OPTIONAL))
                .byDefault(b -> b.cachingDisabled()
                        .forward(new Forwarding(Forwarding.Headers.LIST, names, Selection.NONE, Selection.NONE))));
        try (var member = TlsClient.showing(MEMBER).connect(edge.https(), NAME);
                var nobody = new TlsClient().connect(edge.https(), NAME)) {
            String[] forged = {"CloudFront-Viewer-Cert-Subject: CN=admin", "cloudfront-viewer-cert-present: 1"};
            assertEquals(200, member.get(NAME, forged));
            assertEquals(200, nobody.get(NAME, forged));
        }
        Fields told = origin.requests().getFirst().fields();
        assertEquals("CN=member,O=PetTracker", told.joined("CloudFront-Viewer-Cert-Subject"));
        assertEquals("CN=Members", told.joined("CloudFront-Viewer-Cert-Issuer"));
        assertEquals("1", told.joined("CloudFront-Viewer-Cert-Present"));
        assertEquals(
                "NotBefore=2000-01-01T00:00:00Z;NotAfter=2099-01-01T00:00:00Z",
                told.joined("CloudFront-Viewer-Cert-Validity"));
        assertEquals(
                64, String.valueOf(told.joined("CloudFront-Viewer-Cert-Sha256")).length());
        assertEquals(
                MEMBER.pem().strip(),
                URLDecoder.decode(String.valueOf(told.joined("CloudFront-Viewer-Cert-Pem")), StandardCharsets.US_ASCII)
                        .strip());
        Fields untold = origin.requests().get(1).fields();
        assertEquals("0", untold.joined("CloudFront-Viewer-Cert-Present"));
        assertNull(untold.joined("CloudFront-Viewer-Cert-Subject"));
    }

    /** The same octets from two viewers: who somebody is must not be taken from what was made of them last time. */
    @Scenario
    void aKeyMayTakeInWhoSomebodyIs(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serve(edge, origin, mode(Mode.REQUIRED), ROOT);
        origin.on("GET", "/").reply(200, maxAge(60), body("x"));
        edge.serve(members(origin, mode(Mode.REQUIRED)).byDefault(b -> b.keyHeaders("cloudfront-viewer-cert-sha256")));
        TestCertificate another =
                CertificateRecipe.of("CN=another").by(ROOT).forClients().make();
        try (var one = TlsClient.showing(MEMBER).connect(edge.https(), NAME);
                var two = TlsClient.showing(another).connect(edge.https(), NAME)) {
            for (int i = 0; i < 4; i++) {
                assertEquals(200, one.get(NAME));
                assertEquals(200, two.get(NAME));
            }
        }
        origin.expectRequests(2);
    }

    @Scenario
    void passthroughLeavesTheVerdictToTheOrigin(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        serve(edge, origin, mode(Mode.OPTIONAL), ROOT);
        edge.serve(members(origin, mode(Mode.PASSTHROUGH))
                .byDefault(b -> b.cachingDisabled()
                        .forward(new Forwarding(
                                Forwarding.Headers.LIST,
                                List.of("client-cert", "client-cert-chain"),
                                Selection.NONE,
                                Selection.NONE))));
        String[] forged = {"Client-Cert: :AAAA:", "client-cert-chain: :AAAA:"};
        try (var stranger = TlsClient.showing(STRANGER, OTHER).connect(edge.https(), NAME);
                var nobody = new TlsClient().connect(edge.https(), NAME)) {
            assertEquals(200, stranger.get(NAME, forged));
            assertEquals(200, nobody.get(NAME, forged));
        }
        Fields told = origin.requests().getFirst().fields();
        assertEquals(sequence(STRANGER), told.joined("Client-Cert"));
        assertEquals(sequence(OTHER), told.joined("Client-Cert-Chain"));
        Fields untold = origin.requests().get(1).fields();
        assertNull(untold.joined("Client-Cert"));
        assertNull(untold.joined("Client-Cert-Chain"));
        assertThrows(
                IOException.class,
                () -> TlsClient.showing(MEMBER, ROOT, ROOT, ROOT, ROOT)
                        .connect(edge.https(), NAME, "TLSv1.2")
                        .close());
    }

    private static String sequence(TestCertificate certificate) throws Exception {
        return ":"
                + Base64.getEncoder().encodeToString(certificate.certificate().getEncoded()) + ":";
    }
}
