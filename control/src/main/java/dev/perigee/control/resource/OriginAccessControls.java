package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsResponse;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControl;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlList;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSummary;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlResponse;

/** How edges prove themselves to origins. */
final class OriginAccessControls {
    private static final Kind KIND = Kind.ORIGIN_ACCESS_CONTROL;
    private static final String ROOT = "OriginAccessControlConfig";
    private static final int MAX = 100;
    private static final int NAME_MAX = 64;
    private static final int DESCRIPTION_MAX = 256;

    private final Store store;
    private final Settings settings;

    OriginAccessControls(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateOriginAccessControlRequest::builder, CreateOriginAccessControlRequest.class, this::create)
                .on(GetOriginAccessControlRequest::builder, GetOriginAccessControlRequest.class, this::get)
                .on(
                        GetOriginAccessControlConfigRequest::builder,
                        GetOriginAccessControlConfigRequest.class,
                        this::config)
                .on(UpdateOriginAccessControlRequest::builder, UpdateOriginAccessControlRequest.class, this::update)
                .on(DeleteOriginAccessControlRequest::builder, DeleteOriginAccessControlRequest.class, this::delete)
                .on(ListOriginAccessControlsRequest::builder, ListOriginAccessControlsRequest.class, this::list);
    }

    private CreateOriginAccessControlResponse create(CreateOriginAccessControlRequest request) throws Refused {
        OriginAccessControlConfig config = checked(request.originAccessControlConfig());
        Row row = store.write(tables -> {
            Refused.unless(
                    tables.count(KIND) < MAX,
                    "TooManyOriginAccessControls",
                    "There are " + MAX + " origin access controls already, which is the limit.");
            checkName(tables, config, "");
            String id = settings.ids().resource(candidate -> tables.find(KIND, candidate) != null);
            Instant now = settings.clock().instant();
            Row created = new Row(
                    id, config.name(), null, tables.advance(), settings.ids().etag(), body(config), now, now);
            tables.insert(KIND, created);
            return created;
        });
        return CreateOriginAccessControlResponse.builder()
                .originAccessControl(shape(row))
                .eTag(row.etag())
                .location(Settings.LOCATION + "origin-access-control/" + row.id())
                .build();
    }

    private GetOriginAccessControlResponse get(GetOriginAccessControlRequest request) throws Refused {
        Row row = store.read(tables -> existing(tables, request.id()));
        return GetOriginAccessControlResponse.builder()
                .originAccessControl(shape(row))
                .eTag(row.etag())
                .build();
    }

    private GetOriginAccessControlConfigResponse config(GetOriginAccessControlConfigRequest request) throws Refused {
        Row row = store.read(tables -> existing(tables, request.id()));
        return GetOriginAccessControlConfigResponse.builder()
                .originAccessControlConfig(configOf(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateOriginAccessControlResponse update(UpdateOriginAccessControlRequest request) throws Refused {
        OriginAccessControlConfig config = checked(request.originAccessControlConfig());
        Row row = store.write(tables -> {
            Row old = existing(tables, request.id());
            Preconditions.check(request.ifMatch(), old.etag(), "origin access control " + old.id());
            checkName(tables, config, old.id());
            Row changed = new Row(
                    old.id(),
                    config.name(),
                    null,
                    tables.advance(),
                    settings.ids().etag(),
                    body(config),
                    old.created(),
                    settings.clock().instant());
            tables.replace(KIND, changed);
            return changed;
        });
        return UpdateOriginAccessControlResponse.builder()
                .originAccessControl(shape(row))
                .eTag(row.etag())
                .build();
    }

    private DeleteOriginAccessControlResponse delete(DeleteOriginAccessControlRequest request) throws Refused {
        store.write(tables -> {
            Row old = existing(tables, request.id());
            Preconditions.check(request.ifMatch(), old.etag(), "origin access control " + old.id());
            checkUnused(tables, old.id());
            tables.delete(KIND, old.id());
            return tables.advance();
        });
        return DeleteOriginAccessControlResponse.builder().build();
    }

    private ListOriginAccessControlsResponse list(ListOriginAccessControlsRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(KIND, page.marker(), page.rows()));
        List<OriginAccessControlSummary> items =
                page.shown(rows).stream().map(OriginAccessControls::summary).toList();
        OriginAccessControlList.Builder list = OriginAccessControlList.builder()
                .marker(page.marker())
                .maxItems(page.maxItems())
                .isTruncated(page.truncated(rows))
                .quantity(items.size())
                .items(items);
        if (page.truncated(rows)) list.nextMarker(items.getLast().id());
        return ListOriginAccessControlsResponse.builder()
                .originAccessControlList(list.build())
                .build();
    }

    static Row existing(Tables tables, String id) throws Refused, SQLException {
        Row row = tables.find(KIND, id);
        if (row == null) {
            throw new Refused("NoSuchOriginAccessControl", "The origin access control " + id + " does not exist.");
        }
        return row;
    }

    static List<OriginAccessControl> all(Tables tables) throws SQLException {
        return tables.all(KIND).stream().map(OriginAccessControls::shape).toList();
    }

    private static void checkName(Tables tables, OriginAccessControlConfig config, String own)
            throws Refused, SQLException {
        Row same = tables.named(KIND, config.name());
        Refused.unless(
                same == null || same.id().equals(own),
                "OriginAccessControlAlreadyExists",
                "An origin access control named '" + config.name() + "' already exists.");
    }

    private static void checkUnused(Tables tables, String id) throws Refused, SQLException {
        for (Row distribution : tables.all(Kind.DISTRIBUTION)) {
            boolean uses = Distributions.configOf(distribution).origins().items().stream()
                    .anyMatch(origin -> id.equals(origin.originAccessControlId()));
            Refused.unless(
                    !uses,
                    "OriginAccessControlInUse",
                    "The origin access control " + id + " is in use by distribution " + distribution.id() + ".");
        }
    }

    private static OriginAccessControlConfig checked(OriginAccessControlConfig config) throws Refused {
        String name = config.name();
        Refused.unless(
                !name.isBlank() && name.length() <= NAME_MAX,
                "InvalidArgument",
                "The name '" + name + "' does not have 1 to " + NAME_MAX + " characters.");
        String description = Defaults.or(config.description(), "");
        Refused.unless(
                description.length() <= DESCRIPTION_MAX,
                "InvalidArgument",
                "The description has " + description.length() + " characters, more than " + DESCRIPTION_MAX + ".");
        return config.toBuilder().description(description).build();
    }

    private static String body(OriginAccessControlConfig config) {
        return Xml.write(ROOT, config);
    }

    private static OriginAccessControlConfig configOf(Row row) {
        return Xml.parse(row.body(), ROOT, OriginAccessControlConfig.builder(), OriginAccessControlConfig.class);
    }

    private static OriginAccessControl shape(Row row) {
        return OriginAccessControl.builder()
                .id(row.id())
                .originAccessControlConfig(configOf(row))
                .build();
    }

    private static OriginAccessControlSummary summary(Row row) {
        OriginAccessControlConfig config = configOf(row);
        return OriginAccessControlSummary.builder()
                .id(row.id())
                .name(config.name())
                .description(config.description())
                .signingProtocol(config.signingProtocolAsString())
                .signingBehavior(config.signingBehaviorAsString())
                .originAccessControlOriginType(config.originAccessControlOriginTypeAsString())
                .build();
    }
}
