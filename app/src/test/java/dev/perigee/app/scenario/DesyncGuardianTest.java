package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Replies.body;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.testkit.Exchange;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;

/**
 * The corpus of aws/http-desync-guardian (Apache-2.0), raw requests with their classification. Severe ones are refused
 * and the connection closed; Ambiguous ones refused, or forwarded on a connection that is then closed; Compliant ones
 * forwarded, but for stacked or extended codings and targets that RFC 3986 does not allow, which may be refused.
 */
class DesyncGuardianTest {
    private static final int ANSWER_MILLISECONDS = 5_000;

    private static final String CORPUS = "/conformance/desync-guardian.jsonl";

    /** Several codings or one with parameters; no target, or one with marks that no URI has. */
    private static final Pattern MAY_BE_REFUSED = Pattern.compile(
            "(?is)\\ntransfer-encoding:[^\\r\\n]*[,;]|\\ntransfer-encoding:.*\\ntransfer-encoding:|\\A\\S+ +HTTP/|\\A\\S+ \\S*[\"\\\\`{|^#]");

    private record Row(String id, String tier, String reason, String body, String raw) {
        @Override
        public String toString() {
            return id + ' ' + tier + ' ' + reason;
        }
    }

    /** What came of one row; no status when no answer came. */
    private record Outcome(
            int status,
            boolean closed,
            int forwarded,
            @Nullable String canary) {
        boolean refused() {
            return forwarded == 0 && (status >= 400 || (status == 0 && closed));
        }
    }

    @Scenario
    @Timeout(90)
    void everyRequestIsTreatedAsItsClassAsks(ScenarioEdge edge, ManualClock clock) throws IOException {
        edge.answerUnknownHostsWith("EDFDVBD6EXAMPLE");
        List<String> findings = new ArrayList<>();
        List<Row> rows = rows();
        for (Row row : rows) {
            // An origin of its own, so that a late request is not counted with the next row.
            try (ScriptedOrigin origin = ScriptedOrigin.start(clock)) {
                edge.serve(distribution(origin)
                        .byDefault(b -> b.allMethods().forwardAll().cachingDisabled()));
                origin.on("*", "*").reply(200, body("echo"));
                origin.on("GET", "/canary").reply(200, body("canary"));
                Outcome outcome = send(edge, origin, row);
                String finding = judge(row, outcome);
                if (finding != null) findings.add(row + ": " + finding + ' ' + outcome);
            }
        }
        assertEquals(159, rows.size());
        assertEquals(List.of(), findings);
    }

    private static Outcome send(ScenarioEdge edge, ScriptedOrigin origin, Row row) {
        try (ScriptedViewer viewer = edge.viewer()) {
            Exchange exchange = viewer.send(row.raw());
            boolean unending = row.body().equals("short");
            // Content that never ends is not answered, unless it is refused; else its head shows at the origin.
            if (unending)
                Patience.eventually(
                        "something came of " + row,
                        () -> exchange.done() || !origin.requests().isEmpty());
            boolean answered = unending ? exchange.done() : exchange.awaitDone(ANSWER_MILLISECONDS);
            int status = answered ? statusOf(exchange) : 0;
            boolean ended = answered && viewer.ended();
            boolean closed = ended || (status >= 400 && viewer.closedByEdge(ANSWER_MILLISECONDS));
            int forwarded = origin.requests().size();
            String canary = null;
            if (!closed && status > 0) {
                canary = canary(viewer);
                closed = canary.equals("closed");
            }
            return new Outcome(status, closed, forwarded, canary);
        }
    }

    private static int statusOf(Exchange exchange) {
        try {
            return exchange.response().status();
        } catch (AssertionError closedWithoutAnswer) {
            return 0;
        }
    }

    /** Whether the connection still carries a request and its own answer. */
    private static String canary(ScriptedViewer viewer) {
        Exchange canary = viewer.next("GET");
        viewer.sendOnLatest("GET /canary HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n\r\n");
        try {
            Response response = canary.response();
            return response.text();
        } catch (AssertionError closed) {
            return "closed";
        }
    }

    private static @Nullable String judge(Row row, Outcome outcome) {
        if (outcome.forwarded() > 1) return "more requests at the origin than were sent";
        if (outcome.canary() != null
                && !outcome.closed()
                && !outcome.canary().equals("canary")
                && outcome.status() < 400) {
            return "the next request got another answer";
        }
        return switch (row.tier()) {
            case "Severe" -> outcome.refused() && outcome.closed() ? null : "not refused and closed";
            case "Ambiguous" -> outcome.refused() || outcome.closed() ? null : "neither refused nor closed";
            case "Compliant" -> compliant(row, outcome) ? null : "not forwarded";
            case "Acceptable" -> null;
            default -> "unknown tier";
        };
    }

    private static boolean compliant(Row row, Outcome outcome) {
        if (row.body().equals("short")) return outcome.status() == 0 || outcome.status() >= 400;
        if (MAY_BE_REFUSED.matcher(row.raw()).find()) return outcome.refused() || outcome.forwarded() == 1;
        return outcome.forwarded() == 1 && outcome.status() > 0 && outcome.status() < 500;
    }

    private static List<Row> rows() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<Row> rows = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(DesyncGuardianTest.class.getResourceAsStream(CORPUS))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                JsonNode row = json.readTree(line);
                rows.add(new Row(
                        row.path("id").asText(),
                        row.path("tier").asText(),
                        row.path("reason").asText(),
                        row.path("body").asText(),
                        new String(
                                Base64.getDecoder().decode(row.path("raw_b64").asText()),
                                StandardCharsets.ISO_8859_1)));
            }
        }
        return rows;
    }
}
