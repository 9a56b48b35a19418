package dev.perigee.app.local;

import dev.perigee.app.admin.AdminConfig;
import dev.perigee.app.admin.AdminServer;
import dev.perigee.app.budget.Budgets;
import dev.perigee.app.clock.ClockChoice;
import dev.perigee.app.clock.ManualClock;
import dev.perigee.app.console.ConsoleConfig;
import dev.perigee.app.console.ConsoleServer;
import dev.perigee.app.folder.FolderLock;
import dev.perigee.app.folder.KeyFile;
import dev.perigee.app.folder.OwnerFile;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.local.Listeners.NamedPort;
import dev.perigee.app.local.Listeners.PopPorts;
import dev.perigee.app.tls.LocalAuthority;
import dev.perigee.app.tls.SubjectNames;
import dev.perigee.control.CertificateStatus;
import dev.perigee.control.ControlConfig;
import dev.perigee.control.ControlServer;
import dev.perigee.control.ControlStatus;
import dev.perigee.control.S3Link;
import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Role;
import dev.perigee.control.publish.EdgeLink;
import dev.perigee.control.resource.SampleSource.Sampled;
import dev.perigee.core.access.DebugPass;
import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import dev.perigee.core.tls.Seal;
import dev.perigee.core.traffic.TrafficSample;
import dev.perigee.edge.Edge;
import dev.perigee.edge.EdgeConfig;
import dev.perigee.edge.PlanRefused;
import dev.perigee.edge.firewall.Samples;
import dev.perigee.edge.geo.GeoDatabase;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.lambda.EpollPipes;
import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.edge.warm.WarmUp;
import dev.perigee.lab.s3.EmbeddedS3;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.LambdaLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The whole of Perigee in one process, wired by hand: this file is the map of what talks to what. */
public final class LocalSystem implements AutoCloseable {
    private static final String ACCOUNT = "123456789012";
    private static final List<String> S3_NAMES = List.of("*.s3.amazonaws.com", "*.s3.*.amazonaws.com");
    /** What else may have an origin access control. */
    private static final List<String> OTHER_SIGNED_NAMES = List.of(
            "*.lambda-url.*.on.aws",
            "*.lambda-url.*.localhost",
            "*.mediastore.*.amazonaws.com",
            "*.mediapackagev2.*.amazonaws.com");

    /** Function URLs of this system: their ids begin so, and those of AWS's do not. */
    private static final List<String> FUNCTION_URLS =
            List.of("perigee*.lambda-url.us-east-1.on.aws", "perigee*.lambda-url.us-east-1.localhost");

    private final SystemFolder folder;
    private final LocalOptions options;
    private final Instant startedAt = Instant.now();
    private final String adminToken = randomToken();
    private @Nullable ManualClock manualClock;
    private final StartedParts parts = new StartedParts();
    private final List<PopAddresses> pops = new ArrayList<>();
    private final List<EdgeLink> links = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();
    private final List<OriginRoutes> routes = new ArrayList<>();
    private final List<EdgeConfig> configs = new ArrayList<>();
    private volatile @Nullable ControlServer controlPlane;

    private LocalSystem(SystemFolder folder, LocalOptions options) {
        this.folder = folder;
        this.options = options;
    }

    /** The control plane's way to an edge of the same process. */
    private record LocalLink(String pop, Edge edge) implements EdgeLink {
        @Override
        public long offer(byte[] document) throws PlanRefused {
            return edge.offer(document);
        }

        @Override
        public Sampled samples(String webAcl, String metric, long fromMillis, long toMillis) {
            Samples.Kept kept = edge.samples(webAcl, metric, fromMillis, toMillis);
            return new Sampled(kept.samples(), kept.population());
        }

        @Override
        public List<TrafficSample> traffic(@Nullable String distribution, long from, long to) {
            return edge.traffic().between(distribution, from, to);
        }

        @Override
        public List<LogEvent> logEvents(LogQuery query) {
            return edge.logEvents(query);
        }

        @Override
        public void forgetLogGroup(String group) {
            edge.forgetLogGroup(group);
        }
    }

    /** A system that runs, and what its run.json says. */
    public record Started(LocalSystem system, RunFile runFile) {}

    /**
     * Starts everything and writes run.json; what was started before a failure is stopped again.
     *
     * @throws StartFailure with a line for the user
     */
    public static Started start(SystemFolder folder, LocalOptions options, String version) throws StartFailure {
        return start(folder, options, version, _ -> {});
    }

