package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Row;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateRealtimeLogConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateRealtimeLogConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteRealtimeLogConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteRealtimeLogConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetRealtimeLogConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetRealtimeLogConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByRealtimeLogConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByRealtimeLogConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.ListRealtimeLogConfigsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListRealtimeLogConfigsResponse;
import software.amazon.awssdk.services.cloudfront.model.RealtimeLogConfig;
import software.amazon.awssdk.services.cloudfront.model.UpdateRealtimeLogConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateRealtimeLogConfigResponse;

/** The operations on real-time log configs, which have names and ARNs, and no ETags. */
final class RealtimeLogOperations {
    private final Store store;
    private final Settings settings;
    private final DistributionViews views;

    RealtimeLogOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
        this.views = new DistributionViews(settings);
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateRealtimeLogConfigRequest::builder, CreateRealtimeLogConfigRequest.class, this::create)
                .on(GetRealtimeLogConfigRequest::builder, GetRealtimeLogConfigRequest.class, this::get)
                .on(UpdateRealtimeLogConfigRequest::builder, UpdateRealtimeLogConfigRequest.class, this::update)
                .on(DeleteRealtimeLogConfigRequest::builder, DeleteRealtimeLogConfigRequest.class, this::delete)
                .on(ListRealtimeLogConfigsRequest::builder, ListRealtimeLogConfigsRequest.class, this::list)
                .on(
                        ListDistributionsByRealtimeLogConfigRequest::builder,
                        ListDistributionsByRealtimeLogConfigRequest.class,
                        this::users);
    }

    private CreateRealtimeLogConfigResponse create(CreateRealtimeLogConfigRequest request) throws Refused {
        RealtimeLogConfig config = RealtimeLogConfigs.checked(RealtimeLogConfig.builder()
                .arn(RealtimeLogConfigs.arn(settings, request.name()))
                .name(request.name())
                .samplingRate(request.samplingRate())
                .endPoints(request.endPoints())
                .fields(request.fields())
                .build());
        store.write(tables -> {
            unless(
                    tables.find(RealtimeLogConfigs.KIND, config.name()) == null,
                    "RealtimeLogConfigAlreadyExists",
                    "A real-time log config with the name '" + config.name() + "' exists already.");
            unless(
                    tables.count(RealtimeLogConfigs.KIND) < RealtimeLogConfigs.MAX,
                    "TooManyRealtimeLogConfigs",
                    "There are " + RealtimeLogConfigs.MAX + " real-time log configs already, which is the limit.");
            Instant now = settings.clock().instant();
            tables.insert(RealtimeLogConfigs.KIND, row(config, tables.advance(), now, now));
            return config;
        });
        return CreateRealtimeLogConfigResponse.builder()
                .realtimeLogConfig(config)
                .build();
    }

    private Row row(RealtimeLogConfig config, long revision, Instant created, Instant modified) {
        return new Row(
                config.name(),
                config.name(),
                null,
                revision,
                settings.ids().etag(),
                Xml.write(RealtimeLogConfigs.ROOT, config),
                created,
                modified);
    }

    private GetRealtimeLogConfigResponse get(GetRealtimeLogConfigRequest request) throws Refused {
        String name = RealtimeLogConfigs.name(request.name(), request.arn(), settings);
        Row row = store.read(tables -> RealtimeLogConfigs.existing(tables, name));
        return GetRealtimeLogConfigResponse.builder()
                .realtimeLogConfig(RealtimeLogConfigs.of(row))
                .build();
    }

    /** The whole of it takes the place of what there was; the name stays. */
    private UpdateRealtimeLogConfigResponse update(UpdateRealtimeLogConfigRequest request) throws Refused {
        String name = RealtimeLogConfigs.name(request.name(), request.arn(), settings);
        RealtimeLogConfig changed = store.write(tables -> {
            Row old = RealtimeLogConfigs.existing(tables, name);
            String arn = RealtimeLogConfigs.arn(settings, name);
            unless(
                    request.arn() == null
                            || request.arn().isEmpty()
                            || request.arn().equals(arn),
                    "InvalidArgument",
                    "The ARN '" + request.arn() + "' is not that of the real-time log config '" + name + "'.");
            RealtimeLogConfig config = RealtimeLogConfigs.checked(RealtimeLogConfig.builder()
                    .arn(arn)
                    .name(name)
                    .samplingRate(request.samplingRate())
                    .endPoints(request.endPoints())
                    .fields(request.fields())
                    .build());
            long revision = tables.advance();
            tables.replace(
                    RealtimeLogConfigs.KIND,
                    row(config, revision, old.created(), settings.clock().instant()));
            Distributions.touch(tables, Distributions.using(tables, RealtimeLogConfigs.uses(arn)), revision);
            return config;
        });
        return UpdateRealtimeLogConfigResponse.builder()
                .realtimeLogConfig(changed)
                .build();
    }

    private DeleteRealtimeLogConfigResponse delete(DeleteRealtimeLogConfigRequest request) throws Refused {
        String name = RealtimeLogConfigs.name(request.name(), request.arn(), settings);
        store.write(tables -> {
            RealtimeLogConfigs.existing(tables, name);
            String arn = RealtimeLogConfigs.arn(settings, name);
            for (Row user : Distributions.using(tables, RealtimeLogConfigs.uses(arn))) {
                throw new Refused(
                        "RealtimeLogConfigInUse",
                        "The real-time log config " + name + " is in use by distribution " + user.id() + ".");
            }
            tables.delete(RealtimeLogConfigs.KIND, name);
            return tables.advance();
        });
        return DeleteRealtimeLogConfigResponse.builder().build();
    }

    private ListRealtimeLogConfigsResponse list(ListRealtimeLogConfigsRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(RealtimeLogConfigs.KIND, page.marker(), page.rows()));
        List<RealtimeLogConfig> items =
                page.shown(rows).stream().map(RealtimeLogConfigs::of).toList();
        return ListRealtimeLogConfigsResponse.builder()
                .realtimeLogConfigs(list -> {
                    list.maxItems(page.maxItems())
                            .items(items)
                            .isTruncated(page.truncated(rows))
                            .marker(page.marker());
                    if (page.truncated(rows)) list.nextMarker(items.getLast().name());
                })
                .build();
    }

    private ListDistributionsByRealtimeLogConfigResponse users(ListDistributionsByRealtimeLogConfigRequest request)
            throws Refused {
        String name =
                RealtimeLogConfigs.name(request.realtimeLogConfigName(), request.realtimeLogConfigArn(), settings);
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> {
            RealtimeLogConfigs.existing(tables, name);
            return Distributions.using(tables, RealtimeLogConfigs.uses(RealtimeLogConfigs.arn(settings, name)));
        });
        List<Row> after = rows.stream()
                .filter(row -> row.id().compareTo(page.marker()) > 0)
                .limit(page.rows())
                .toList();
        return ListDistributionsByRealtimeLogConfigResponse.builder()
                .distributionList(views.list(page, after))
                .build();
    }
}
