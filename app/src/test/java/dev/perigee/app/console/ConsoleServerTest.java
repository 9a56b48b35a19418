package dev.perigee.app.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.core.sign.SigV4;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleServerTest {
    private static final String LIST = """
            <?xml version="1.0"?><DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
            <Quantity>1</Quantity><Items><DistributionSummary><Id>E1</Id><Origins><Quantity>1</Quantity><Items><Origin>
            <DomainName>a&amp;b.example</DomainName><CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader>
            <HeaderName>x-secret</HeaderName><HeaderValue>hidden</HeaderValue></OriginCustomHeader></Items></CustomHeaders>
            </Origin></Items></Origins></DistributionSummary></Items></DistributionList>
            """;

    private final Path folder;

    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final HttpServer behind;
    private final ConsoleServer console;

    ConsoleServerTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        behind = HttpServer.create(loopback(), 16);
        behind.createContext("/", this::answer);
        behind.start();
        console = ConsoleServer.start(
                config("http://127.0.0.1:" + behind.getAddress().getPort()));
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    private ConsoleConfig config(String url) {
        return new ConsoleConfig(
                loopback(),
                "1.2.3",
                url,
                "cloudfront.localhost",
                List.of(new PopAddresses("IAD", "http://a", "https://a", "https://a", url)),
                "token",
                new SigV4.Credentials("READER", "secret"),
                folder);
    }

    /** Never compared as a whole. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Got(int status, String head, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    @AfterEach
    void stop() {
        console.close();
        behind.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String content = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod()
                    + ' '
                    + exchange.getRequestURI()
                    + ' '
                    + exchange.getRequestHeaders().getFirst("Host")
                    + ' '
                    + exchange.getRequestHeaders().getFirst("Authorization")
                    + ' '
                    + exchange.getRequestHeaders().getFirst("X-Perigee-Token")
                    + ' '
                    + content);
            String path = exchange.getRequestURI().getPath();
            String body = path.startsWith("/2020-05-31/") ? LIST : "{\"asked\":\"" + path + "\"}";
            byte[] octets = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, octets.length);
            exchange.getResponseBody().write(octets);
        }
    }

    private int port() {
        return console.address().getPort();
    }

    private Socket open(String method, String target, String... fields) throws IOException {
        Socket socket = new Socket(console.address().getAddress(), port());
        StringBuilder head = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\n");
        if (String.join("\n", fields).indexOf("Host:") < 0)
            head.append("Host: localhost:").append(port()).append("\r\n");
        for (String field : fields) head.append(field).append("\r\n");
        socket.getOutputStream()
                .write(head.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private Got get(String method, String target, String... fields) throws IOException {
        try (Socket socket = open(method, target, fields)) {
            byte[] all = socket.getInputStream().readAllBytes();
            String text = new String(all, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            byte[] body = java.util.Arrays.copyOfRange(all, end + 4, all.length);
            return new Got(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), body);
        }
    }

    @Test
    void thePageMayLoadNothingFromElsewhereAndIsNotFramed() throws IOException {
        Got page = get("GET", "/");
        assertEquals(200, page.status());
        String head = page.head().toLowerCase(java.util.Locale.ROOT);
        assertTrue(head.contains("content-security-policy: default-src 'none'; script-src 'self'"), head);
        assertTrue(head.contains("frame-ancestors 'none'") && !head.contains("unsafe"), head);
        assertTrue(head.contains("x-content-type-options: nosniff"), head);
        assertTrue(head.contains("cross-origin-resource-policy: same-origin"), head);
        assertFalse(head.contains("access-control"), head);
        // Nothing inline, since it would not run.
        assertFalse(page.text().matches("(?s).*<(script>|style|[a-z]+[^>]* (style|on[a-z]+)=).*"), page.text());
        assertFalse(page.text().matches("(?s).*(src|href)=\"(https?:)?//.*"), page.text());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: 127.0.0.1.evil.example",
                "Host: localhost:1\r\nOrigin: http://evil.example",
                "Host: localhost\r\nOrigin: null",
                "Host: localhost\r\nSec-Fetch-Site: cross-site",
                "Host: localhost\r\nSec-Fetch-Site: same-site"
            })
    void otherPagesAreRefused(String fields) throws IOException {
        assertEquals(403, get("GET", "/api/now", fields).status());
        assertEquals(403, get("GET", "/api/live", fields).status());
        assertTrue(asked.isEmpty(), asked.toString());
    }

    @Test
    void aLinkToTheConsoleIsFollowed() throws IOException {
        assertEquals(
                200,
                get("GET", "/", "Host: [::1]:4580", "Sec-Fetch-Site: cross-site")
                        .status());
        assertEquals(
                200,
                get("GET", "/api/now", "Host: localhost", "Sec-Fetch-Site: same-origin")
                        .status());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST, /api/relay/2020-05-31/distribution/E1/invalidation, 403",
        "DELETE, /api/relay/2020-05-31/distribution/E1, 403",
        "GET, /api/relay/2020-05-31/distribution, 403",
        "POST, /api/read/2020-05-31/distribution, 405",
        "POST, /api/explain, 405",
        "POST, /api/advice, 405",
        "GET, /api/advice, 403",
        "PUT, /, 405",
        "GET, /api/read/2020-05-31/public-key, 404",
        "GET, /api/read/2020-05-31/distribution/E1/../../key, 404",
        "GET, /api/read/2020-05-31/distribution?Marker=a%26b, 404",
        "GET, /api/keys, 404",
        "GET, /api/explain?pop=XXX, 400",
        "GET, /../console.css, 404",
        "GET, /..%2fconsole.css, 404",
        "GET, /ConsoleServer.class, 404",
        "GET, /package-info.class, 404"
    })
    void withoutAKeyNothingIsChangedAndNothingElseIsRead(String method, String target, int status) throws IOException {
        assertEquals(status, get(method, target, "Content-Length: 0").status());
        assertTrue(asked.isEmpty(), asked.toString());
    }

    @Test
    void whatIsSignedGoesToTheApiAsItIs() throws IOException {
        String target = "/2020-05-31/distribution/E1/invalidation";
        try (Socket socket = open(
                "POST",
                "/api/relay" + target,
                "Origin: http://localhost:" + port(),
                "Authorization: AWS4-HMAC-SHA256 Credential=x",
                "Content-Length: 4",
                "X-Perigee-Token: stolen\r\n\r\n<a/>")) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        }
        assertEquals(
                List.of("POST " + target + " 127.0.0.1:" + behind.getAddress().getPort()
                        + " AWS4-HMAC-SHA256 Credential=x null <a/>"),
                List.copyOf(asked));
        assertEquals(
                404,
                get("GET", "/api/relay/latest/admin", "Authorization: AWS4-HMAC-SHA256 Credential=x")
                        .status());
    }

    @Test
    void listsAreReadWithTheReadersKeyAndWithoutWhatIsSecret() throws IOException {
        Got list = get("GET", "/api/read/2020-05-31/distribution");
        assertEquals(
                "{\"Quantity\":\"1\",\"Items\":[{\"Id\":\"E1\",\"Origins\":{\"Quantity\":\"1\",\"Items\":"
                        + "[{\"DomainName\":\"a&b.example\"}]}}]}",
                list.text());
        assertTrue(asked.element().contains("Credential=READER/"), asked.toString());
        assertTrue(get("GET", "/api/explain?pop=IAD&url=x").text().contains("/explain"));
        assertTrue(
                asked.stream().anyMatch(line -> line.startsWith("GET /explain?") && line.contains(" token ")),
                asked + "");
    }

    @Test
    void whatDoesNotComeIsAFailureOfTheGateway() throws IOException {
        behind.stop(0);
        assertEquals(502, get("GET", "/api/control").status());
        Got now = get("GET", "/api/now");
        assertEquals(200, now.status());
        assertTrue(now.text().contains("\"failure\":\"no answer"), now.text());
    }

    @Test
    void soManyMayListenAndNoMore() throws IOException {
        List<Socket> listening = new ArrayList<>();
        try {
            for (int i = 0; i < EventStreams.STREAMS_MAX; i++) {
                Socket socket = open("GET", "/api/live");
                listening.add(socket);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                assertEquals("HTTP/1.1 200 OK", lines.readLine());
                while (!lines.readLine().startsWith("data: {\"second\":")) {}
            }
            // Asked once or twice for all of them, not once for each.
            long asking = asked.stream()
                    .filter(line -> line.startsWith("GET /traffic "))
                    .count();
            assertTrue(asking <= 8, asking + " times");
            assertEquals(503, get("GET", "/api/logs").status());
            assertEquals(200, get("GET", "/api/now").status());
        } finally {
            for (Socket socket : listening) socket.close();
        }
    }

    @Test
    void filesArePackedAndComeOnceOnly() throws IOException {
        Got plain = get("GET", "/app.js");
        Got packed = get("GET", "/app.js", "Accept-Encoding: gzip, br");
        assertTrue(packed.body().length < plain.body().length);
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertArrayEquals(plain.body(), gzip.readAllBytes());
        }
        String tag = plain.head()
                .lines()
                .filter(line -> line.startsWith("Etag: "))
                .findFirst()
                .orElse("");
        assertEquals(
                304, get("GET", "/app.js", "If-None-Match:" + tag.substring(5)).status());
        assertEquals(0, get("HEAD", "/app.js").body().length);
    }

    @Test
    void logLinesComeWithoutWhatIsNobodysBusiness() throws IOException {
        Path log = Files.createDirectories(folder.resolve("IAD")).resolve("access.log");
        String line = "2026-11-26\t06:59:59\tIAD50-P1\t10\t203.0.113.9\tGET\td1.example\t/a\t200\thttp://from\tagent"
                + "\tsecret=1\tcookie\tHit\tid\thost\thttps\t5\t0.001\t203.0.113.9\tTLSv1.3\tc\tHit\tHTTP/2.0\t-\t-\t1"
                + "\t0.001\tHit\ttext/html\t5\t-\t-\n";
        LogFollower follower = new LogFollower(folder, List.of("IAD", "SYD"));
        assertEquals(0, follower.next().path("lines").size());
        Files.writeString(log, "#Version: 1.0\n" + line.repeat(3) + line.substring(0, 20));
        String shown = follower.next().toString();
        assertEquals(4, shown.split("\"path\":\"/a\"", -1).length, shown);
        assertFalse(shown.contains("203.0.113") || shown.contains("secret") || shown.contains("cookie"), shown);
        Files.writeString(log, "#Version: 1.0\n" + line.repeat(1_000));
        var many = follower.next();
        assertEquals(200, many.path("lines").size());
        assertTrue(many.path("leftOut").asInt() > 700, many.path("leftOut") + "");
        // The file was full, and another has taken its place.
        Files.writeString(log, line);
        assertEquals(1, follower.next().path("lines").size());
    }

    @Test
    void ofFunctionsOnlyTheErrorsAreShown() throws IOException {
        Path log = Files.createDirectories(folder.resolve("IAD").resolve("functions"))
                .resolve("rewrite.log");
        Files.writeString(log, """
                2026-11-26T07:00:00Z id START DistributionID: E1
                2026-11-26T07:00:00Z id said ERROR: by itself
                2026-11-26T07:00:00Z id ERROR: it threw
                2026-11-26T07:00:00Z id END
                """);
        String shown =
                new FunctionErrors(folder, List.of("IAD", "SYD")).document().toString();
        assertEquals(
                "{\"errors\":[{\"time\":\"2026-11-26T07:00:00Z\",\"pop\":\"IAD\",\"function\":\"rewrite\","
                        + "\"message\":\"it threw\"}]}",
                shown);
    }
}
