package dev.perigee.app.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.clock.ManualClock;
import dev.perigee.control.CertificateStatus;
import dev.perigee.control.ControlStatus;
import dev.perigee.control.compile.Compilation.Problem;
import dev.perigee.control.publish.EdgeState;
import dev.perigee.edge.EdgeStatus;
import dev.perigee.edge.explain.Explanation;
import dev.perigee.edge.explain.Step;
import dev.perigee.edge.geo.GeoStatus;
import dev.perigee.edge.guard.GuardStatus;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.log.LogFlush;
import dev.perigee.edge.log.LogStatus;
import dev.perigee.edge.log.RealtimeStatus;
import dev.perigee.edge.log.StreamStatus;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.edge.origin.OriginRoutes.Route;
import dev.perigee.edge.store.disk.DiskStatus;
import dev.perigee.edge.traffic.TrafficLedger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminServerTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final Route S3 =
            new Route("*.s3.amazonaws.com", new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9), false);

    private final OriginRoutes routes = new OriginRoutes();
    private final ManualClock clock = new ManualClock(NOW);
    private final AtomicInteger clockMoved = new AtomicInteger();
    private final AdminServer server;
    private volatile @Nullable ControlStatus control;

    AdminServerTest() throws IOException {
        routes.put(S3);
        server = AdminServer.start(config(clock));
    }

    private AdminConfig config(@Nullable ManualClock time) {
        return new AdminConfig(
                LOOPBACK,
                TOKEN,
                AdminServerTest::status,
                () -> control,
                AdminServerTest::certificates,
                () -> null,
                routes,
                List.of(S3),
                time,
                clockMoved::incrementAndGet,
                request -> new Explanation(
                        "Hit",
                        200,
                        "E1",
                        null,
                        "*",
                        "key",
                        null,
                        List.of(new Step("route", "found", request.method() + request.fields(), Map.of("n", 1)))),
                () -> new LogFlush(70, 3, 1, "b: S3 answered 404"),
                TrafficLedger::new);
    }

    static EdgeStatus status() {
        return new EdgeStatus(
                "IAD",
                7,
                2,
                100,
                80,
                20,
                1_000,
                200,
                5,
                500,
                3,
                0,
                1_000,
                new DiskStatus(DiskStatus.State.SERVING, "", 7, 4096, 65_536, 448, 5, 2, 9, 3, 1, 6),
                new GeoStatus("table", 1, 2, "cut"),
                4,
                new GuardStatus(5, 6, List.of(new SpendingLedger.Spending("E1", "2026-11", 0.25))),
                new LogStatus(8, 9, 10, 11, 12, "no bucket", true),
                new RealtimeStatus(13, 14, new StreamStatus(15, 16, 17, "no broker")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void flushingLogsNeedsTheToken() throws IOException {
        assertTrue(ask("POST", "/logs/flush", "localhost", null).startsWith("HTTP/1.1 403 "));
        String answer = ask("POST", "/logs/flush", "localhost", TOKEN);
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        assertTrue(
                answer.contains("{\"lines\":70,\"objects\":3,\"undelivered\":1,\"failure\":\"b: S3 answered 404\"}"),
                answer);
    }

    @Test
    void statusShowsEveryCounter() throws IOException {
        String answer = ask("GET", "/status", "localhost", null);
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        for (String member : List.of(
                "\"pop\":\"IAD\"",
                "\"planVersion\":7",
                "\"distributions\":2",
                "\"requests\":100",
                "\"hits\":80",
                "\"originRequests\":20",
                "\"bytes\":1000",
                "\"originBytes\":200",
                "\"storedObjects\":5",
                "\"storedBytes\":500",
                "\"connections\":3",
                "\"geo\":{\"databases\":\"table\",\"loaded\":1,\"refused\":2,\"lastRefusal\":\"cut\"}",
                "\"proxyHeadersRefused\":4",
                "\"guards\":{\"networkLimited\":5,\"capReached\":6,\"spending\":[{\"distribution\":\"E1\",\"month\":\"2026-11\",\"usd\":0.25}]}",
                "\"plansRefused\":0")) assertTrue(answer.contains(member), member + " in " + answer);
    }

    private static List<CertificateStatus> certificates() {
        return List.of(new CertificateStatus(
                "arn:aws:acm:us-east-1:123456789012:certificate/1",
                List.of("images.pettracker.test", "pettracker.test"),
                "CN=Authority",
                NOW,
                "ISSUED",
                null,
                "",
                "it ends"));
    }

    @Test
    void metricsAreThere() throws IOException {
        String answer = ask("GET", "/metrics", "localhost", null);
        assertTrue(answer.contains("Content-type: text/plain"), answer);
        for (String line : List.of(
                "perigee_requests_total{pop=\"IAD\"} 100",
                "perigee_geo_database_refused_total{pop=\"IAD\"} 2",
                "perigee_disk_serving{pop=\"IAD\"} 1",
                "perigee_disk_stored_objects{pop=\"IAD\"} 7",
                "perigee_disk_stored_bytes{pop=\"IAD\"} 4096",
                "perigee_disk_hits_total{pop=\"IAD\"} 5",
                "perigee_disk_corrupt_records_total{pop=\"IAD\"} 3",
                "perigee_proxy_headers_refused_total{pop=\"IAD\"} 4",
                "perigee_spending_usd{distribution=\"E1\",pop=\"IAD\"} 0.25"))
            assertTrue(answer.contains(line + "\n"), line + " in " + answer);
    }

    @Test
    void explainNeedsTheTokenAndAUrl() throws IOException {
        String url = "/explain?url=http%3A%2F%2Fd1.cloudfront.net%3A8080%2Fa%3Fb&header=Accept%3A%20x&from=192.0.2.1";
        assertTrue(ask("GET", url, "localhost", null).startsWith("HTTP/1.1 403 "));
        String answer = ask("GET", url, "localhost", TOKEN);
        assertTrue(
                answer.endsWith(
                        "{\"url\":\"http://d1.cloudfront.net:8080/a?b\",\"pop\":\"IAD\",\"result\":\"Hit\",\"status\":200,"
                                + "\"distribution\":\"E1\",\"country\":null,\"behavior\":\"*\",\"key\":\"key\",\"miss\":null,"
                                + "\"steps\":[{\"step\":\"route\",\"outcome\":\"found\",\"why\":\"GET[Field[name=Accept, value=x]]\","
                                + "\"details\":{\"n\":1}}]}\n"),
                answer);
        for (String bad : List.of(
                "ftp%3A%2F%2Fd1", "d1.cloudfront.net", "http%3A%2F%2Fd1%2F&from=here", "http%3A%2F%2Fd1%2F&header=x"))
            assertTrue(ask("GET", "/explain?url=" + bad, "localhost", TOKEN).startsWith("HTTP/1.1 400 "), bad);
    }

    @Test
    void certificatesAreShown() throws IOException {
        String answer = ask("GET", "/certificates", "localhost", null);
        assertTrue(
                answer.contains("\"domain\":\"images.pettracker.test\",\"issuer\":\"CN=Authority\","
                        + "\"notAfter\":\"2026-11-01T12:00:00Z\",\"state\":\"ISSUED\",\"renewal\":null,\"lastError\":\"\","
                        + "\"warning\":\"it ends\","
                        + "\"names\":[\"images.pettracker.test\",\"pettracker.test\"]"),
                answer);
    }

    @Test
    void controlShowsWhatIsWrong() throws IOException {
        String none = ask("GET", "/control", "localhost", null);
        assertTrue(none.startsWith("HTTP/1.1 404 "), none);
        control = new ControlStatus(
                9,
                8,
                2,
                List.of(new EdgeState("SYD", 8, 3, "IOException: unreachable")),
                List.of(new Problem("E1", "refers to cache policy x, which does not exist")),
                4,
                "No space left on device",
                "bubblewrap",
                List.of("network: all of it"));
        String answer = ask("GET", "/control", "localhost", null);
        for (String member : List.of(
                "\"revision\":9",
                "\"auditFailures\":4,\"auditFailure\":\"No space left on device\"",
                "\"sandbox\":\"bubblewrap\",\"sandboxGaps\":[\"network: all of it\"]",
                "\"acknowledged\":8",
                "{\"pop\":\"SYD\",\"planVersion\":8,\"failures\":3,\"failure\":\"IOException: unreachable\"}",
                "{\"distribution\":\"E1\",\"message\":\"refers to cache policy x, which does not exist\"}"))
            assertTrue(answer.contains(member), member + " in " + answer);
    }

    @ParameterizedTest(name = "{0} {1} Host: {2}, token {3} -> {4}")
    @CsvSource({
        "GET, /health, localhost, , 200",
        "GET, /health, 127.0.0.1:9101, , 200",
        "GET, /health, LOCALHOST:9101, , 200",
        "GET, /health, [::1]:9101, , 200",
        "GET, /health, attacker.example, , 403",
        "GET, /health, localhost.attacker.example, , 403",
        "GET, /status, attacker.example:9101, , 403",
        "POST, /status, localhost, , 405",
        "GET, /nowhere, localhost, , 404",
        "POST, /clock?advance=PT1H, localhost, , 403",
        "POST, /clock?advance=PT1H, localhost, wrong, 403",
        "POST, /clock?advance=PT1H, localhost, 0123456789abcde, 403",
        "POST, /clock?advance=PT1H, localhost, 0123456789abcdef, 200",
        "POST, /clock?advance=PT1H, attacker.example, 0123456789abcdef, 403",
        "POST, /clock?advance=-PT1H, localhost, 0123456789abcdef, 400",
        "POST, /clock?advance=P9999D, localhost, 0123456789abcdef, 400",
        "POST, /clock?advance=soon, localhost, 0123456789abcdef, 400",
        "POST, /clock, localhost, 0123456789abcdef, 400",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=127.0.0.1:9000, localhost, , 403",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=127.0.0.1:9000, localhost, 0123456789abcdef, 200",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=[::1]:9000, localhost, 0123456789abcdef, 200",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=10.0.0.1:9000, localhost, 0123456789abcdef, 400",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=localhost:9000, localhost, 0123456789abcdef, 400",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=127.0.0.1:0, localhost, 0123456789abcdef, 400",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=127.0.0.1:70000, localhost, 0123456789abcdef, 400",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=127.0.0.1:9&lease=0, localhost, 0123456789abcdef, 400",
        "PUT, /origin-routes/b.s3.amazonaws.com?address=127.0.0.1:9&lease=3601, localhost, 0123456789abcdef, 400",
        "PUT, /origin-routes/a_b?address=127.0.0.1:9, localhost, 0123456789abcdef, 400",
        "DELETE, /origin-routes/b.s3.amazonaws.com, localhost, 0123456789abcdef, 404",
        "DELETE, /origin-routes/b.s3.amazonaws.com, localhost, , 403",
        "POST, /origin-routes/b.s3.amazonaws.com, localhost, 0123456789abcdef, 405",
    })
    void answers(String method, String target, String host, @Nullable String token, int expected) throws IOException {
        String answer = ask(method, target, host, token);
        assertTrue(answer.startsWith("HTTP/1.1 " + expected + " "), answer);
    }

    @Test
    void theClockMoves() throws IOException {
        ask("POST", "/clock?advance=PT25H", "localhost", TOKEN);
        assertEquals(NOW.plus(Duration.ofHours(25)), clock.instant());
        assertEquals(1, clockMoved.get());
    }

    @Test
    void realTimeDoesNotMove() throws IOException {
        try (AdminServer real = AdminServer.start(config(null))) {
            String answer = ask(real, "POST", "/clock?advance=PT1H", "localhost", TOKEN);
            assertTrue(answer.startsWith("HTTP/1.1 409 "), answer);
        }
    }

    @Test
    void aRouteIsInForceUntilItIsRemoved() throws IOException {
        ask("PUT", "/origin-routes/b.s3.amazonaws.com?address=127.0.0.1:9000&tls=true", "localhost", TOKEN);
        Route leased = routes.find("b.s3.amazonaws.com");
        assertNotNull(leased);
        assertEquals(9000, leased.address().getPort());
        assertTrue(leased.tls());
        ask("DELETE", "/origin-routes/b.s3.amazonaws.com", "localhost", TOKEN);
        assertEquals(S3, routes.find("b.s3.amazonaws.com"));
    }

    @Test
    void aLeaseEnds() {
        var leased = new LeasedRoutes(routes, List.of(S3));
        var own = new Route("b.s3.amazonaws.com", S3.address(), true);
        var shadow = new Route(S3.pattern(), S3.address(), true);
        leased.put(shadow, Duration.ofSeconds(60), 0);
        leased.put(own, Duration.ofSeconds(30), 0);
        leased.sweep(Duration.ofSeconds(29).toNanos());
        assertEquals(own, routes.find("b.s3.amazonaws.com"));
        leased.sweep(Duration.ofSeconds(30).toNanos());
        assertEquals(shadow, routes.find("b.s3.amazonaws.com"));
        leased.sweep(Duration.ofSeconds(60).toNanos());
        assertEquals(S3, routes.find("b.s3.amazonaws.com"), "the permanent route is back");
        assertNull(routes.find("example.com"));
    }

    @Test
    void aRenewedLeaseGoesOn() {
        var leased = new LeasedRoutes(routes, List.of());
        var route = new Route("b.example", S3.address(), true);
        leased.put(route, Duration.ofSeconds(30), 0);
        leased.put(route, Duration.ofSeconds(30), Duration.ofSeconds(20).toNanos());
        leased.sweep(Duration.ofSeconds(40).toNanos());
        assertEquals(route, routes.find("b.example"));
    }

    @Test
    void loopbackOnly() {
        var everywhere = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);
        assertThrows(
                IllegalArgumentException.class,
                () -> new AdminConfig(
                        everywhere,
                        TOKEN,
                        AdminServerTest::status,
                        () -> null,
                        List::of,
                        () -> null,
                        routes,
                        List.of(),
                        null,
                        () -> {},
                        request -> new Explanation("Miss", 0, null, null, null, null, null, List.of()),
                        () -> new LogFlush(0, 0, 0, ""),
                        TrafficLedger::new));
    }

    @Test
    void theTokenIsNotPrinted() {
        assertTrue(!config(clock).toString().contains(TOKEN));
    }

    private String ask(String method, String target, String host, @Nullable String token) throws IOException {
        return ask(server, method, target, host, token);
    }

    /** Over a plain socket: HTTP clients do not let a test choose the Host field. */
    private static String ask(AdminServer server, String method, String target, String host, @Nullable String token)
            throws IOException {
        try (var socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            String request = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                    + "Content-Length: 0\r\n" + (token == null ? "" : "X-Perigee-Token: " + token + "\r\n") + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
