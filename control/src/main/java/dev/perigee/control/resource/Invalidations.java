package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.core.plan.Purge;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.Invalidation;
import software.amazon.awssdk.services.cloudfront.model.InvalidationBatch;
import software.amazon.awssdk.services.cloudfront.model.InvalidationList;
import software.amazon.awssdk.services.cloudfront.model.InvalidationSummary;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsResponse;

/** Invalidations: one ordered log, each entry completed once every edge has carried it out. */
final class Invalidations {
    private static final String ROOT = "InvalidationBatch";
    private static final String COLUMNS = "id, distribution, reference, revision, body, created, completed";

    private final Store store;
    private final Settings settings;

    Invalidations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateInvalidationRequest::builder, CreateInvalidationRequest.class, this::create)
                .on(GetInvalidationRequest::builder, GetInvalidationRequest.class, this::get)
                .on(ListInvalidationsRequest::builder, ListInvalidationsRequest.class, this::list);
    }

    /** An invalidation at rest. */
    private record Entry(
            String id,
            String distribution,
            String reference,
            long revision,
            String body,
            Instant created,
            boolean done) {
        InvalidationBatch batch() {
            return Xml.parse(body, ROOT, InvalidationBatch.builder(), InvalidationBatch.class);
        }
    }

    /**
     * What the edges have acknowledged counts at once; that it is noted in the store, for the time after a restart, comes
     * later and keeps nobody waiting.
     */
    private String status(Entry entry) {
        boolean completed =
                entry.done() || entry.revision() <= settings.acknowledged().getAsLong();
        return completed ? "Completed" : "InProgress";
    }

    private CreateInvalidationResponse create(CreateInvalidationRequest request) throws Refused {
        InvalidationBatch batch = request.invalidationBatch();
        String distribution = request.distributionId();
        InvalidationRules.check(batch);
        Entry entry = store.write(tables -> {
            Tables.Row existing = Distributions.existing(tables, distribution);
            // The whole of the config is read for this alone, and a purge waits for it.
            if (InvalidationRules.namesTags(batch)) {
                DistributionConfig config = Distributions.configOf(existing);
                InvalidationRules.checkTagged(distribution, config.cacheTagConfig() != null);
            }
            Entry same = referenced(tables, distribution, batch.callerReference());
            return same != null ? repeated(same, batch) : insert(tables, distribution, batch);
        });
        return CreateInvalidationResponse.builder()
                .invalidation(shape(entry))
                .location(Settings.LOCATION + "distribution/" + distribution + "/invalidation/" + entry.id())
                .build();
    }

    private static Entry repeated(Entry same, InvalidationBatch batch) throws Refused {
        var before = new HashSet<>(same.batch().paths().items());
        Refused.unless(
                before.equals(new HashSet<>(batch.paths().items())),
                "InvalidationBatchAlreadyExists",
                "The caller reference '" + batch.callerReference() + "' belongs to invalidation " + same.id()
                        + ", which has other paths.");
        return same;
    }

    private Entry insert(Tables tables, String distribution, InvalidationBatch batch) throws Refused, SQLException {
        List<String> paths = batch.paths().items();
        long wildcards = InvalidationRules.wildcards(paths);
        InvalidationRules.checkOpen(
                distribution,
                paths.size() + sum(tables, "paths", distribution),
                wildcards + sum(tables, "wildcards", distribution));
        String id = settings.ids()
                .invalidation(taken -> tables.number("SELECT COUNT(*) FROM invalidations WHERE id = ?", taken) > 0);
        Entry entry = new Entry(
                id,
                distribution,
                batch.callerReference(),
                tables.advanceForPurge(),
                Xml.write(ROOT, batch),
                settings.clock().instant(),
                false);
        tables.update(
                "INSERT INTO invalidations (" + COLUMNS + ", paths, wildcards) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
                entry.id(),
                entry.distribution(),
                entry.reference(),
                entry.revision(),
                entry.body(),
                entry.created().toEpochMilli(),
                paths.size(),
                wildcards);
        return entry;
    }

    private long sum(Tables tables, String column, String distribution) throws SQLException {
        return tables.number(
                "SELECT COALESCE(SUM(" + column
                        + "), 0) FROM invalidations WHERE completed = 0 AND distribution = ? AND revision > ?",
                distribution,
                settings.acknowledged().getAsLong());
    }

    private GetInvalidationResponse get(GetInvalidationRequest request) throws Refused {
        Entry entry = store.read(tables -> {
            Distributions.existing(tables, request.distributionId());
            return existing(tables, request.distributionId(), request.id());
        });
        return GetInvalidationResponse.builder().invalidation(shape(entry)).build();
    }

    private ListInvalidationsResponse list(ListInvalidationsRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        String distribution = request.distributionId();
        List<Entry> entries = store.read(tables -> {
            Distributions.existing(tables, distribution);
            long before = page.marker().isEmpty()
                    ? Long.MAX_VALUE
                    : existing(tables, distribution, page.marker()).revision();
            return entries(
                    tables,
                    "distribution = ? AND revision < ? ORDER BY revision DESC LIMIT ?",
                    distribution,
                    before,
                    page.rows());
        });
        List<InvalidationSummary> items =
                page.shown(entries).stream().map(this::summary).toList();
        InvalidationList.Builder list = InvalidationList.builder()
                .marker(page.marker())
                .maxItems(page.maxItems())
                .isTruncated(page.truncated(entries))
                .quantity(items.size())
                .items(items);
        if (page.truncated(entries)) list.nextMarker(items.getLast().id());
        return ListInvalidationsResponse.builder()
                .invalidationList(list.build())
                .build();
    }

    /** Number of invalidations of a distribution that not every edge has carried out. */
    static long open(Tables tables, String distribution, long acknowledged) throws SQLException {
        return tables.number(
                "SELECT COUNT(*) FROM invalidations WHERE completed = 0 AND distribution = ? AND revision > ?",
                distribution,
                acknowledged);
    }

    /**
     * What edges may still have to carry out, oldest first. The same at one revision, whatever is completed meanwhile: two
     * different snapshots of one version must not exist.
     */
    static List<Purge> purges(Tables tables) throws SQLException {
        return entries(tables, "revision > ? ORDER BY revision", tables.purgeFloor()).stream()
                .map(Invalidations::purge)
                .toList();
    }

    private static Purge purge(Entry entry) {
        List<String> items = entry.batch().paths().items();
        return new Purge(
                entry.revision(),
                entry.distribution(),
                items.stream().filter(item -> !item.startsWith("#")).toList(),
                items.stream()
                        .filter(item -> item.startsWith("#"))
                        .map(item -> item.substring(1).toLowerCase(Locale.ROOT))
                        .toList());
    }

    /** Every edge has this version in force, and with it all invalidations up to there. */
    static void acknowledged(Tables tables, long version, Instant now) throws SQLException {
        int completed = tables.update(
                "UPDATE invalidations SET completed = ? WHERE completed = 0 AND revision <= ?",
                Math.max(1, now.toEpochMilli()),
                version);
        if (completed == 0) return;
        // Invalidations outlive their distribution only until they have left the snapshot.
        tables.update(
                "DELETE FROM invalidations WHERE completed > 0 AND revision <= ? AND distribution NOT IN"
                        + " (SELECT id FROM resources WHERE kind = 'distribution')",
                tables.purgeFloor());
    }

    private static Entry existing(Tables tables, String distribution, String id) throws Refused, SQLException {
        List<Entry> found = entries(tables, "distribution = ? AND id = ?", distribution, id);
        if (found.isEmpty()) {
            throw new Refused(
                    "NoSuchInvalidation",
                    "The invalidation " + id + " of distribution " + distribution + " does not exist.");
        }
        return found.getFirst();
    }

    private static @Nullable Entry referenced(Tables tables, String distribution, String reference)
            throws SQLException {
        List<Entry> found = entries(tables, "distribution = ? AND reference = ?", distribution, reference);
        return found.isEmpty() ? null : found.getFirst();
    }

    private static List<Entry> entries(Tables tables, String where, Object... arguments) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        tables.query(
                "SELECT " + COLUMNS + " FROM invalidations WHERE " + where,
                row -> entries.add(new Entry(
                        row.getString("id"),
                        row.getString("distribution"),
                        row.getString("reference"),
                        row.getLong("revision"),
                        row.getString("body"),
                        Instant.ofEpochMilli(row.getLong("created")),
                        row.getLong("completed") > 0)),
                arguments);
        return entries;
    }

    private Invalidation shape(Entry entry) {
        return Invalidation.builder()
                .id(entry.id())
                .status(status(entry))
                .createTime(entry.created())
                .invalidationBatch(entry.batch())
                .build();
    }

    private InvalidationSummary summary(Entry entry) {
        return InvalidationSummary.builder()
                .id(entry.id())
                .status(status(entry))
                .createTime(entry.created())
                .build();
    }
}
