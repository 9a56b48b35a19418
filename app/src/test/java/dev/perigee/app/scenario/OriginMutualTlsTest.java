package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.tls.Seal;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import org.jspecify.annotations.Nullable;

class OriginMutualTlsTest {
    private static final String ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1";
    private static final TestCertificate SERVERS = TestCertificate.authority("Servers");
    private static final TestCertificate CLIENTS = TestCertificate.authority("Clients");

    private static ScriptedOrigin start(ManualClock clock, @Nullable TestCertificate clients) {
        return ScriptedOrigin.start(clock, SERVERS.issue("localhost").listener(clients));
    }

    /** Lets the plans list this certificate from the next one on. */
    private static void list(ScenarioEdge edge, TestCertificate certificate) {
        edge.certificates(certificate.inPlan(ARN, edge.seal()));
    }

    private static DistributionBuilder showing(ScriptedOrigin secure, OriginAccess access) {
        return distribution(secure)
                .byDefault(b -> b.allMethods()
                        .origin(o -> o.https("localhost", secure.port()).access(access)));
    }

    @Scenario
    void anOriginThatWantsACertificateGetsIt(ScenarioEdge edge, ManualClock clock) {
        edge.trustForOrigins(SERVERS.certificate());
        try (var secure = start(clock, CLIENTS)) {
            secure.on("GET", "*").reply(200, maxAge(60), body("secret"));
            edge.serve(showing(secure, new OriginAccess.Anonymous()));
            expect(edge.viewer().get("/a")).status(502);
            list(edge, CLIENTS.issue("edge"));
            edge.serve(showing(secure, new OriginAccess.Certificate(ARN)));
            expect(edge.viewer().get("/c")).status(200).body("secret");
            secure.expectRequests(1);
        }
    }

    @Scenario
    void aCertificateOfAnotherAuthorityIs503(ScenarioEdge edge, ManualClock clock) {
        edge.trustForOrigins(SERVERS.certificate());
        try (var secure = start(clock, CLIENTS)) {
            list(edge, SERVERS.issue("edge"));
            edge.serve(showing(secure, new OriginAccess.Certificate(ARN)));
            expect(edge.viewer().get("/a")).status(503).error();
            secure.expectRequests(0);
        }
    }

    @Scenario
    void aNewCertificateIsShownOnNewConnections(ScenarioEdge edge, ManualClock clock) {
        edge.trustForOrigins(SERVERS.certificate());
        try (var secure = start(clock, CLIENTS)) {
            secure.on("GET", "*").reply(200, maxAge(60), body("secret"));
            list(edge, CLIENTS.issue("first"));
            edge.serve(showing(secure, new OriginAccess.Certificate(ARN)));
            expect(edge.viewer().get("/a"), edge.viewer().get("/a")).status(200);
            list(edge, CLIENTS.issue("second"));
            edge.serve(showing(secure, new OriginAccess.Certificate(ARN)));
            expect(edge.viewer().get("/b")).status(200);
            assertEquals(2, secure.connections(), "the connection of the first certificate is not used again");
            edge.serve(showing(secure, new OriginAccess.Anonymous()));
            expect(edge.viewer().get("/c")).status(502);
        }
    }

    @Scenario
    void aKeyThatDoesNotOpenIs502(ScenarioEdge edge, ManualClock clock) {
        edge.trustForOrigins(SERVERS.certificate());
        try (var secure = start(clock, CLIENTS)) {
            edge.certificates(CLIENTS.issue("edge").inPlan(ARN, Seal.ephemeral()));
            edge.serve(showing(secure, new OriginAccess.Certificate(ARN)));
            expect(edge.viewer().get("/a")).status(502);
            secure.expectRequests(0);
        }
    }

    @Scenario
    void aRestartShowsTheSame(ScenarioEdge edge, ManualClock clock) {
        edge.trustForOrigins(SERVERS.certificate());
        try (var secure = start(clock, CLIENTS)) {
            secure.on("GET", "*").reply(200, body("secret"));
            list(edge, CLIENTS.issue("edge"));
            edge.serve(showing(secure, new OriginAccess.Certificate(ARN)));
            edge.restart();
            expect(edge.viewer().get("/a")).status(200).body("secret");
        }
    }

    @Scenario
    void whoAsksForNoneIsShownNone(ScenarioEdge edge, ManualClock clock) {
        edge.trustForOrigins(SERVERS.certificate());
        try (var secure = start(clock, null)) {
            secure.on("GET", "/a").reply(200, maxAge(60), body("open"));
            list(edge, CLIENTS.issue("edge"));
            edge.serve(showing(secure, new OriginAccess.Certificate(ARN)));
            expect(edge.viewer().get("/a")).status(200).body("open");
        }
    }

    @Scenario
    void anUntrustedOriginStays502(ScenarioEdge edge, ManualClock clock) {
        try (var secure = start(clock, CLIENTS)) {
            list(edge, CLIENTS.issue("edge"));
            edge.serve(showing(secure, new OriginAccess.Certificate(ARN)));
            expect(edge.viewer().get("/a")).status(502);
            secure.expectRequests(0);
        }
    }
}
