package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perigee.core.tls.Challenges;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;

/** What edges answer to certificate authorities, and to nobody else. */
class ChallengeTest {
    private static final String ORDERED = "images.pettracker.test";
    private static final String PATH = "/.well-known/acme-challenge/";
    private static final TestCertificate PROOF = TestCertificate.selfSigned(ORDERED);

    private static Challenges challenges(ScenarioEdge edge) {
        return new Challenges(
                List.of(new Challenges.Http("tok_en-1", "tok_en-1.print", List.of(ORDERED, HOST))),
                List.of(PROOF.inPlan("proof", edge.seal(), ORDERED)));
    }

    @Scenario
    void aTokenIsAnsweredForEveryNameOfItsOrder(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.redirectToHttps()));
        edge.challenges(challenges(edge));
        for (String host : List.of(ORDERED, HOST, "Images.PetTracker.test:80")) {
            for (int i = 0; i < 3; i++) {
                expect(edge.viewer(host).get(PATH + "tok_en-1"))
                        .status(200)
                        .body("tok_en-1.print")
                        .header("Content-Type", "application/octet-stream")
                        .header("Cache-Control", "no-store");
            }
        }
        expect(edge.viewer(ORDERED).request("HEAD", PATH + "tok_en-1").send())
                .status(200)
                .header("Content-Length", "14")
                .body("");
        origin.expectRequests(0);
        edge.challenges(null);
        expect(edge.viewer(ORDERED).get(PATH + "tok_en-1")).status(403);
        expect(edge.viewer(HOST).get(PATH + "tok_en-1")).status(301);
    }

    @Scenario
    void anythingElseGoesTheUsualWay(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin));
        origin.on("GET", "*").reply(200, maxAge(60), body("of the origin"));
        edge.challenges(challenges(edge));
        for (String other : List.of(
                "tok_en-2",
                "tok_en-1/",
                "tok_en-1?x",
                "tok_en-1%20",
                "TOK_EN-1",
                "",
                "../acme-challenge/tok_en-1",
                "tok%5Fen-1")) {
            expect(edge.viewer(HOST).get(PATH + other)).status(200).body("of the origin");
        }
        expect(edge.viewer(HOST).get("/tok_en-1")).status(200).body("of the origin");
        expect(edge.viewer("elsewhere.test").get(PATH + "tok_en-1")).status(403);
        expect(edge.viewer(ORDERED).request("POST", PATH + "tok_en-1").send()).status(403);
    }

    @Scenario
    void aHandshakeForTheProtocolShowsTheProof(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.serve(distribution(origin));
        edge.challenges(challenges(edge));
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (var authority = new TlsClient().offering("acme-tls/1").connect(edge.https(), ORDERED, version)) {
                assertEquals(PROOF.certificate(), authority.certificate());
                assertEquals("acme-tls/1", authority.protocol());
                assertThrows(IOException.class, () -> authority.get(ORDERED), "nothing is spoken");
            }
        }
        assertNotEquals(PROOF.certificate(), shown(new TlsClient().offering("http/1.1"), edge, ORDERED));
        assertNotEquals(PROOF.certificate(), shown(new TlsClient().offering("acme-tls/1", "h2"), edge, ORDERED));
        assertNotEquals(PROOF.certificate(), shown(new TlsClient(), edge, ORDERED));
        assertNotEquals(PROOF.certificate(), shown(new TlsClient().offering("acme-tls/1"), edge, "elsewhere.test"));
        edge.challenges(null);
        assertNotEquals(PROOF.certificate(), shown(new TlsClient().offering("acme-tls/1"), edge, ORDERED));
    }

    private static X509Certificate shown(TlsClient client, ScenarioEdge edge, String name) throws IOException {
        try (var connection = client.connect(edge.https(), name)) {
            assertNotEquals("acme-tls/1", connection.protocol());
            return connection.certificate();
        }
    }
}
