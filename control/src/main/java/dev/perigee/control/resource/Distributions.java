package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsResponse;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;

/** The operations on distributions. */
final class Distributions {
    private static final Kind KIND = Kind.DISTRIBUTION;
    private static final String ROOT = "DistributionConfig";

    /** CloudFront's quota per account. */
    private static final int MAX = 500;

    private final Store store;
    private final Settings settings;
    private final DistributionViews views;
    private final @Nullable ObjectSource objects;

    Distributions(Store store, Settings settings, @Nullable ObjectSource objects) {
        this.objects = objects;
        this.store = store;
        this.settings = settings;
        this.views = new DistributionViews(settings);
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateDistributionRequest::builder, CreateDistributionRequest.class, this::create)
                .on(CreateDistributionWithTagsRequest::builder, CreateDistributionWithTagsRequest.class, this::tagged)
                .on(CopyDistributionRequest::builder, CopyDistributionRequest.class, this::copy)
                .on(GetDistributionRequest::builder, GetDistributionRequest.class, this::get)
                .on(GetDistributionConfigRequest::builder, GetDistributionConfigRequest.class, this::config)
                .on(UpdateDistributionRequest::builder, UpdateDistributionRequest.class, this::update)
                .on(DeleteDistributionRequest::builder, DeleteDistributionRequest.class, this::delete)
                .on(ListDistributionsRequest::builder, ListDistributionsRequest.class, this::list);
    }

    /** A distribution as it is shown, with what goes into headers. */
    private record Shown(Distribution distribution, String etag) {
        String location() {
            return Settings.LOCATION + "distribution/" + distribution.id();
        }
    }

    private CreateDistributionResponse create(CreateDistributionRequest request) throws Refused {
        DistributionConfig config = Defaults.fill(request.distributionConfig());
        LoggingRules.checkBucket(config.logging(), objects);
        Shown created = store.write(tables -> insert(tables, config, List.of()));
        return CreateDistributionResponse.builder()
                .distribution(created.distribution())
                .eTag(created.etag())
                .location(created.location())
                .build();
    }

    private CreateDistributionWithTagsResponse tagged(CreateDistributionWithTagsRequest request) throws Refused {
        var both = request.distributionConfigWithTags();
        DistributionConfig config = Defaults.fill(both.distributionConfig());
        LoggingRules.checkBucket(config.logging(), objects);
        List<Tag> tags = both.tags().items();
        Shown created = store.write(tables -> insert(tables, config, tags));
        return CreateDistributionWithTagsResponse.builder()
                .distribution(created.distribution())
                .eTag(created.etag())
                .location(created.location())
                .build();
    }

    private CopyDistributionResponse copy(CopyDistributionRequest request) throws Refused {
        Refused.unless(
                !Defaults.or(request.staging(), false),
                "InvalidArgument",
                "Staging is true, but staging distributions are not built yet.");
        Shown created = store.write(tables -> {
            Row primary = existing(tables, request.primaryDistributionId());
            Preconditions.check(request.ifMatch(), primary.etag(), "distribution " + primary.id());
            DistributionConfig config = configOf(primary).toBuilder()
                    .callerReference(request.callerReference())
                    // An alias has one owner; the copy gets its own.
                    .aliases(Aliases.builder().quantity(0).build())
                    .enabled(Defaults.or(request.enabled(), false))
                    .build();
            return insert(tables, config, List.of());
        });
        return CopyDistributionResponse.builder()
                .distribution(created.distribution())
                .eTag(created.etag())
                .location(created.location())
                .build();
    }

    private Shown insert(Tables tables, DistributionConfig config, List<Tag> tags) throws Refused, SQLException {
        DistributionRules.check(config, tables, settings, "");
        Row same = tables.named(KIND, config.callerReference());
        if (same != null) {
            throw new Refused(
                    "DistributionAlreadyExists",
                    "The caller reference '" + config.callerReference()
                            + "' is associated with another distribution. Already exists: " + same.id());
        }
        Refused.unless(
                tables.count(KIND) < MAX,
                "TooManyDistributions",
                "There are " + MAX + " distributions already, which is the limit.");
        String id = settings.ids().resource(candidate -> tables.find(KIND, candidate) != null);
        Instant now = settings.clock().instant();
        Row row = new Row(
                id,
                config.callerReference(),
                settings.ids().domain(settings.domainSuffix(), tables::domainTaken),
                tables.advance(),
                settings.ids().etag(),
                Xml.write(ROOT, config),
                now,
                now);
        tables.insert(KIND, row);
        AliasClaims.claim(tables, id, config.aliases().items());
        Trial.check(tables, settings, row);
        Tags.add(tables, views.arn(id), tags);
        return new Shown(views.distribution(tables, row), row.etag());
    }

    private GetDistributionResponse get(GetDistributionRequest request) throws Refused {
        Shown shown = store.read(tables -> {
            Row row = existing(tables, request.id());
            return new Shown(views.distribution(tables, row), row.etag());
        });
        return GetDistributionResponse.builder()
                .distribution(shown.distribution())
                .eTag(shown.etag())
                .build();
    }

    private GetDistributionConfigResponse config(GetDistributionConfigRequest request) throws Refused {
        Row row = store.read(tables -> existing(tables, request.id()));
        return GetDistributionConfigResponse.builder()
                .distributionConfig(configOf(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateDistributionResponse update(UpdateDistributionRequest request) throws Refused {
        DistributionConfig config = Defaults.fill(request.distributionConfig());
        LoggingRules.checkBucket(config.logging(), objects);
        Shown shown = store.write(tables -> {
            Row old = existing(tables, request.id());
            Preconditions.check(request.ifMatch(), old.etag(), "distribution " + old.id());
            Refused.unless(
                    config.callerReference().equals(old.name()),
                    "IllegalUpdate",
                    "The caller reference is '" + config.callerReference() + "', but that of distribution " + old.id()
                            + " is '" + old.name() + "' and cannot change.");
            DistributionRules.check(config, tables, settings, old.id());
            Row row = new Row(
                    old.id(),
                    old.name(),
                    old.domain(),
                    tables.advance(),
                    settings.ids().etag(),
                    Xml.write(ROOT, config),
                    old.created(),
                    settings.clock().instant());
            tables.replace(KIND, row);
            AliasClaims.claim(tables, old.id(), config.aliases().items());
            Trial.check(tables, settings, row);
            return new Shown(views.distribution(tables, row), row.etag());
        });
        return UpdateDistributionResponse.builder()
                .distribution(shown.distribution())
                .eTag(shown.etag())
                .build();
    }

    private DeleteDistributionResponse delete(DeleteDistributionRequest request) throws Refused {
        store.write(tables -> {
            Row old = existing(tables, request.id());
            Preconditions.check(request.ifMatch(), old.etag(), "distribution " + old.id());
            Refused.unless(
                    !configOf(old).enabled(),
                    "DistributionNotDisabled",
                    "The distribution " + old.id() + " is enabled; disable it before deleting it.");
            // CloudFront's code for this case is not documented.
            Refused.unless(
                    views.deployed(old),
                    "DistributionNotDisabled",
                    "The distribution " + old.id() + " is being disabled, but not at every edge yet.");
            tables.delete(KIND, old.id());
            AliasClaims.claim(tables, old.id(), List.of());
            Tags.drop(tables, views.arn(old.id()));
            tables.delete(Kind.MONITORING, old.id());
            return tables.advance();
        });
        return DeleteDistributionResponse.builder().build();
    }

    private ListDistributionsResponse list(ListDistributionsRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(KIND, page.marker(), page.rows()));
        return ListDistributionsResponse.builder()
                .distributionList(views.list(page, rows))
                .build();
    }

    static Row existing(Tables tables, String id) throws Refused, SQLException {
        Row row = tables.find(KIND, id);
        if (row == null) throw new Refused("NoSuchDistribution", "The distribution " + id + " does not exist.");
        return row;
    }

    /** The distributions whose config refers to something. */
    static List<Row> using(Tables tables, Predicate<DistributionConfig> refers) throws SQLException {
        List<Row> users = new ArrayList<>();
        for (Row row : tables.all(KIND)) {
            if (refers.test(configOf(row))) users.add(row);
        }
        return users;
    }

    /** What these refer to has changed: they are in progress until every edge has that revision. */
    static void touch(Tables tables, List<Row> distributions, long revision) throws SQLException {
        for (Row row : distributions) tables.touch(KIND, row.id(), revision);
    }

    static DistributionConfig configOf(Row row) {
        return Xml.parse(row.body(), ROOT, DistributionConfig.builder(), DistributionConfig.class);
    }
}
