package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginAccessControlsResponse;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControl;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlList;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSummary;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginAccessControlResponse;

/** How edges prove themselves to origins. */
final class OriginAccessControls {
    private static final int MAX = 100;
    private static final int NAME_MAX = 64;
    private static final int DESCRIPTION_MAX = 256;
    private static final Named<OriginAccessControlConfig> NAMED = new Named<>(
            Kind.ORIGIN_ACCESS_CONTROL,
            "origin access control",
            "OriginAccessControl",
            "TooManyOriginAccessControls",
            MAX,
            "OriginAccessControlConfig",
            OriginAccessControlConfig::builder,
            OriginAccessControlConfig.class,
            OriginAccessControlConfig::name);

    private static final String REGION = "[a-z]{2}(-[a-z]+)+-[0-9]+";

    /** Names of the origins that are no buckets, by the type of their access controls. */
    private static final Map<String, Pattern> ENDPOINTS = Map.of(
            "lambda", Pattern.compile("[a-z0-9-]+\\.lambda-url\\." + REGION + "\\.(on\\.aws|localhost)"),
            "mediastore",
                    Pattern.compile("[a-z0-9-]+\\.(data\\.)?mediastore\\." + REGION + "\\.amazonaws\\.com(\\.cn)?"),
            "mediapackagev2",
                    Pattern.compile("[a-z0-9.-]+\\.mediapackagev2\\." + REGION + "\\.amazonaws\\.com(\\.cn)?"));

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

    /** Refuses an origin with an access control that does not exist, or that is for another sort of origin. */
    static void checkReference(Tables tables, Origin origin) throws Refused, SQLException {
        String id = origin.originAccessControlId();
        if (id.isEmpty()) return;
        String domain = origin.domainName().toLowerCase(Locale.ROOT);
        Refused.unless(
                OriginRules.isS3(domain)
                        || ENDPOINTS.values().stream()
                                .anyMatch(pattern -> pattern.matcher(domain).matches()),
                "InvalidDomainNameForOriginAccessControl",
                "The DomainName '" + domain + "' of origin '" + origin.id()
                        + "' cannot have an origin access control: it is neither an S3 bucket nor a Lambda function"
                        + " URL, nor a container of MediaStore or a channel of MediaPackage v2.");
        Row row = tables.find(Kind.ORIGIN_ACCESS_CONTROL, id);
        if (row == null) {
            throw new Refused(
                    "InvalidOriginAccessControl",
                    "The origin access control '" + id + "' of origin '" + origin.id() + "' does not exist.");
        }
        String type = NAMED.config(row).originAccessControlOriginTypeAsString();
        Pattern endpoint = ENDPOINTS.get(type);
        Refused.unless(
                endpoint == null
                        ? OriginRules.isS3(domain)
                        : endpoint.matcher(domain).matches(),
                "InvalidDomainNameForOriginAccessControl",
                "The origin access control '" + id + "' is for origins of type " + type + ", which the DomainName '"
                        + domain + "' of origin '" + origin.id() + "' is not.");
    }

    private CreateOriginAccessControlResponse create(CreateOriginAccessControlRequest request) throws Refused {
        OriginAccessControlConfig config = checked(request.originAccessControlConfig());
        Row row = store.write(tables -> NAMED.insert(
                tables,
                settings,
                settings.ids().resource(candidate -> tables.find(Kind.ORIGIN_ACCESS_CONTROL, candidate) != null),
                config));
        return CreateOriginAccessControlResponse.builder()
                .originAccessControl(shape(row))
                .eTag(row.etag())
                .location(Settings.LOCATION + "origin-access-control/" + row.id())
                .build();
    }

    private GetOriginAccessControlResponse get(GetOriginAccessControlRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetOriginAccessControlResponse.builder()
                .originAccessControl(shape(row))
                .eTag(row.etag())
                .build();
    }

    private GetOriginAccessControlConfigResponse config(GetOriginAccessControlConfigRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetOriginAccessControlConfigResponse.builder()
                .originAccessControlConfig(NAMED.config(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateOriginAccessControlResponse update(UpdateOriginAccessControlRequest request) throws Refused {
        OriginAccessControlConfig config = checked(request.originAccessControlConfig());
        Row row = store.write(tables -> {
            Row changed = NAMED.replace(tables, settings, request.id(), request.ifMatch(), config);
            Distributions.touch(tables, Distributions.using(tables, uses(request.id())), changed.revision());
            return changed;
        });
        return UpdateOriginAccessControlResponse.builder()
                .originAccessControl(shape(row))
                .eTag(row.etag())
                .build();
    }

    private DeleteOriginAccessControlResponse delete(DeleteOriginAccessControlRequest request) throws Refused {
        store.write(tables -> {
            NAMED.delete(tables, request.id(), request.ifMatch(), uses(request.id()));
            return request.id();
        });
        return DeleteOriginAccessControlResponse.builder().build();
    }

    private ListOriginAccessControlsResponse list(ListOriginAccessControlsRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(Kind.ORIGIN_ACCESS_CONTROL, page.marker(), page.rows()));
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

    private static Predicate<DistributionConfig> uses(String id) {
        return config ->
                config.origins().items().stream().anyMatch(origin -> id.equals(origin.originAccessControlId()));
    }

    static List<OriginAccessControl> all(Tables tables) throws SQLException {
        return tables.all(Kind.ORIGIN_ACCESS_CONTROL).stream()
                .map(OriginAccessControls::shape)
                .toList();
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

    private static OriginAccessControl shape(Row row) {
        return OriginAccessControl.builder()
                .id(row.id())
                .originAccessControlConfig(NAMED.config(row))
                .build();
    }

    private static OriginAccessControlSummary summary(Row row) {
        OriginAccessControlConfig config = NAMED.config(row);
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
