package dev.perigee.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.access.DebugPass;
import dev.perigee.core.cache.Extension;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.Seal;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import dev.perigee.edge.Edge;
import dev.perigee.edge.EdgeConfig;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.EdgeStatus;
import dev.perigee.edge.PlanRefused;
import dev.perigee.edge.Telemetry;
import dev.perigee.edge.TrustedProxies;
import dev.perigee.edge.geo.GeoDatabase;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.lambda.EpollPipes;
import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.edge.store.disk.DiskStatus;
import dev.perigee.lambda.BadPackage;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.LambdaLimits;
import dev.perigee.wire.PlanDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import tech.kwik.core.QuicClientConnection;

/** An edge in this process on free loopback ports, with the plans and purges that a scenario gives it. */
public final class ScenarioEdge implements AutoCloseable {
    /** The key pair that signs requests to buckets in us-east-1, function URLs and the media services. */
    public static final OriginKeys.Entry BUCKET_KEY =
            new OriginKeys.Entry("*.s3.us-east-1.amazonaws.com", "AKIASCENARIO", "scenario/secret+key");

    private static final TestCertificate CERTIFICATE = TestCertificate.create();
    private static final GeoDatabase COUNTRIES = GeoDatabase.embedded();

    private final InstantSource clock;
    private final Path directory;
    private final OriginRoutes routes = new OriginRoutes();
    private final List<ScriptedViewer> viewers = new ArrayList<>();
    private final List<Http2Wire> wires = new ArrayList<>();
    private Speaks speaks = Speaks.HTTP_1;
    private volatile boolean stopped;
    private GeoDatabase geo = COUNTRIES;
    private TrustedProxies proxies = TrustedProxies.NONE;
    private Set<Extension> extensions = Set.of();
    private List<X509Certificate> originRoots = List.of();
    private EdgeLimits limits = LimitsBuilder.limits().build();
    private SpendingLedger ledger;
    private final LambdaEngine lambdas;
    private Edge edge;
    private long version;
    private List<Distribution> distributions = List.of();
    private final List<Purge> purges = new ArrayList<>();
    private final DebugPass debugPass = DebugPass.ephemeral();
    private final Seal seal = Seal.ephemeral();
    private List<ServerCertificate> certificates = List.of();
    private List<TrustStore> trustStores = List.of();
    private List<WebAcl> webAcls = List.of();
    private @Nullable String defaultDistribution;
    private @Nullable Challenges challenges;
    private List<EdgeFunction> functions = List.of();
    private List<KeyValueStore> stores = List.of();

