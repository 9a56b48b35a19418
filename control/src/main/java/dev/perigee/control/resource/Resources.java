package dev.perigee.control.resource;

import dev.perigee.control.CertificateIssuer;
import dev.perigee.control.CertificateStatus;
import dev.perigee.control.acme.AcmeConfig;
import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.JsonApi;
import dev.perigee.control.api.KeyApi;
import dev.perigee.control.api.LambdaApi;
import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.compile.DistributionResource;
import dev.perigee.control.compile.Snapshot;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.Guards;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.RecordDelivery;
import dev.perigee.core.tls.Seal;
import dev.perigee.function.FunctionEngine;
import dev.perigee.function.FunctionLimits;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.RunLog;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Everything behind the API: its operations, and what plans are compiled from. */
public final class Resources implements AutoCloseable {
    private final Store store;
    private final Settings settings;
    private final @Nullable ObjectSource objects;
    private final Acknowledgements acknowledgements;
    private final Renewals renewals;
    /** For trying functions out; nothing of it is started before somebody does. */
    private final FunctionEngine functions = new FunctionEngine(FunctionLimits.standard(), "control");

    /** The last one that was read: an invalidation changes nothing of it but the purges. */
    private volatile @Nullable Snapshot last;
    /** By their ETags, as they were read last. */
    private volatile Map<String, KeyValueStore> values = Map.of();

    /**
     * @param domainSuffix under which domain names are assigned
     * @param acknowledged the lowest version that every edge has in force
     * @param seal keeps private keys closed
     * @param issuer of certificates that are requested; null where nobody issues any at once
     * @param acme where certificates are ordered instead; null for nowhere
     * @param objects where bundles of certificates are read from; null where there are none
     */
    public Resources(
            Store store,
            String accountId,
            String domainSuffix,
            InstantSource clock,
            LongSupplier acknowledged,
            Seal seal,
            @Nullable CertificateIssuer issuer,
            @Nullable AcmeConfig acme,
            @Nullable ObjectSource objects) {
        this.store = store;
        this.objects = objects;
        String directory = acme == null ? null : acme.directory().toString();
        this.settings = new Settings(accountId, domainSuffix, clock, acknowledged, new Ids(), seal, issuer, directory);
        this.acknowledgements = new Acknowledgements(acknowledged);
        this.renewals = new Renewals(store, settings, acknowledgements, acme);
    }

    /** Begins to have certificates issued and renewed. */
    public void start() {
        renewals.start();
    }

    /** The clock that decides on renewals was moved. */
    public void clockMoved() {
        renewals.wake();
    }

    /** Interrupts what is under way; what it has reached is kept. */
    @Override
    public void close() {
        renewals.close();
        functions.close();
    }

    /** The operations that are built. */
    public Handlers handlers() {
        Handlers handlers = new Handlers();
        new Distributions(store, settings, objects).addTo(handlers);
        new AliasOperations(store, settings).addTo(handlers);
        new Invalidations(store, settings).addTo(handlers);
        new OriginAccessControls(store, settings).addTo(handlers);
        new OriginAccessIdentities(store, settings).addTo(handlers);
        new WebAclAssociations(store, settings).addTo(handlers);
        new TrustStoreOperations(store, settings, objects).addTo(handlers);
        new PublicKeyOperations(store, settings).addTo(handlers);
        new KeyGroupOperations(store, settings).addTo(handlers);
        new EncryptionConfigOperations(store, settings).addTo(handlers);
        new EncryptionProfileOperations(store, settings).addTo(handlers);
        new FunctionOperations(store, settings, functions).addTo(handlers);
        new KeyValueStoreOperations(store, settings, objects).addTo(handlers);
        new MonitoringSubscriptions(store, settings).addTo(handlers);
        new RealtimeLogOperations(store, settings).addTo(handlers);
        new Tags(store, settings).addTo(handlers);
        Policies.addTo(handlers, store, settings);
        return handlers;
    }

    /** The Certificate Manager. */
    public JsonApi acm() {
        return new AcmOperations(store, settings, renewals::wake);
    }

    /** AWS WAF. */
    public JsonApi waf(SampleSource samples) {
        return new WafOperations(store, settings, samples);
    }

