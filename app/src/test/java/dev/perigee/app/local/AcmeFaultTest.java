package dev.perigee.app.local;

import static dev.perigee.app.local.AcmeSystem.NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.acme.Middleman;
import dev.perigee.app.folder.RunFile;
import dev.perigee.testkit.TestCertificate;
import dev.perigee.wire.PlanDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong between a system and an ACME authority, and how each ends well. */
@Tag("full")
class AcmeFaultTest {
    private static final Duration FIVE_YEARS = Duration.ofDays(5 * 365);

    private final AcmeSystem system;

    AcmeFaultTest(@TempDir Path temporary) throws Exception {
        system = new AcmeSystem(temporary);
    }

    @AfterEach
    void end() throws Exception {
        system.close();
    }

    /** A certificate that is served. */
    private String served(String... names) throws Exception {
        String arn = system.request(NAME, names);
        system.awaitStatus(arn, "ISSUED");
        system.distribution(arn, NAME);
        return arn;
    }

    @Test
    void anAuthorityThatIsDownIsAskedAgain() throws Exception {
        system.start();
        String arn = system.request(NAME);
        AcmeSystem.await(
                () -> system.certificate(arn).path("lastError").asText().contains("connection is refused"),
                () -> system.certificate(arn).toString());
        assertEquals("PENDING_VALIDATION", system.describe(arn).member("Status"));
        assertEquals("PENDING_VALIDATION", system.describe(arn).member("ValidationStatus"));
        assertEquals(
                "RequestInProgressException",
                system.client()
                        .acm("GetCertificate", "{\"CertificateArn\":\"" + arn + "\"}")
                        .expect(400)
                        .member("__type"));
        system.startPebble(Map.of());
        system.awaitStatus(arn, "ISSUED");
        assertEquals("", system.certificate(arn).path("lastError").asText());
    }

    @Test
    void noncesThatAreRefusedAreOvercome() throws Exception {
        system.start();
        system.startPebble(Map.of("PEBBLE_WFE_NONCEREJECT", "90"));
        system.awaitStatus(system.request(NAME, "www.pettracker.test"), "ISSUED");
    }

    @Test
    void aValidationThatFailsEndsTheRequestAfterSomeTries() throws Exception {
        system.start();
        // Nothing listens there. A nonce that is refused would be another try.
        system.pebble.start(9, 9, Map.of("PEBBLE_WFE_NONCEREJECT", "0"));
        String arn = system.request(NAME);
        SignedClient.Answer failed = system.awaitStatus(arn, "FAILED");
        assertEquals("DOMAIN_VALIDATION_DENIED", failed.member("FailureReason"));
        assertTrue(
                system.certificate(arn).path("lastError").asText().startsWith("connection: "), "the reason is shown");
        assertEquals(4, system.pebble.said("POST /order-plz -> calling handler"), "tries");
        assertEquals(
                "ResourceNotFoundException",
                system.client()
                        .acm("GetCertificate", "{\"CertificateArn\":\"" + arn + "\"}")
                        .expect(400)
                        .member("__type"));
        assertNoChallenges();
    }

    @Test
    void wildcardsAreRefusedAtOnce() throws Exception {
        system.start();
        SignedClient.Answer refused = system.client()
                .acm(
                        "RequestCertificate",
                        "{\"DomainName\":\"" + NAME + "\",\"SubjectAlternativeNames\":[\"*.pettracker.test\"]}")
                .expect(400);
        assertEquals("InvalidDomainValidationOptionsException", refused.member("__type"));
        assertTrue(refused.member("message").contains("dns-01"), refused.whole().body());
    }

    /** What the edge has on disk; nothing until it has taken its first plan. */
    private String planOf(RunFile.PopAddresses pop) throws Exception {
        Path plan = system.folder().edge(pop.pop()).resolve("plan");
        return Files.exists(plan) ? Files.readString(plan) : "";
    }

    private void assertNoChallenges() throws Exception {
        for (RunFile.PopAddresses pop : system.run().pops()) {
            AcmeSystem.await(() -> !planOf(pop).contains("\"challenges\""), () -> planOf(pop));
        }
    }

    @Test
    void anOrderOutlivesTheProcess() throws Exception {
        system.start();
        // The authority takes its time: some seconds, chosen at random, until it asks.
        system.startPebble(Map.of("PEBBLE_VA_NOSLEEP", "0", "PEBBLE_VA_SLEEPTIME", "9"));
        String arn = system.request(NAME, "a.pettracker.test", "b.pettracker.test");
        List<RunFile.PopAddresses> pops = system.run().pops();
        for (RunFile.PopAddresses pop : pops)
            AcmeSystem.await(() -> planOf(pop).contains("\"challenges\""), () -> system.pebble.log());
        var challenges = PlanDocument.decode(
                        Files.readAllBytes(system.folder().edge("SYD").resolve("plan")))
                .challenges();
        assertTrue(challenges != null && challenges.http().size() == 3, "one for each name");
        for (RunFile.PopAddresses pop : pops) {
            String token = challenges.http().getFirst().token();
            Http.Answer answer = Http.get(pop.http() + "/.well-known/acme-challenge/" + token, NAME);
            assertEquals("200", answer.status(), pop.pop());
            assertTrue(answer.whole().endsWith(challenges.http().getFirst().answer()), answer.whole());
        }
        int ordered = system.pebble.said("POST /order-plz -> calling handler");
        system.restart();
        system.awaitStatus(arn, "ISSUED");
        assertEquals(ordered, system.pebble.said("POST /order-plz -> calling handler"), "no second order");
    }

