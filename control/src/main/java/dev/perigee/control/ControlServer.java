package dev.perigee.control;

import dev.perigee.control.access.AuditLog;
import dev.perigee.control.access.Caller;
import dev.perigee.control.access.KeyDesk;
import dev.perigee.control.access.Keyring;
import dev.perigee.control.api.ApiListener;
import dev.perigee.control.api.S3Objects;
import dev.perigee.control.compile.CompileOptions;
import dev.perigee.control.compile.PlanCompiler;
import dev.perigee.control.monitoring.MetricOperations;
import dev.perigee.control.publish.EdgeLink;
import dev.perigee.control.publish.Publisher;
import dev.perigee.control.resource.AccessKeys;
import dev.perigee.control.resource.LogEventSource;
import dev.perigee.control.resource.Resources;
import dev.perigee.control.resource.SampleSource.Sampled;
import dev.perigee.control.resource.Store;
import dev.perigee.core.firewall.Sample;
import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import dev.perigee.core.traffic.TrafficSample;
import dev.perigee.lambda.LambdaEngine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The control plane: the API, the resources behind it, and the edges kept on the newest plan. */
public final class ControlServer implements AutoCloseable {
    private final ApiListener listener;
    private final Resources resources;
    private final Publisher publisher;
    private final Store store;
    private final AccessKeys keys;
    private final AuditLog audit;
    private final @Nullable LambdaEngine lambdas;

    private ControlServer(
            ApiListener listener,
            Resources resources,
            Publisher publisher,
            Store store,
            AccessKeys keys,
            AuditLog audit,
            @Nullable LambdaEngine lambdas) {
        this.lambdas = lambdas;
        this.keys = keys;
        this.audit = audit;
        this.listener = listener;
        this.resources = resources;
        this.publisher = publisher;
        this.store = store;
    }

    /**
     * Opens the store, listens, and begins to publish.
     *
     * @throws java.net.BindException when the port is taken
     * @throws IOException when the database cannot be used, or the audit log not be written
     */
    public static ControlServer start(ControlConfig config) throws IOException {
        AuditLog audit = AuditLog.open(config.auditLog(), InstantSource.system());
        try {
            return start(config, audit);
        } catch (IOException | RuntimeException e) {
            audit.close();
            throw e;
        }
    }

    private static ControlServer start(ControlConfig config, AuditLog audit) throws IOException {
        Store store = Store.open(config.database());
        AtomicReference<Publisher> publishing = new AtomicReference<>();
        Resources resources = new Resources(
                store,
                config.accountId(),
                config.domainSuffixes().getFirst(),
                config.clock(),
                () -> publishing.get().acknowledged(),
                config.seal(),
                config.issuer(),
                config.acme(),
                config.s3() == null ? null : new S3Objects(config.s3(), InstantSource.system()));
        PlanCompiler compiler =
                new PlanCompiler(new CompileOptions(config.domainSuffixes(), config.defaultDistribution()));
        Publisher publisher = new Publisher(resources::snapshot, compiler, config.edges(), resources::acknowledged);
        publishing.set(publisher);
        try {
            // Options and compiler may differ from the last run; a plan that differs needs a version of its own.
            store.advance();
            var keys = new AccessKeys(store, config.seal(), InstantSource.system(), config.keys());
            store.whenRevised(publisher::revisionAdvanced);
            ApiListener listener = ApiListener.start(
                    config.address(),
                    config.accountId(),
                    withReader(keys, config.reader()),
                    audit,
                    InstantSource.system(),
                    config.s3(),
                    resources.handlers(),
                    resources.acm(),
                    resources.waf((acl, metric, from, to) -> sampled(config.edges(), acl, metric, from, to)),
                    resources.logs(logEvents(config.edges())),
                    resources.keys(),
                    config.lambdas() == null ? null : resources.lambdas(config.lambdas(), config.invoked()),
                    config.edgeKey(),
                    new MetricOperations(
                            (distribution, from, to) -> traffic(config.edges(), distribution, from, to),
                            resources::hasAdditionalMetrics,
                            config.clock()));
            publisher.start();
            resources.start();
            return new ControlServer(listener, resources, publisher, store, keys, audit, config.lambdas());
        } catch (IOException | RuntimeException e) {
            resources.close();
            publisher.close();
            store.close();
            throw e;
        }
    }

    private static Keyring withReader(Keyring keys, @Nullable Caller reader) {
        if (reader == null) return keys;
        return id -> id.equals(reader.accessKeyId()) ? reader : keys.find(id);
    }

    private static Sampled sampled(List<EdgeLink> edges, String acl, String metric, long from, long to) {
        List<Sample> samples = new ArrayList<>();
        long population = 0;
        for (EdgeLink edge : edges) {
            Sampled there = edge.samples(acl, metric, from, to);
            samples.addAll(there.samples());
            population += there.population();
        }
        return new Sampled(samples, population);
    }

    private static List<TrafficSample> traffic(
            List<EdgeLink> edges, @Nullable String distribution, long from, long to) {
        List<TrafficSample> samples = new ArrayList<>();
        for (EdgeLink edge : edges) samples.addAll(edge.traffic(distribution, from, to));
        return samples;
    }

    private static LogEventSource logEvents(List<EdgeLink> edges) {
        return new LogEventSource() {
            @Override
            public List<LogEvent> of(LogQuery query) {
                return logEvents(edges, query);
            }

            @Override
            public void forget(String group) {
                for (EdgeLink edge : edges) edge.forgetLogGroup(group);
            }
        };
    }

    private static List<LogEvent> logEvents(List<EdgeLink> edges, LogQuery query) {
        List<LogEvent> events = new ArrayList<>();
        for (EdgeLink edge : edges) events.addAll(edge.logEvents(query));
        events.sort(Comparator.naturalOrder());
        int spare = Math.max(0, events.size() - query.most());
        return query.newest() ? events.subList(spare, events.size()) : events.subList(0, events.size() - spare);
    }

    /** Where the API listens. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** Where edges ask for function URLs, and nothing else is answered. */
    public InetSocketAddress functionUrls() {
        return listener.functionUrls();
    }

    public ControlStatus status() {
        return new ControlStatus(
                resources.revision(),
                publisher.acknowledged(),
                resources.distributions(),
                publisher.states(),
                publisher.problems(),
                audit.failures(),
                audit.lastFailure(),
                lambdas == null ? "none" : lambdas.sandbox(),
                lambdas == null ? List.of() : lambdas.gaps());
    }

    /** Who may use this system's services, asked anew for each request. */
    public Keyring keyring() {
        return keys;
    }

    /** Where keys are handed out and taken back. */
    public KeyDesk keys() {
        return keys;
    }

    /** Where every change and every refusal is told. */
    public AuditLog audit() {
        return audit;
    }

    /** Every certificate, newest first. */
    public List<CertificateStatus> certificates() {
        return resources.certificates();
    }

    /** The clock was moved: something may be due. */
    public void clockMoved() {
        resources.clockMoved();
    }

    public boolean hasDistribution(String id) {
        return resources.hasDistribution(id);
    }

    @Override
    public void close() {
        listener.close();
        resources.close();
        publisher.close();
        store.close();
        audit.close();
    }
}