    private ScenarioEdge(InstantSource clock) {
        this.clock = clock;
        try {
            this.directory = Files.createTempDirectory("perigee-scenario");
            this.ledger = SpendingLedger.open(directory.resolve("spending"), clock);
            this.lambdas =
                    new LambdaEngine(directory.resolve("lambda"), LambdaLimits.standard(), true, EpollPipes.source());
            this.edge = open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An edge that has no plan yet. */
    public static ScenarioEdge start(InstantSource clock) {
        return new ScenarioEdge(clock);
    }

    private Edge open() throws IOException {
        Path state = directory.resolve("edge");
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return Edge.start(new EdgeConfig(
                "IAD",
                anyPort,
                anyPort,
                2,
                state,
                cache(),
                CERTIFICATE.writeChain(directory),
                CERTIFICATE.writeKey(directory),
                seal,
                limits,
                clock,
                routes,
                keys(),
                true,
                extensions,
                originRoots,
                geo,
                proxies,
                ledger,
                Telemetry.NONE,
                lambdas,
                debugPass));
    }

    private static OriginKeys keys() {
        return new OriginKeys(Stream.of(
                        BUCKET_KEY.pattern(),
                        "*.lambda-url.*.on.aws",
                        "*.mediastore.*.amazonaws.com",
                        "*.mediapackagev2.*.amazonaws.com")
                .map(name -> new OriginKeys.Entry(name, BUCKET_KEY.accessKeyId(), BUCKET_KEY.secretAccessKey()))
                .toList());
    }

    public Edge edge() {
        return edge;
    }

    /** Makes passes that this edge takes for good. */
    public DebugPass debugPass() {
        return debugPass;
    }

    public EdgeStatus status() {
        return edge.status();
    }

    public int httpPort() {
        return edge.http().getPort();
    }

    public OriginRoutes routes() {
        return routes;
    }

    /** Where the edge keeps its plan and its log. */
    public Path state() {
        return directory.resolve("edge");
    }

    /** Where the edge keeps its disk tier, when the limits give it one. */
    public Path cache() {
        return directory.resolve("cache");
    }

    /** Waits until the disk tier is as wanted. */
    public void awaitDisk(Predicate<DiskStatus> wanted) {
        boolean came = Patience.until(
                Duration.ofSeconds(Patience.SECONDS),
                () -> wanted.test(edge.status().disk()));
        if (!came) throw new AssertionError("not as wanted: " + edge.status().disk());
    }

    /** A viewer of the usual distribution, in clear. */
    public ScriptedViewer viewer() {
        return viewer(DistributionBuilder.HOST);
    }

    /** A viewer that asks for this host, in clear. */
    public ScriptedViewer viewer(String host) {
        return switch (speaks) {
            case HTTP_1 -> add(new ScriptedViewer(edge.http(), host, null));
            // Who asks for nobody's name is not offered HTTP/2.
            case HTTP_2 ->
                isServed(host)
                        ? http2Viewer(host)
                        : add(new ScriptedViewer(edge.https(), host, CERTIFICATE.trustingSockets()));
            case HTTP_3 -> http3Viewer(host);
        };
    }

    private boolean isServed(String host) {
        return distributions.stream()
                .flatMap(distribution -> distribution.hosts().stream())
                .anyMatch(name -> name.startsWith("*.") ? host.endsWith(name.substring(1)) : name.equals(host));
    }

    /** A viewer in clear, also where the others speak HTTP/2. */
    public ScriptedViewer clearViewer() {
        return add(new ScriptedViewer(edge.http(), DistributionBuilder.HOST, null));
    }

    /** A viewer that asks for this host over HTTP/2. */
    public ScriptedViewer http2Viewer(String host) {
        return http2Viewer(host, CERTIFICATE.trustingSockets());
    }

    private ScriptedViewer http2Viewer(String host, SSLSocketFactory sockets) {
        return add(ScriptedViewer.onStreams(
                edge.https(), host, buffer -> new Http2Session(Http2Wire.open(edge.https(), host, sockets, buffer))));
    }

    /** A viewer that asks for this host over HTTP/3. */
    public ScriptedViewer http3Viewer(String host) {
        return add(ScriptedViewer.onStreams(edge.http3(), host, _ -> http3Session(host)));
    }

    /** An HTTP/3 connection for this host; the test's to close. */
    public Http3Session http3Session(String host) throws IOException {
        return Http3Session.open(edge.http3(), host, CERTIFICATE.trustManager());
    }

    /** A QUIC connection for this host, for whatever the test wants to send; the test's to close. */
    public Http3Wire http3Wire(String host) throws Exception {
        return Http3Wire.open(edge.http3(), host, CERTIFICATE.trustManager());
    }

    /** A QUIC connection by way of this address, yet to be made, for somebody else's HTTP/3. */
    public QuicClientConnection quic(InetSocketAddress through, String host) throws IOException {
        return Http3Session.builder(through, host, CERTIFICATE.trustManager()).build();
    }

    /** As {@link #http2Viewer}, showing this certificate where the edge asks for one. */
    public ScriptedViewer http2Viewer(String host, TestCertificate shown) {
        return http2Viewer(host, CERTIFICATE.trustShowing(shown).getSocketFactory());
    }

    /** An HTTP/2 connection for the usual host, for frames of the test's own. */
    public Http2Wire http2Wire() {
        return http2Wire(0);
    }

    /** As {@link #http2Wire()}, with a kernel buffer of this size for what the edge sends. */
    public Http2Wire http2Wire(int receiveBuffer) {
        Http2Wire wire =
                Http2Wire.open(edge.https(), DistributionBuilder.HOST, CERTIFICATE.trustingSockets(), receiveBuffer);
        wires.add(wire);
        return wire;
    }

    /** A viewer in clear whose proxy says that it comes from this address. */
    public ScriptedViewer viewerFrom(String address) {
        return clearViewer().saying(ProxiedSockets.header(address));
    }

    /** Likewise, over TLS. */
    public ScriptedViewer tlsViewerFrom(String address) {
        return tlsViewer().saying(ProxiedSockets.header(address));
    }

    /** Likewise, over HTTP/2. */
    public ScriptedViewer http2ViewerFrom(String address) {
        return http2Viewer(DistributionBuilder.HOST, new ProxiedSockets(CERTIFICATE.trustingSockets(), address));
    }

    /** Trust in the edge's certificate, for clients that the testkit has not made. */
    public SSLContext trust() {
        return CERTIFICATE.trust();
    }

    /** SHA-256 of the public key of the edge's certificate, in Base64, as browsers take it for trust. */
    public String publicKeyHash() {
        return CERTIFICATE.publicKeyHash();
    }

    /** A viewer of the usual distribution over TLS. */
    public ScriptedViewer tlsViewer() {
        return add(new ScriptedViewer(edge.https(), DistributionBuilder.HOST, CERTIFICATE.trustingSockets()));
    }

    /** A connection over TLS, for what is no HTTP. */
    public Socket tlsSocket() throws IOException {
        SSLSocket socket = (SSLSocket) CERTIFICATE
                .trustingSockets()
                .createSocket(edge.https().getAddress(), edge.https().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(DistributionBuilder.HOST)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private ScriptedViewer add(ScriptedViewer viewer) {
        viewers.add(viewer);
        return viewer;
    }

    /** Serves these distributions from now on. */
    public void serve(DistributionBuilder... built) {
        if (speaks == Speaks.HTTP_3) {
            for (DistributionBuilder each : built) each.offersUnlessChosen(OfferedVersions.HTTP_2_AND_3);
        }
        distributions = Arrays.stream(built).map(DistributionBuilder::build).toList();
        publish();
    }

    /** What private keys of certificates in plans are sealed with. */
    public Seal seal() {
        return seal;
    }

    /** Certificates of the plans that are published from now on; {@link #serve} publishes. */
    public void certificates(ServerCertificate... listed) {
        certificates = List.of(listed);
    }

    /** Web ACLs of the plans that are published from now on. */
    public void webAcls(WebAcl... listed) {
        webAcls = List.of(listed);
    }

    /** Trust stores of the plans that are published from now on. */
    public void trustStores(TrustStore... listed) {
        trustStores = List.of(listed);
    }

    /** Functions of the plans that are published from now on. */
    public void functions(EdgeFunction... listed) {
        functions = List.of(listed);
    }

    /** These are the key value stores that functions read. */
    public void stores(KeyValueStore... listed) {
        stores = List.of(listed);
        publish();
    }

    /** Lets certificate authorities ask for these proofs, or for none any more. */
    public void challenges(@Nullable Challenges inProgress) {
        challenges = inProgress;
        publish();
    }

    /** A Lambda function of one file, whose package the edge has from now on. */
    public EdgeLambda lambda(String name, String runtime, String file, String source) {
        var zip = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry(file));
            out.write(source.getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            return new EdgeLambda(
                    "arn:aws:lambda:us-east-1:123456789012:function:" + name + ":1",
                    runtime,
                    file.substring(0, file.lastIndexOf('.')) + ".handler",
                    128,
                    30,
                    lambdas.packages().put(zip.toByteArray()));
        } catch (IOException | BadPackage e) {
            throw new IllegalStateException(e);
        }
    }

    public InetSocketAddress https() {
        return edge.https();
    }

    /** Lets this distribution answer for hosts that no other has. */
    public void answerUnknownHostsWith(String distributionId) {
        defaultDistribution = distributionId;
        publish();
    }

    /** Invalidates these paths of the usual distribution. */
    public void purge(String... paths) {
        purgeOf(distributions.getFirst().id(), paths);
    }

    public void purgeOf(String distributionId, String... paths) {
        addPurge(distributionId, List.of(paths), List.of());
    }

    /** Invalidates what carries one of these tags, in lower case, of the usual distribution. */
    public void purgeTags(String... tags) {
        addPurge(distributions.getFirst().id(), List.of(), List.of(tags));
    }

    private void addPurge(String distributionId, List<String> paths, List<String> tags) {
        purges.add(new Purge(purges.size() + 1L, distributionId, paths, tags));
        publish();
    }

    private void publish() {
        Plan plan = nextPlan();
        try {
            assertEquals(plan.version(), edge.offer(PlanDocument.encode(plan)), "acknowledged version");
        } catch (PlanRefused e) {
            throw new AssertionError(e);
        }
    }

    /** The plan that would be published next, not yet offered. */
    public Plan nextPlan() {
        version++;
        return new Plan(
                version,
                distributions,
                purges,
                0,
                defaultDistribution,
                certificates,
                trustStores,
                challenges,
                webAcls,
                functions,
                stores);
    }

    /** Stops the edge and starts another one on the same state. */
    public void restart() {
        restart(limits);
    }

    /** Starts anew with these extensions, and serves as before. */
    public void extend(Extension... chosen) {
        extensions = Set.of(chosen);
        restart(limits);
    }

    /** Starts anew, believes these proxies, and serves as before. */
    public void trustProxies(TrustedProxies trusted) {
        proxies = trusted;
        restart(limits);
    }

    /** Starts anew, looks viewers' addresses up in this, and serves as before. */
    public void locate(GeoDatabase database) {
        geo = database;
        restart(limits);
    }

    /** Starts anew, trusts these certificates for origins, and serves as before. */
    public void trustForOrigins(X509Certificate... roots) {
        originRoots = List.of(roots);
        restart(limits);
    }

    /** Stops the edge for good, while its viewers stay. */
    public void stop() {
        stopped = true;
        edge.close();
    }

    public void restart(EdgeLimits other) {
        restart(other, _ -> {});
    }

    /** What happens to the folder of an edge that does not run. */
    @FunctionalInterface
    public interface Meddling {
        void with(Path state) throws IOException;
    }

    /** Starts anew after something has happened to the folder that it keeps its plan in. */
    public void restart(EdgeLimits other, Meddling between) {
        closeViewers();
        edge.close();
        ledger.close();
        limits = other;
        try {
            between.with(state());
            ledger = SpendingLedger.open(directory.resolve("spending"), clock);
            edge = open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines of the access log, once there are at least so many; comment lines are left out. */
    public List<String> logLines(int atLeast) {
        return lines("access.log", atLeast);
    }

    /** The records of a real-time log, as far as the edge keeps them; waits until there are that many. */
    public List<String> realtimeLines(String name, int atLeast) {
        return lines(name + ".log", atLeast);
    }

    private List<String> lines(String file, int atLeast) {
        boolean came = Patience.until(Duration.ofSeconds(Patience.SECONDS), () -> {
            edge.flushLog();
            return readLog(file).size() >= atLeast;
        });
        List<String> lines = readLog(file);
        if (!came) throw new AssertionError("wanted " + atLeast + " log lines, got " + lines);
        return lines;
    }

    private List<String> readLog(String name) {
        try (Stream<Path> files = Files.walk(state())) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith(name))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (!line.startsWith("#")) lines.add(line);
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What viewers speak when a scenario does not say. */
    enum Speaks {
        HTTP_1,
        HTTP_2,
        HTTP_3
    }

    /** Lets the viewers made from now on speak this. */
    void speak(Speaks version) {
        speaks = version;
    }

    private void closeViewers() {
        wires.forEach(Http2Wire::close);
        wires.clear();
        viewers.forEach(ScriptedViewer::close);
        viewers.clear();
    }

    @Override
    public void close() {
        closeViewers();
        if (!stopped) edge.close();
        lambdas.close();
        ledger.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
