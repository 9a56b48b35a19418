package dev.perigee.app.local;

import static dev.perigee.app.local.AcmeSystem.NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.scenario.TlsClient;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a request by the API to a certificate of an ACME authority at every edge, and to the next one. */
class AcmeStoryTest {
    private static final String OTHER = "www.pettracker.test";

    @Test
    void issuedByAcmeServedEverywhereAndRenewedUnderLoad(@TempDir Path temporary) throws Exception {
        try (AcmeSystem system = new AcmeSystem(temporary)) {
            system.start();
            system.startPebble(Map.of());
            String arn = system.request(NAME, OTHER);
            SignedClient.Answer issued = system.awaitStatus(arn, "ISSUED");
            assertEquals(NAME, issued.member("DomainName"));
            assertEquals("SUCCESS", issued.member("ValidationStatus"));
            system.distribution(arn, NAME, OTHER);
            X509Certificate first = system.shownEverywhere(NAME);
            assertEquals(first, system.shownEverywhere(OTHER));
            assertTrue(first.getIssuerX500Principal().getName().contains("Pebble"), first.toString());

            // Pebble's certificates last five years; its own clock stays where it is.
            Duration lifetime = Duration.between(
                    first.getNotBefore().toInstant(), first.getNotAfter().toInstant());
            system.advance(lifetime.multipliedBy(2).dividedBy(3).minusDays(2));
            assertEquals("", system.certificate(arn).path("warning").asText());
            try (Load load = new Load(system)) {
                load.awaitRequests(300);
                assertEquals(first, system.shownEverywhere(NAME), "not yet due");
                system.advance(Duration.ofDays(3));
                system.awaitOther(first, arn, NAME);
                load.awaitRequests(300);
                load.assertNothingFailed();
            }
            X509Certificate second = system.shownEverywhere(NAME);
            assertNotEquals(first.getPublicKey(), second.getPublicKey());
            assertEquals("ISSUED", system.describe(arn).member("Status"));

            system.restart();
            assertEquals(second, system.shownEverywhere(NAME));
            assertFalse(system.certificate(arn).path("issuer").asText().isEmpty());
            assertEquals(1, system.pebble.said("There are now 1 accounts"), "one account for all of it");
            assertEquals(0, system.pebble.said("There are now 2 accounts"));
        }
    }

    /** Viewers at every edge: some with a connection of their own for each request, some that keep theirs. */
    private static final class Load implements AutoCloseable {
        private final ExecutorService viewers = Executors.newVirtualThreadPerTaskExecutor();
        private final List<String> failures = new CopyOnWriteArrayList<>();
        private final AtomicLong requests = new AtomicLong();
        private final AtomicBoolean over = new AtomicBoolean();

        Load(AcmeSystem system) {
            for (RunFile.PopAddresses pop : system.run().pops()) {
                InetSocketAddress edge = system.https(pop);
                viewers.execute(() -> keeping(edge));
                viewers.execute(() -> renewing(edge));
            }
        }

        private void keeping(InetSocketAddress edge) {
            try (var viewer = new TlsClient().connect(edge, NAME)) {
                while (!over.get()) note(viewer.get(NAME));
            } catch (Exception e) {
                failures.add("a kept connection to " + edge + ": " + e);
            }
        }

        private void renewing(InetSocketAddress edge) {
            while (!over.get()) {
                try (var viewer = new TlsClient().connect(edge, NAME)) {
                    note(viewer.get(NAME));
                } catch (Exception e) {
                    failures.add("a new connection to " + edge + ": " + e);
                }
            }
        }

        private void note(int status) {
            if (status != 200) failures.add("status " + status);
            requests.incrementAndGet();
        }

        void awaitRequests(int more) throws Exception {
            long wanted = requests.get() + more;
            AcmeSystem.await(
                    () -> requests.get() >= wanted || !failures.isEmpty(), () -> "only " + requests + " requests");
        }

        void assertNothingFailed() {
            assertEquals(List.of(), List.copyOf(failures));
        }

        @Override
        public void close() {
            over.set(true);
            viewers.close();
            assertNothingFailed();
        }
    }
}
