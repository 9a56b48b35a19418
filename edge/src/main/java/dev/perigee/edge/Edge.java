package dev.perigee.edge;

import dev.perigee.core.cache.Extension;
import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.Guards;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.serve.Routes;
import dev.perigee.edge.explain.DryRequest;
import dev.perigee.edge.explain.Explainer;
import dev.perigee.edge.explain.Explanation;
import dev.perigee.edge.explain.StoredLook;
import dev.perigee.edge.fetch.Asker;
import dev.perigee.edge.fetch.Compressors;
import dev.perigee.edge.fetch.Fetcher;
import dev.perigee.edge.fetch.Flights;
import dev.perigee.edge.fetch.Variants;
import dev.perigee.edge.firewall.Firewalls;
import dev.perigee.edge.firewall.Samples;
import dev.perigee.edge.lambda.LambdaRuns;
import dev.perigee.edge.log.AccessLog;
import dev.perigee.edge.log.FunctionLog;
import dev.perigee.edge.log.LogFlush;
import dev.perigee.edge.log.RealtimeLogs;
import dev.perigee.edge.log.S3Buckets;
import dev.perigee.edge.net.Listeners;
import dev.perigee.edge.net.ShortSlice;
import dev.perigee.edge.net.Transport;
import dev.perigee.edge.origin.OriginClient;
import dev.perigee.edge.origin.OriginIdentities;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.edge.serve.Counters;
import dev.perigee.edge.serve.Debugging;
import dev.perigee.edge.serve.FunctionSteps;
import dev.perigee.edge.serve.Gatekeeper;
import dev.perigee.edge.serve.LambdaSteps;
import dev.perigee.edge.serve.Pipeline;
import dev.perigee.edge.serve.Plans;
import dev.perigee.edge.store.PurgeLog;
import dev.perigee.edge.store.PurgeSet;
import dev.perigee.edge.store.Store;
import dev.perigee.edge.store.disk.DiskTier;
import dev.perigee.edge.traffic.TrafficFile;
import dev.perigee.edge.traffic.TrafficLedger;
import dev.perigee.function.EdgeLocation;
import dev.perigee.function.FunctionEngine;
import dev.perigee.function.FunctionLimits;
import dev.perigee.lambda.RunLog;
import dev.perigee.wire.MalformedPlanException;
import dev.perigee.wire.PlanDocument;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One edge of the data plane: listens, serves by the plan it was last offered, and keeps serving without more. */
public final class Edge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

    private final EdgeConfig config;
    private final EventLoopGroup loops;
    private final AccessLog log;
    private final RealtimeLogs realtime;
    private final OriginClient origins;
    private final ClientCertificates clientCertificates;
    private final Firewalls firewalls;
    private final Store store;
    private final DiskTier disk;
    private final PurgeLog purges;
    private final Flights flights;
    private final Fetcher fetcher;
    private final Compressors compressors = new Compressors();
    private final FunctionLog functionLog;
    private final FunctionEngine functions;
    private final Plans plans = new Plans();
    private final PlanFile planFile;
    private final Counters counters = new Counters();
    private final TrafficLedger traffic = new TrafficLedger();
    private final TrafficFile trafficFile;
    private final Gatekeeper gatekeeper;
    private final Explainer explainer;
    private final Listeners listeners;
    private final LongAdder plansRefused = new LongAdder();
    private InetSocketAddress http;
    private volatile InetSocketAddress https;
    private InetSocketAddress http3;

    private Edge(EdgeConfig config) throws IOException {
        this.config = config;
        this.http = config.http();
        this.https = config.https();
        this.http3 = config.https();
        Files.createDirectories(
                config.directory(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        EdgeLimits limits = config.limits();
        String name = config.pop() + "50-P1";
        String hostName = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
                + ".cloudfront.net (CloudFront)";
        // Viewers are told 1.1 whatever they speak, as by CloudFront; origins the viewer's version.
        String via = "1.1 " + hostName;
        planFile = new PlanFile(config.directory().resolve("plan"), config.pop());
        // Whoever verifies a signature goes by the time of the wall, wherever the caches' clock was moved to.
        var buckets = new S3Buckets(config.routes(), config.keys(), InstantSource.system());
        realtime = new RealtimeLogs(
                config.directory().resolve("realtime"),
                name,
                config.geo(),
                config.telemetry().records());
        trafficFile = new TrafficFile(config.directory().resolve("metrics"), config.pop(), traffic);
        log = new AccessLog(
                config.directory(),
                config.pop(),
                name,
                buckets,
                config.telemetry().tables(),
                config.geo(),
                realtime,
                config.telemetry().traces());
        loops = Transport.loops("edge-" + config.pop(), config.threads());
        var identities = new OriginIdentities();
        clientCertificates = new ClientCertificates(identities, config.seal());
        origins = new OriginClient(
                loops, config.routes(), config.privateOrigins(), config.originRoots(), identities, limits);
        // Unsafe methods invalidate every variant of a URI, and of those on disk only the keys' hashes are known.
        disk = limits.diskBytes() > 0 && config.extensions().contains(Extension.UNSAFE_METHOD_INVALIDATION)
                ? DiskTier.off("not with the extension unsafe-method-invalidation")
                : DiskTier.open(config.pop(), config.cacheDirectory(), limits.diskBytes(), config.clock());
        store = new Store(limits.memoryBytes(), disk);
        purges = disk.purges();
        flights = new Flights(purges::sequence);
        functionLog = new FunctionLog(config.directory().resolve("functions"));
        LambdaRuns lambdas = new LambdaRuns(config.lambdas(), functionLog, config.clock());
        Asker asker = new Asker(origins, config.keys(), InstantSource.system(), hostName, lambdas);
        Set<Extension> extensions = config.extensions();
        Variants variants = extensions.contains(Extension.VARY) ? new Variants() : null;
        String cacheName = extensions.contains(Extension.CACHE_STATUS) ? "Perigee-" + config.pop() : null;
        fetcher = new Fetcher(asker, store, flights, disk, compressors, limits, config.clock(), extensions, variants);
        gatekeeper = new Gatekeeper(config.geo(), config.ledger(), config.pop());
        firewalls = new Firewalls(config.geo());
        functions = new FunctionEngine(
                FunctionLimits.standard(),
                "edge-" + config.pop(),
                EdgeLocation.of(config.pop(), config.http().getAddress()),
                ShortSlice::before);
        FunctionSteps functionSteps = new FunctionSteps(functions, functionLog, config.clock());
        StoredLook look = new StoredLook(store, disk, config.clock(), variants);
        explainer = new Explainer(plans, limits, gatekeeper, config.geo(), look, functionSteps, config.clock());
        Pipeline pipeline = new Pipeline(
                plans,
                store,
                fetcher,
                counters,
                limits,
                config.clock(),
                via,
                name,
                () -> https.getPort(),
                gatekeeper,
                config.geo(),
                variants,
                cacheName,
                firewalls.samples(),
                functionSteps,
                new LambdaSteps(lambdas),
                new Debugging(config.debugPass(), InstantSource.system(), explainer::tell));
        listeners = new Listeners(config, loops, plans, pipeline, log, traffic, name);
    }

    /**
     * Binds the listeners and serves from the last good plan on disk, or answers 403 to everything until it gets one.
     *
     * @throws java.net.BindException naming the address that is in use
     */
    public static Edge start(EdgeConfig config) throws IOException {
        Edge edge = new Edge(config);
        try {
            edge.install(edge.planFile.read());
            edge.http = edge.listeners.open(config.http(), false);
            edge.https = edge.listeners.open(config.https(), true);
            edge.http3 = edge.listeners.openHttp3(edge.https);
            return edge;
        } catch (IOException | RuntimeException e) {
            edge.close();
            throw e;
        }
    }

    /** Where it listens in clear. */
    public InetSocketAddress http() {
        return http;
    }

    /** Where it listens with TLS. */
    public InetSocketAddress https() {
        return https;
    }

    /** Where it listens for QUIC, over UDP. */
    public InetSocketAddress http3() {
        return http3;
    }

    /** The fixed addresses it was configured with; changes hold from the next connection on. */
    public OriginRoutes routes() {
        return config.routes();
    }

    /**
     * Verifies a plan document and serves by it from the next request on, if it is newer than the plan in force.
     *
     * @return the version in force afterwards: the acknowledgement
     * @throws PlanRefused when the document is damaged, of another schema, or inconsistent
     */
    public synchronized long offer(byte[] document) throws PlanRefused {
        Plan offered;
        try {
            offered = PlanDocument.decode(document);
        } catch (MalformedPlanException e) {
            plansRefused.increment();
            LOG.warn("{}: a plan was refused: {}", config.pop(), e.getMessage());
            throw new PlanRefused(String.valueOf(e.getMessage()));
        }
        if (offered.version() <= plans.current().plan().version()) {
            return plans.current().plan().version();
        }
        // The disk tier keeps purges in a journal of its own, synced: they need not wait for this file.
        if (offered.differsInPurgesOnly(plans.current().plan())) planFile.writeSoon(document);
        else planFile.write(document);
        return install(offered);
    }

    private long install(Plan plan) {
        clientCertificates.prepare(plan);
        long inForce =
                plans.install(new Routes(plan, firewalls.prepare(plan))).plan().version();
        functions.install(plan.functions(), plan.stores());
        Set<EdgeLambda> lambdas = new HashSet<>();
        for (Distribution distribution : plan.distributions()) lambdas.addAll(distribution.lambdas());
        config.lambdas().install(config.pop(), lambdas);
        clientCertificates.forgetOthers();
        listeners.planInstalled();
        purge(plan);
        return inForce;
    }

    /** When this returns, nothing that the plan's purges cover is served any more. */
    private void purge(Plan plan) {
        if (purges.sequence() < plan.purgeFloor()) {
            // A purge was dropped from the plan before this edge had seen it: only an empty cache is surely right.
            flights.purgeAll();
            disk.clear();
            // From here on nothing that began before is written any more; what was written since the first clearing
            // goes.
            purges.restart(plan.purgeFloor());
            disk.clear();
            fetcher.purgeRecalls();
            store.clear();
        }
        long done = purges.sequence();
        List<PurgeLog.Entry> due = plan.purges().stream()
                .filter(purge -> purge.sequence() > done)
                .map(purge -> new PurgeLog.Entry(purge, tagHeader(plan, purge)))
                .toList();
        if (due.isEmpty()) return;
        // Fetches first: one that lands later is not listed, one that has landed is compared with the purges.
        PurgeSet set = new PurgeSet(due.stream().map(PurgeLog.Entry::purge).toList(), plan.distributions());
        flights.purge(set);
        // What is on disk counts as gone from here on, in this process and the next.
        purges.apply(due);
        // A read that begins from here on is compared with the log; one that began before is told.
        fetcher.purgeRecalls(set);
        store.purge(due);
    }

    private static @Nullable String tagHeader(Plan plan, Purge purge) {
        for (Distribution distribution : plan.distributions()) {
            if (distribution.id().equals(purge.distributionId())) return distribution.cacheTagHeader();
        }
        return null;
    }

    /** What the owners of distributions expect them to cost in a month, in millionths of a dollar, by id. */
    public Map<String, Long> budgets() {
        Map<String, Long> budgets = new HashMap<>();
        for (Distribution distribution : plans.current().plan().distributions()) {
            Guards guards = distribution.guards();
            if (guards != null && guards.budgetMicroUsd() > 0) budgets.put(distribution.id(), guards.budgetMicroUsd());
        }
        return budgets;
    }

    /** The log of functions, for runs of a Lambda function that no viewer has asked for. */
    public RunLog invoked() {
        return functionLog::addStarted;
    }

    /** What this request would get now, and why; nothing is asked, stored or counted. */
    public Explanation explain(DryRequest request) {
        return explainer.explain(request);
    }

    /** Requests that rules of a web ACL matched under this metric, from a span of time. */
    public Samples.Kept samples(String webAcl, String metric, long fromMillis, long toMillis) {
        return firewalls.samples().of(webAcl, metric, fromMillis, toMillis);
    }

    /** Writes the access log's lines of responses that have ended; soon after, not when this returns. */
    public void flushLog() {
        listeners.flushLogs();
        realtime.flush();
    }

    /** What was counted of requests that have ended, by distribution. */
    public TrafficLedger traffic() {
        listeners.handTrafficOver();
        return traffic;
    }

    /** Delivers what was logged so far to its buckets, and waits for that. */
    public LogFlush deliverLogs() {
        listeners.flushLogs();
        return log.flush();
    }

    /** What this edge has of a log group, up to now. */
    public List<LogEvent> logEvents(LogQuery query) {
        return log.events(query);
    }

    /** What this edge has of a log group goes. */
    public void forgetLogGroup(String group) {
        log.forget(group);
    }

    /** Of viewers, since the start. */
    public long requests() {
        return counters.requests();
    }

    public EdgeStatus status() {
        Plan plan = plans.current().plan();
        return new EdgeStatus(
                config.pop(),
                plan.version(),
                plan.distributions().size(),
                counters.requests(),
                counters.hits(),
                origins.requestsSent(),
                counters.octets(),
                origins.bytesReceived(),
                store.objects(),
                store.octets(),
                listeners.connections(),
                plansRefused.sum(),
                config.limits().memoryBytes(),
                disk.status(),
                config.geo().status(),
                listeners.proxyHeadersRefused(),
                gatekeeper.status(),
                log.status(),
                realtime.status());
    }

    /** Stops listening, lets responses under way end within the limit, and closes everything. */
    @Override
    public void close() {
        listeners.close();
        origins.close();
        compressors.close();
        functions.close();
        functionLog.close();
        store.clear();
        disk.close();
        planFile.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        store.close();
        log.close();
        trafficFile.close();
    }
}