    @Test
    void whereHttp01IsNotOfferedAHandshakeProves() throws Exception {
        try (Middleman middleman = new Middleman(system.pebble)) {
            middleman.change((path, answer) -> answer.body(answer.body()
                    .replaceAll("\\{[^{}]*\"type\": \"http-01\"[^{}]*},?", "")
                    .replaceAll(",(\\s*])", "$1")));
            system.start(middleman.directory());
            system.startPebble(Map.of());
            String arn = system.request(NAME, "www.pettracker.test");
            system.awaitStatus(arn, "ISSUED");
            assertEquals(0, system.pebble.said("Attempting to validate w/ HTTP"), "in clear");
            assertNoChallenges();
        }
    }

    @Test
    void whatIsNotAskedForIsNotServed() throws Exception {
        try (Middleman middleman = new Middleman(system.pebble)) {
            system.start(middleman.directory());
            system.startPebble(Map.of());
            String arn = served();
            X509Certificate first = system.shownEverywhere(NAME);
            TestCertificate other = TestCertificate.selfSigned(NAME);
            AtomicInteger replaced = new AtomicInteger();
            middleman.change((path, answer) -> {
                if (!answer.body().startsWith("-----BEGIN CERTIFICATE")) return answer;
                replaced.incrementAndGet();
                return answer.body(other.pem());
            });
            system.advance(FIVE_YEARS.multipliedBy(3).dividedBy(4));
            AcmeSystem.await(
                    () -> system.certificate(arn).path("lastError").asText().contains("does not belong"),
                    () -> system.certificate(arn).toString());
            assertEquals(1, replaced.get());
            assertEquals(first, system.shownEverywhere(NAME));
            assertEquals("ISSUED", system.describe(arn).member("Status"));
            assertTrue(system.warnings().contains("its renewal is late"), system.warnings());
        }
    }

    @Test
    void anAuthorityThatForgotTheAccountGetsItAgain() throws Exception {
        system.start();
        system.startPebble(Map.of());
        String arn = served();
        X509Certificate first = system.shownEverywhere(NAME);
        system.pebble.stop();
        system.startPebble(Map.of());
        system.advance(FIVE_YEARS.multipliedBy(3).dividedBy(4));
        system.awaitOther(first, arn, NAME);
    }

    @Test
    void aLimitIsHonoured() throws Exception {
        try (Middleman middleman = new Middleman(system.pebble)) {
            system.start(middleman.directory());
            system.startPebble(Map.of());
            middleman.change((path, answer) -> path.contains("order-plz")
                    ? Middleman.Answer.problem(429, "rateLimited", "Retry-After: 6\r\nReplay-Nonce: none\r\n")
                    : answer);
            String arn = system.request(NAME);
            AcmeSystem.await(
                    () -> system.certificate(arn).path("lastError").asText().contains("rateLimited"),
                    () -> system.certificate(arn).toString());
            long limited = System.nanoTime();
            int asked = middleman.asked().size();
            middleman.change((path, answer) -> {
                boolean early =
                        System.nanoTime() - limited < Duration.ofSeconds(4).toNanos();
                return early ? Middleman.Answer.problem(403, "rejectedIdentifier", "") : answer;
            });
            assertEquals(asked, middleman.asked().size());
            system.awaitStatus(arn, "ISSUED");
        }
    }

    @Test
    void aMovedClockDoesNotOrderTwice() throws Exception {
        system.start();
        system.startPebble(Map.of());
        String arn = served();
        X509Certificate first = system.shownEverywhere(NAME);
        system.advance(FIVE_YEARS.multipliedBy(2));
        system.awaitOther(first, arn, NAME);
        X509Certificate second = system.shownEverywhere(NAME);
        assertEquals("ISSUED", system.describe(arn).member("Status"), "its lifetime counts from the clock's time");
        system.advance(Duration.ofDays(1));
        system.awaitStatus(system.request("www.pettracker.test"), "ISSUED");
        assertEquals(second, system.shownEverywhere(NAME));
        system.advance(FIVE_YEARS);
        system.awaitOther(second, arn, NAME);
        assertFalse(system.certificate(arn).path("renewal").asText().isEmpty());
        assertNotEquals(first, system.shownEverywhere(NAME));
    }
}