    /**
     * Starts everything and writes run.json; what was started before a failure is stopped again.
     *
     * @param warn takes lines for the user about what does not keep the system from starting, before run.json is there
     * @throws StartFailure with a line for the user
     */
    public static Started start(SystemFolder folder, LocalOptions options, String version, Consumer<String> warn)
            throws StartFailure {
        var system = new LocalSystem(folder, options);
        try {
            return new Started(system, system.startParts(version, warn));
        } catch (StartFailure failure) {
            system.close();
            throw failure;
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            system.close();
            throw new StartFailure(Reasons.of(failure), failure);
        }
    }

    private RunFile startParts(String version, Consumer<String> warn)
            throws StartFailure, IOException, GeneralSecurityException {
        lockFolder();
        manualClock = options.clock() == ClockChoice.MANUAL ? KeptClock.open(folder.clock(), startedAt) : null;
        Listeners listeners = Listeners.of(options.ports());
        checkPorts(listeners);

        var authority = LocalAuthority.of(folder.authority(), options.domainSuffix(), startedAt);
        var names = SubjectNames.ofEdge(options.domainSuffix());
        LocalAuthority.Leaf leaf = authority.leaf(folder.certificates(), "edge", names, startedAt);
        EdgeKey edgeKey = EdgeKey.of(folder);
        Seal seal = SealKey.of(folder);
        DebugPass debugPass = new DebugPass(
                KeyFile.of(folder.debugKeyFile(), DebugPass.KEY_BYTES, "no request can ask to be explained"));

        String forwardToken = randomToken();
        EdgeKey controlKey = EdgeKey.fresh();
        EdgeKey reader = EdgeKey.fresh();
        var access = new LocalAccess(() -> controlPlane, List.of(edgeKey, controlKey));
        EmbeddedS3 s3 = parts.started(EmbeddedS3.start(OwnerFile.folder(folder.objects()), access, forwardToken));
        SpendingLedger ledger = parts.started(SpendingLedger.open(folder.spending(), clock()));
        GeoDatabase geo = parts.started(GeoDatabase.of(options.viewers().geoDatabases()));
        LambdaEngine lambdas = parts.started(new LambdaEngine(
                OwnerFile.folder(folder.lambda()),
                LambdaLimits.standard(),
                options.lambdaNetwork(),
                EpollPipes.source()));
        for (PopPorts ports : listeners.pops()) {
            startPop(ports, leaf, edgeKey, seal, s3.address(), geo, ledger, lambdas, debugPass);
        }
        // Every edge has every plan, so any of them will do.
        parts.started(Budgets.start(
                ledger,
                edges.getFirst()::budgets,
                folder.budgets(),
                options.telemetry().budgetWebhook()));
        AcmeChoice acme = options.acme();
        ControlServer control = parts.started(ControlServer.start(new ControlConfig(
                Listeners.loopback(listeners.api()),
                OwnerFile.folder(folder.control()).resolve("perigee.db"),
                folder.auditLog(),
                ACCOUNT,
                List.of(options.domainSuffix(), "cloudfront.net"),
                options.testKey() ? LocalAccess.TEST_KEY : Map.of(),
                new S3Link(s3.address(), forwardToken, controlKey.credentials()),
                options.defaultDistribution(),
                clock(),
                seal,
                (certified, rsa) -> authority.issue(certified, rsa, Instant.now()),
                acme == null ? null : acme.config(),
                links,
                new Caller(reader.accessKeyId(), reader.secretAccessKey(), Role.READ_ONLY, null),
                lambdas,
                // One log is shown of all edges together: any of them will do.
                edges.getFirst().invoked(),
                new Caller(edgeKey.accessKeyId(), edgeKey.secretAccessKey(), Role.READ_ONLY, null))));
        controlPlane = control;
        for (OriginRoutes each : routes) {
            FUNCTION_URLS.forEach(name -> each.put(new OriginRoutes.Route(name, control.functionUrls(), false)));
        }

        String unknownHosts = options.defaultDistribution();
        if (unknownHosts != null && !control.hasDistribution(unknownHosts)) {
            warn.accept("there is no distribution " + unknownHosts
                    + " for --default-distribution; until there is, unknown hosts get 403");
        }

        ConsoleServer console = parts.started(ConsoleServer.start(new ConsoleConfig(
                Listeners.loopback(listeners.console()),
                version,
                url("http", control.address()),
                options.domainSuffix(),
                pops,
                adminToken,
                reader.credentials(),
                folder.root())));

        var runFile = new RunFile(
                ProcessHandle.current().pid(),
                url("http", control.address()),
                url("http", s3.address()),
                options.domainSuffix(),
                authority.file(),
                pops,
                adminToken,
                version,
                startedAt,
                options.clock(),
                url("http", console.address()));
        runFile.write(folder);
        parts.started(() -> Files.deleteIfExists(folder.runFile()));
        return runFile;
    }