    /** CloudWatch Logs: deliveries, and the log groups that they may go to. */
    public JsonApi logs(LogEventSource events) {
        return new LogDeliveryOperations(store, settings, objects, new LogGroupOperations(store, settings, events));
    }

    /** The pairs in key value stores. */
    public KeyApi keys() {
        return new KeyOperations(store, settings);
    }

    /** Lambda functions. */
    public LambdaApi lambdas(LambdaEngine engine, RunLog invoked) {
        return new LambdaOperations(store, settings, objects, engine, invoked);
    }

    /** All resources as they stand at one revision. */
    public Snapshot snapshot() {
        Snapshot snapshot = store.readUnrefused(this::snapshot);
        last = snapshot;
        return snapshot;
    }

    private Snapshot snapshot(Tables tables) throws SQLException {
        Snapshot before = last;
        if (before != null && before.configVersion() == tables.configRevision()) {
            return before.withPurges(
                    tables.revision(),
                    Invalidations.purges(tables),
                    tables.purgeFloor(),
                    stores(tables, before.functions()));
        }
        List<EdgeFunction> live = Functions.live(tables);
        return new Snapshot(
                tables.revision(),
                tables.configRevision(),
                distributions(tables),
                OriginAccessControls.all(tables),
                Policies.CACHE.all(tables),
                Policies.ORIGIN_REQUEST.all(tables),
                Policies.RESPONSE_HEADERS.all(tables),
                Certificates.all(tables),
                TrustStores.all(tables),
                CertificateOrders.challenges(tables),
                Invalidations.purges(tables),
                tables.purgeFloor(),
                KeyGroups.all(tables),
                EncryptionConfigs.all(tables),
                WafStore.webAcls(tables, settings.accountId()),
                live,
                stores(tables, live),
                RealtimeLogConfigs.all(tables),
                LambdaVersion.all(tables, settings.accountId()));
    }

    private List<KeyValueStore> stores(Tables tables, List<EdgeFunction> functions) throws SQLException {
        List<String> ids = functions.stream()
                .flatMap(function -> function.stores().stream())
                .distinct()
                .toList();
        values = KeyValueStores.read(tables, ids, values);
        return List.copyOf(values.values());
    }

    /** Every edge has this version in force. */
    public void acknowledged(long version) {
        acknowledgements.mayHaveRisen();
        store.writeUnrefused(tables -> {
            Invalidations.acknowledged(tables, version, settings.clock().instant());
            return version;
        });
    }

    public long revision() {
        return store.readUnrefused(Tables::revision);
    }

    public long distributions() {
        return store.readUnrefused(tables -> tables.count(Tables.Kind.DISTRIBUTION));
    }

    /** Every certificate, newest first. */
    public List<CertificateStatus> certificates() {
        Instant now = settings.clock().instant();
        return store.readUnrefused(tables -> {
            List<CertificateStatus> statuses = new ArrayList<>();
            for (Certificates.Entry entry : Certificates.list(tables)) {
                String lastError = CertificateOrders.of(tables, entry.arn()).lastError();
                boolean ordering = settings.directory() != null;
                statuses.add(RenewalStatus.of(entry, lastError, ordering, settings.seal(), now));
            }
            return statuses;
        });
    }

    /** Whether a distribution has the additional metrics of CloudWatch. */
    public boolean hasAdditionalMetrics(String distribution) {
        return store.readUnrefused(tables -> MonitoringSubscriptions.isEnabled(tables, distribution));
    }

    public boolean hasDistribution(String id) {
        return store.readUnrefused(tables -> tables.find(Tables.Kind.DISTRIBUTION, id) != null);
    }

    private List<DistributionResource> distributions(Tables tables) throws SQLException {
        List<DistributionResource> found = new ArrayList<>();
        Map<String, Guards> guards = GuardTags.all(tables);
        Map<String, List<RecordDelivery>> deliveries = LogDeliveries.all(tables, settings);
        for (Tables.Row row : tables.all(Tables.Kind.DISTRIBUTION)) {
            String domain = Objects.requireNonNull(row.domain(), "every distribution has a domain name");
            found.add(new DistributionResource(
                    row.id(),
                    domain,
                    Distributions.configOf(row),
                    GuardTags.of(guards, settings, row.id()),
                    deliveries.getOrDefault(row.id(), List.of())));
        }
        return found;
    }
}
