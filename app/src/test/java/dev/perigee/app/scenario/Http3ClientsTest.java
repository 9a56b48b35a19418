package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.header;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.LossyRelay;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.flupke.Http3SingleConnectionClient;

/** Clients of HTTP/3 that were made elsewhere fetch a photo of 2 MB and a page of 100 images. */
@Tag("full")
class Http3ClientsTest {
    private static final int IMAGES = 100;
    private static final Content PHOTO = Content.generated(2_000_000, 11);
    private static final Content IMAGE = Content.generated(20_000, 12);
    private static final double LOSS = 0.05;
    private static final long SEED = 20_261_126;

    private static void publish(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).alias("localhost").offers(OfferedVersions.HTTP_2_AND_3));
        origin.on("GET", "/photo.jpg").reply(200, maxAge(600), header("Content-Type", "image/jpeg"), body(PHOTO));
        for (int i = 0; i < IMAGES; i++) origin.on("GET", "/" + i + ".jpg").reply(200, maxAge(600), body(IMAGE));
    }

    private static String sha256(byte[] octets) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    }

    private static void fetchAll(ScenarioEdge edge, InetSocketAddress through) throws Exception {
        QuicClientConnection quic = edge.quic(through, "localhost");
        try {
            quic.connect();
            HttpClient client = new Http3SingleConnectionClient(quic, Duration.ofSeconds(10), 1L << 20);
            URI at = URI.create("https://localhost:" + through.getPort());
            assertEquals(PHOTO.sha256(), sha256(get(client, at.resolve("/photo.jpg"))));
            List<CompletableFuture<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < IMAGES; i++) {
                URI image = at.resolve("/" + i + ".jpg");
                var answer = new CompletableFuture<byte[]>();
                Thread.startVirtualThread(() -> answer.completeAsync(() -> get(client, image), Runnable::run));
                answers.add(answer);
            }
            for (var answer : answers) assertEquals(IMAGE.sha256(), sha256(answer.get(60, TimeUnit.SECONDS)));
        } finally {
            quic.closeAndWait(Duration.ofSeconds(1));
        }
    }

    private static byte[] get(HttpClient client, URI from) {
        try {
            return client.send(HttpRequest.newBuilder(from).build(), HttpResponse.BodyHandlers.ofByteArray())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Scenario
    void flupke(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        publish(edge, origin);
        fetchAll(edge, edge.edge().http3());
        assertTrue(edge.logLines(IMAGES + 1).stream().allMatch(line -> line.contains("HTTP/3.0")));
    }

    @Scenario
    void flupkeWhereEveryTwentiethPacketIsLost(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        publish(edge, origin);
        try (LossyRelay relay = LossyRelay.to(edge.edge().http3(), LOSS, SEED)) {
            fetchAll(edge, relay.address());
            assertTrue(relay.dropped() > 20, relay.dropped() + " packets were lost");
        }
    }

    @Scenario
    void gtlsclient(ScenarioEdge edge, ScriptedOrigin origin, @TempDir Path folder) throws Exception {
        Path client = Path.of("/usr/bin/gtlsclient");
        assumeTrue(Files.isExecutable(client), "Debian's ngtcp2-client is not installed");
        publish(edge, origin);
        String port = Integer.toString(edge.edge().http3().getPort());
        List<String> command = new ArrayList<>(List.of(
                client.toString(), "--quiet", "--exit-on-all-streams-close", "--tx-loss=0.05", "--rx-loss=0.05"));
        command.addAll(List.of("--download=" + folder, "127.0.0.1", port));
        command.add("https://localhost/photo.jpg");
        for (int i = 0; i < IMAGES; i++) command.add("https://localhost/" + i + ".jpg");
        run(command, folder.resolve("output"));
        assertEquals(PHOTO.sha256(), sha256(Files.readAllBytes(folder.resolve("photo.jpg"))));
        for (int i = 0; i < IMAGES; i++)
            assertEquals(IMAGE.sha256(), sha256(Files.readAllBytes(folder.resolve(i + ".jpg"))));
    }

    @Scenario
    void gtlsclientUploads(ScenarioEdge edge, ScriptedOrigin origin, @TempDir Path folder) throws Exception {
        Path client = Path.of("/usr/bin/gtlsclient");
        assumeTrue(Files.isExecutable(client), "Debian's ngtcp2-client is not installed");
        edge.serve(distribution(origin)
                .alias("localhost")
                .byDefault(b -> b.allMethods())
                .offers(OfferedVersions.HTTP_2_AND_3));
        Content content = Content.generated(5_000_000, 13);
        origin.on("PUT", "/up").reply(200, body("thanks"));
        Path file = Files.write(folder.resolve("file"), content.toBytes());
        String port = Integer.toString(edge.edge().http3().getPort());
        String output = run(
                List.of(
                        client.toString(),
                        "--exit-on-all-streams-close",
                        "--http-method=PUT",
                        "--data=" + file,
                        "127.0.0.1",
                        port,
                        "https://localhost/up"),
                folder.resolve("output"));
        assertEquals(1, origin.requests().size(), output);
        assertEquals(content.sha256(), origin.requests().getFirst().body().sha256());
    }

    /** The browser says of each image how it came, and of the first answer where else it could have asked. */
    @Scenario
    void chromium(ScenarioEdge edge, ScriptedOrigin origin, @TempDir Path folder) throws Exception {
        Path browser = Path.of("/usr/bin/chromium");
        assumeTrue(Files.isExecutable(browser), "Debian's chromium is not installed");
        publish(edge, origin);
        byte[] pixel = Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
        for (int i = 0; i < IMAGES; i++) {
            origin.on("GET", "/" + i + ".gif")
                    .reply(200, maxAge(600), header("Content-Type", "image/gif"), body(Content.bytes(pixel)));
        }
        origin.on("GET", "/favicon.ico").reply(404, body("none"));
        origin.on("GET", "/page").reply(200, maxAge(600), header("Content-Type", "text/html"), body(page()));
        int port = edge.edge().http3().getPort();
        String html = run(
                List.of(
                        browser.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--origin-to-force-quic-on=" + HOST + ":" + port,
                        "--host-resolver-rules=MAP " + HOST + " 127.0.0.1",
                        "--ignore-certificate-errors-spki-list=" + edge.publicKeyHash(),
                        "--timeout=30000",
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        "https://" + HOST + ":" + port + "/page"),
                folder.resolve("output"));
        assertTrue(html.contains("images=" + IMAGES + " photo=2000000 protocols=h3"), html);
    }

    private static String page() {
        return """
                <!doctype html><title>page</title><pre id=result></pre><script>
                const images = Array.from({length: %d}, (_, i) => new Promise((done, fail) => {
                  const image = new Image(); image.onload = done; image.onerror = fail; image.src = '/' + i + '.gif';
                }));
                const photo = fetch('/photo.jpg').then(answer => answer.arrayBuffer());
                Promise.all([photo, ...images]).then(([octets]) => {
                  const seen = new Set(performance.getEntriesByType('resource').map(e => e.nextHopProtocol));
                  document.getElementById('result').textContent =
                    `images=${images.length} photo=${octets.byteLength} protocols=${[...seen]}`;
                }, error => document.getElementById('result').textContent = String(error));
                </script>
                """.formatted(IMAGES);
    }

    private static String run(List<String> command, Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running: " + command);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }
}