    /** Makes the JIT compile what serving needs, in the background and at the lowest priority, before viewers come. */
    public void warmUp() {
        parts.started(WarmUp.start(configs.getFirst(), folder.warmUp(), this::served));
    }

    private long served() {
        long sum = 0;
        for (Edge edge : edges) sum += edge.requests();
        return sum;
    }

    /** Some of the same, here and now. */
    public void rehearse() throws IOException {
        WarmUp.rehearse(configs.getFirst(), folder.warmUp());
    }

    private void lockFolder() throws StartFailure, IOException {
        folder.create();
        FolderLock lock = FolderLock.take(folder);
        if (lock == null) {
            throw new StartFailure(
                    "a Perigee system already runs in " + folder.root() + " (pid " + FolderLock.holder(folder)
                            + "): stop it with ./perigee down, or choose another folder with --data");
        }
        parts.started(lock);
        // From here on the folder is ours; a run.json in it was left behind by a process that was killed.
        Files.deleteIfExists(folder.runFile());
    }

    private static void checkPorts(Listeners listeners) throws StartFailure, IOException {
        for (NamedPort named : listeners.all()) {
            if (!Listeners.free(named.port())) {
                throw new StartFailure("port " + named.port() + " (" + named.purpose()
                        + ") is in use: stop what listens there, or start with --ports auto");
            }
        }
    }

    private void startPop(
            PopPorts ports,
            LocalAuthority.Leaf leaf,
            EdgeKey key,
            Seal seal,
            InetSocketAddress s3,
            GeoDatabase geo,
            SpendingLedger ledger,
            LambdaEngine lambdas,
            DebugPass debugPass)
            throws IOException {
        List<OriginRoutes.Route> s3Routes = S3_NAMES.stream()
                .map(name -> new OriginRoutes.Route(name, s3, false))
                .toList();
        var routes = new OriginRoutes();
        s3Routes.forEach(routes::put);
        this.routes.add(routes);
        Path directory = OwnerFile.folder(folder.edge(ports.pop()));
        EdgeConfig config = new EdgeConfig(
                ports.pop(),
                Listeners.loopback(ports.http()),
                Listeners.loopback(ports.https()),
                threadsPerEdge(),
                directory,
                OwnerFile.folder(folder.cache()).resolve(ports.pop()),
                leaf.chain(),
                leaf.key(),
                seal,
                options.limits(),
                clock(),
                routes,
                originKeys(key),
                true,
                options.extensions(),
                options.originRoots().certificates(),
                geo,
                options.viewers().proxies(),
                ledger,
                options.telemetry().of(ports.pop()),
                lambdas,
                debugPass);
        Edge edge = parts.started(Edge.start(config));
        configs.add(config);
        edges.add(edge);
        links.add(new LocalLink(ports.pop(), edge));
        AdminServer admin = parts.started(AdminServer.start(new AdminConfig(
                Listeners.loopback(ports.admin()),
                adminToken,
                edge::status,
                this::controlStatus,
                this::certificates,
                () -> controlPlane,
                routes,
                s3Routes,
                manualClock,
                this::clockMoved,
                edge::explain,
                edge::deliverLogs,
                edge::traffic)));
        pops.add(new PopAddresses(
                ports.pop(),
                url("http", edge.http()),
                url("https", edge.https()),
                url("https", edge.http3()),
                url("http", admin.address())));
    }

    private @Nullable ControlStatus controlStatus() {
        ControlServer control = controlPlane;
        return control == null ? null : control.status();
    }

    private List<CertificateStatus> certificates() {
        ControlServer control = controlPlane;
        return control == null ? List.of() : control.certificates();
    }

    private void clockMoved() {
        ControlServer control = controlPlane;
        if (control != null) control.clockMoved();
    }

    private static OriginKeys originKeys(EdgeKey key) {
        return new OriginKeys(Stream.concat(S3_NAMES.stream(), OTHER_SIGNED_NAMES.stream())
                .map(name -> new OriginKeys.Entry(name, key.accessKeyId(), key.secretAccessKey()))
                .toList());
    }

    private InstantSource clock() {
        return manualClock == null ? InstantSource.system() : manualClock;
    }

    private static int threadsPerEdge() {
        int edges = Listeners.of(PortChoice.AUTO).pops().size();
        return Math.max(1, Runtime.getRuntime().availableProcessors() / edges);
    }

    private static String randomToken() {
        byte[] token = new byte[24];
        new SecureRandom().nextBytes(token);
        return HexFormat.of().formatHex(token);
    }

    private static String url(String scheme, InetSocketAddress address) {
        return scheme + "://127.0.0.1:" + address.getPort();
    }

    /** Stops listening, lets what is under way end, and gives the folder back. */
    @Override
    public void close() {
        parts.close();
    }
}
