package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.perigee.app.acme.Doorway;
import dev.perigee.app.acme.Pebble;
import dev.perigee.app.clock.ClockChoice;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.scenario.TlsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A local system whose clock is moved by hand and that orders its certificates from a Pebble; what tests ask of both. */
final class AcmeSystem implements AutoCloseable {
    static final String NAME = "images.pettracker.test";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    final Pebble pebble;
    private final Path temporary;
    private final SystemFolder folder;
    private final HttpServer origin;
    private final List<Doorway> doors = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private LocalSystem.@Nullable Started started;
    private @Nullable SignedClient client;

    AcmeSystem(Path temporary) throws Exception {
        this.temporary = temporary;
        folder = SystemFolder.at(temporary.resolve("data"));
        pebble = Pebble.in(temporary.resolve("pebble"));
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Cache-Control", "max-age=31536000");
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        origin.start();
    }

    /** Starts the system, or starts it again; the authority need not run. */
    void start() throws Exception {
        start(pebble.directory());
    }

    void start(@Nullable String directory) throws Exception {
        LocalOptions options = LocalOptions.on(PortChoice.AUTO).by(ClockChoice.MANUAL);
        if (directory != null) {
            String pem = Base64.getMimeEncoder().encodeToString(pebble.root().getEncoded());
            Path roots = Files.writeString(
                    temporary.resolve("acme-ca.pem"),
                    "-----BEGIN CERTIFICATE-----\n" + pem + "\n-----END CERTIFICATE-----\n");
            AcmeChoice choice = AcmeChoice.of(directory, roots, "ops@pettracker.test");
            if (choice == null) throw new IllegalStateException("a directory is a choice");
            options = options.ordering(choice);
        }
        started = LocalSystem.start(folder, options, "test");
        client = new SignedClient(run().api());
    }

    void stop() {
        if (client != null) client.close();
        if (started != null) started.system().close();
        client = null;
        started = null;
    }

    /** Starts the authority, which asks the first edge of whatever system runs. */
    void startPebble(Map<String, String> settings) throws Exception {
        if (doors.isEmpty()) {
            for (InetSocketAddress address : firstEdge()) doors.add(new Doorway(address));
        }
        pebble.start(doors.getFirst().port(), doors.getLast().port(), settings);
    }

    /** Where the first edge listens in clear, and with TLS. */
    private List<InetSocketAddress> firstEdge() {
        RunFile.PopAddresses first = run().pops().getFirst();
        return Stream.of(first.http(), first.https())
                .map(URI::create)
                .map(uri -> new InetSocketAddress(uri.getHost(), uri.getPort()))
                .toList();
    }

    void restart() throws Exception {
        stop();
        start();
        for (int i = 0; i < doors.size(); i++) doors.get(i).leadTo(firstEdge().get(i));
    }

    RunFile run() {
        LocalSystem.Started running = started;
        if (running == null) throw new IllegalStateException("nothing runs");
        return running.runFile();
    }

    SystemFolder folder() {
        return folder;
    }

    SignedClient client() {
        SignedClient present = client;
        if (present == null) throw new IllegalStateException("nothing runs");
        return present;
    }

    // ---- the API

    String request(String name, String... others) throws Exception {
        String more =
                others.length == 0 ? "" : ",\"SubjectAlternativeNames\":[\"" + String.join("\",\"", others) + "\"]";
        return client().acm(
                        "RequestCertificate",
                        "{\"DomainName\":\"" + name
                                + "\",\"ValidationMethod\":\"DNS\",\"KeyAlgorithm\":\"EC_prime256v1\"" + more + "}")
                .expect(200)
                .member("CertificateArn");
    }

    SignedClient.Answer describe(String arn) throws Exception {
        return client().acm("DescribeCertificate", "{\"CertificateArn\":\"" + arn + "\"}")
                .expect(200);
    }

    SignedClient.Answer awaitStatus(String arn, String status) throws Exception {
        await(() -> describe(arn).member("Status").equals(status), () -> "no " + status + " but " + told(arn));
        return describe(arn);
    }

    private String told(String arn) throws Exception {
        return describe(arn).whole().body() + "\n" + certificate(arn) + "\n" + pebble.log();
    }

    void distribution(String arn, String... aliases) throws Exception {
        StringBuilder items = new StringBuilder();
        for (String alias : aliases) items.append("<CNAME>").append(alias).append("</CNAME>");
        client().deployed(
                        """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>acme</CallerReference>
                <Aliases><Quantity>%d</Quantity><Items>%s</Items></Aliases>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>%d</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled>
                <ViewerCertificate><ACMCertificateArn>%s</ACMCertificateArn><SSLSupportMethod>sni-only</SSLSupportMethod>
                <MinimumProtocolVersion>TLSv1.2_2021</MinimumProtocolVersion></ViewerCertificate></DistributionConfig>
                """.formatted(aliases.length, items, origin.getAddress().getPort(), arn));
    }

    // ---- the admin listener

    void advance(Duration step) throws Exception {
        String url = run().pops().getFirst().admin() + "/clock?advance=" + step;
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("X-Perigee-Token", run().adminToken())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertEquals(
                200, http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    private JsonNode admin(String path) throws Exception {
        String url = run().pops().getFirst().admin() + path;
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return new ObjectMapper()
                .readTree(
                        http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    /** As {@code ./perigee certificates --json} shows it. */
    JsonNode certificate(String arn) throws Exception {
        for (JsonNode each : admin("/certificates").path("certificates")) {
            if (each.path("arn").asText().equals(arn)) return each;
        }
        throw new AssertionError("not listed: " + arn);
    }

    /** What {@code ./perigee status} says of certificates. */
    String warnings() throws Exception {
        return admin("/control").path("certificates").toString();
    }

    // ---- the edges

    InetSocketAddress https(RunFile.PopAddresses pop) {
        URI uri = URI.create(pop.https());
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** What an edge shows to a new viewer. */
    X509Certificate shown(RunFile.PopAddresses pop, String name) throws IOException {
        try (var viewer = new TlsClient().connect(https(pop), name)) {
            assertEquals(200, viewer.get(name), pop.pop());
            return viewer.certificate();
        }
    }

    /** What all edges show, which is the same. */
    X509Certificate shownEverywhere(String name) throws IOException {
        X509Certificate first = shown(run().pops().getFirst(), name);
        for (RunFile.PopAddresses pop : run().pops()) assertEquals(first, shown(pop, name), pop.pop());
        return first;
    }

    void awaitOther(X509Certificate before, String arn, String name) throws Exception {
        await(
                () -> {
                    for (RunFile.PopAddresses pop : run().pops()) {
                        if (shown(pop, name).equals(before)) return false;
                    }
                    return true;
                },
                () -> "still the same certificate: " + told(arn));
    }

    static void await(Callable<Boolean> done, Callable<String> told) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!done.call()) {
            if (System.nanoTime() > deadline) assertTrue(done.call(), told.call());
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        pebble.close();
        for (Doorway door : doors) door.close();
        origin.stop(0);
        http.shutdownNow();
    }
}
