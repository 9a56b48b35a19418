package dev.perigee.app.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.perigee.core.cost.PriceRegion;
import dev.perigee.edge.guard.SpendingLedger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetsTest {
    private static final InstantSource NOVEMBER = InstantSource.fixed(Instant.parse("2026-11-20T12:00:00Z"));

    private HttpServer listener;
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();

    @BeforeEach
    void listen() throws IOException {
        listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/hook", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            boolean refuse = refusals.getAndDecrement() > 0;
            if (!refuse) received.add(body);
            exchange.sendResponseHeaders(refuse ? 503 : 204, -1);
            exchange.close();
        });
        listener.start();
    }

    @AfterEach
    void stop() {
        listener.stop(0);
    }

    private URI hook() {
        return URI.create("http://127.0.0.1:" + listener.getAddress().getPort() + "/hook");
    }

    private JsonNode next() throws Exception {
        String told = received.poll(20, TimeUnit.SECONDS);
        assertTrue(told != null, "nobody was told");
        return new ObjectMapper().readTree(told);
    }

    /** 1 GiB from North America costs 0.085 dollars. */
    private static void spend(SpendingLedger ledger, int gibibytes) {
        ledger.tally("E1", PriceRegion.NORTH_AMERICA).sent((long) gibibytes << 30);
    }

    @Test
    void eachShareIsToldOnceAlsoAcrossRestartsAndAWebhookThatFails(@TempDir Path folder) throws Exception {
        Map<String, Long> budgets = Map.of("E1", 850_000L);
        try (var ledger = SpendingLedger.open(folder.resolve("spending"), NOVEMBER)) {
            spend(ledger, 4);
            refusals.set(1);
            try (var _ = Budgets.start(ledger, () -> budgets, folder.resolve("told"), hook())) {
                spend(ledger, 1);
                JsonNode half = next();
                assertEquals("budget", half.path("event").asText());
                assertEquals("E1", half.path("distribution").asText());
                assertEquals("2026-11", half.path("month").asText());
                assertEquals(50, half.path("percent").asInt());
                assertEquals(0.425, half.path("spentUsd").asDouble(), 1e-6);
                assertEquals(0.85, half.path("budgetUsd").asDouble(), 1e-6);
                spend(ledger, 6);
                assertEquals(100, next().path("percent").asInt());
            }
            try (var _ = Budgets.start(
                    ledger, () -> Map.of("E1", 850_000L, "E2", 85_000L), folder.resolve("told"), hook())) {
                ledger.tally("E2", PriceRegion.NORTH_AMERICA).sent(1L << 30);
                assertEquals("E2", next().path("distribution").asText());
                assertTrue(received.isEmpty(), received.toString());
            }
        }
    }

    @Test
    void aLargerBudgetIsToldOfAnew(@TempDir Path folder) throws Exception {
        var budgets = new AtomicReference<>(Map.of("E1", 850_000L));
        try (var ledger = SpendingLedger.open(folder.resolve("spending"), NOVEMBER)) {
            spend(ledger, 11);
            try (var _ = Budgets.start(ledger, budgets::get, folder.resolve("told"), hook())) {
                assertEquals(100, next().path("percent").asInt());
                budgets.set(Map.of("E1", 1_700_000L));
                JsonNode half = next();
                assertEquals(50, half.path("percent").asInt());
                assertEquals(1.7, half.path("budgetUsd").asDouble(), 1e-6);
            }
            spend(ledger, 6);
            try (var _ = Budgets.start(ledger, budgets::get, folder.resolve("told"), hook())) {
                assertEquals(80, next().path("percent").asInt());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.49, 0", "0.5, 50", "0.79, 50", "0.8, 80", "0.999, 80", "1, 100", "7, 100"})
    void shares(double spent, int percent) {
        assertEquals(percent, Budgets.reached(spent, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.com/", "example.com", "https:///x", "file:/etc/passwd", "https://a b/"})
    void aWebhookIsAUrl(String text) {
        assertThrows(IllegalArgumentException.class, () -> Webhook.address(text));
    }
}
