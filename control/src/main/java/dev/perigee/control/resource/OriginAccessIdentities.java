package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentity;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentityConfig;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentityList;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentitySummary;
import software.amazon.awssdk.services.cloudfront.model.CreateCloudFrontOriginAccessIdentityRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateCloudFrontOriginAccessIdentityResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteCloudFrontOriginAccessIdentityRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteCloudFrontOriginAccessIdentityResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GetCloudFrontOriginAccessIdentityConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCloudFrontOriginAccessIdentityConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCloudFrontOriginAccessIdentityRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCloudFrontOriginAccessIdentityResponse;
import software.amazon.awssdk.services.cloudfront.model.ListCloudFrontOriginAccessIdentitiesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListCloudFrontOriginAccessIdentitiesResponse;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.UpdateCloudFrontOriginAccessIdentityRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateCloudFrontOriginAccessIdentityResponse;

/** The older way for edges to prove themselves to S3 buckets, which origin access controls replace. */
final class OriginAccessIdentities {
    private static final Kind KIND = Kind.ORIGIN_ACCESS_IDENTITY;
    private static final int MAX = 100;
    private static final int TEXT_MAX = 128;
    private static final String REFERENCE_PREFIX = "origin-access-identity/cloudfront/";
    private static final Named<CloudFrontOriginAccessIdentityConfig> NAMED = new Named<>(
            KIND,
            "origin access identity",
            "CloudFrontOriginAccessIdentity",
            "TooManyCloudFrontOriginAccessIdentities",
            MAX,
            "CloudFrontOriginAccessIdentityConfig",
            CloudFrontOriginAccessIdentityConfig::builder,
            CloudFrontOriginAccessIdentityConfig.class,
            CloudFrontOriginAccessIdentityConfig::callerReference);

    private final Store store;
    private final Settings settings;

    OriginAccessIdentities(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(
                        CreateCloudFrontOriginAccessIdentityRequest::builder,
                        CreateCloudFrontOriginAccessIdentityRequest.class,
                        this::create)
                .on(
                        GetCloudFrontOriginAccessIdentityRequest::builder,
                        GetCloudFrontOriginAccessIdentityRequest.class,
                        this::get)
                .on(
                        GetCloudFrontOriginAccessIdentityConfigRequest::builder,
                        GetCloudFrontOriginAccessIdentityConfigRequest.class,
                        this::config)
                .on(
                        UpdateCloudFrontOriginAccessIdentityRequest::builder,
                        UpdateCloudFrontOriginAccessIdentityRequest.class,
                        this::update)
                .on(
                        DeleteCloudFrontOriginAccessIdentityRequest::builder,
                        DeleteCloudFrontOriginAccessIdentityRequest.class,
                        this::delete)
                .on(
                        ListCloudFrontOriginAccessIdentitiesRequest::builder,
                        ListCloudFrontOriginAccessIdentitiesRequest.class,
                        this::list);
    }

    private CreateCloudFrontOriginAccessIdentityResponse create(CreateCloudFrontOriginAccessIdentityRequest request)
            throws Refused {
        CloudFrontOriginAccessIdentityConfig config = request.cloudFrontOriginAccessIdentityConfig();
        check(config);
        Row row = store.write(tables -> {
            Row same = tables.named(KIND, config.callerReference());
            if (same == null) {
                String id = settings.ids().resource(candidate -> tables.find(KIND, candidate) != null);
                return NAMED.insert(tables, settings, id, config);
            }
            // A repeated call is answered as the first one was (API reference, CallerReference).
            Refused.unless(
                    NAMED.config(same).equals(config),
                    "CloudFrontOriginAccessIdentityAlreadyExists",
                    "The caller reference '" + config.callerReference() + "' belongs to the origin access identity "
                            + same.id() + " with another comment.");
            return same;
        });
        return CreateCloudFrontOriginAccessIdentityResponse.builder()
                .cloudFrontOriginAccessIdentity(shape(row))
                .eTag(row.etag())
                .location(Settings.LOCATION + REFERENCE_PREFIX + row.id())
                .build();
    }

    private GetCloudFrontOriginAccessIdentityResponse get(GetCloudFrontOriginAccessIdentityRequest request)
            throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetCloudFrontOriginAccessIdentityResponse.builder()
                .cloudFrontOriginAccessIdentity(shape(row))
                .eTag(row.etag())
                .build();
    }

    private GetCloudFrontOriginAccessIdentityConfigResponse config(
            GetCloudFrontOriginAccessIdentityConfigRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetCloudFrontOriginAccessIdentityConfigResponse.builder()
                .cloudFrontOriginAccessIdentityConfig(NAMED.config(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateCloudFrontOriginAccessIdentityResponse update(UpdateCloudFrontOriginAccessIdentityRequest request)
            throws Refused {
        CloudFrontOriginAccessIdentityConfig config = request.cloudFrontOriginAccessIdentityConfig();
        check(config);
        Row row = store.write(tables -> {
            Row old = NAMED.existing(tables, request.id());
            Preconditions.check(request.ifMatch(), old.etag(), "origin access identity " + old.id());
            Refused.unless(
                    config.callerReference().equals(old.name()),
                    "IllegalUpdate",
                    "The caller reference of the origin access identity " + old.id() + " is '" + old.name()
                            + "' and cannot change.");
            return NAMED.replace(tables, settings, request.id(), request.ifMatch(), config);
        });
        return UpdateCloudFrontOriginAccessIdentityResponse.builder()
                .cloudFrontOriginAccessIdentity(shape(row))
                .eTag(row.etag())
                .build();
    }

    private DeleteCloudFrontOriginAccessIdentityResponse delete(DeleteCloudFrontOriginAccessIdentityRequest request)
            throws Refused {
        store.write(tables -> {
            NAMED.delete(tables, request.id(), request.ifMatch(), config -> uses(config, request.id()));
            return request.id();
        });
        return DeleteCloudFrontOriginAccessIdentityResponse.builder().build();
    }

    private ListCloudFrontOriginAccessIdentitiesResponse list(ListCloudFrontOriginAccessIdentitiesRequest request)
            throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(KIND, page.marker(), page.rows()));
        List<CloudFrontOriginAccessIdentitySummary> items =
                page.shown(rows).stream().map(this::summary).toList();
        var list = CloudFrontOriginAccessIdentityList.builder()
                .marker(page.marker())
                .maxItems(page.maxItems())
                .isTruncated(page.truncated(rows))
                .quantity(items.size())
                .items(items);
        if (page.truncated(rows)) list.nextMarker(items.getLast().id());
        return ListCloudFrontOriginAccessIdentitiesResponse.builder()
                .cloudFrontOriginAccessIdentityList(list.build())
                .build();
    }

    /** Refuses an origin whose S3OriginConfig names an identity that does not exist. */
    static void checkReference(Tables tables, Origin origin) throws Refused, SQLException {
        String identity = identityOf(origin);
        if (identity.isEmpty()) return;
        Refused.unless(
                identity.startsWith(REFERENCE_PREFIX)
                        && tables.find(KIND, identity.substring(REFERENCE_PREFIX.length())) != null,
                "InvalidOriginAccessIdentity",
                "The origin access identity '" + identity + "' of origin '" + origin.id()
                        + "' does not exist; it is written " + REFERENCE_PREFIX + "ID.");
    }

    static String identityOf(Origin origin) {
        return origin.s3OriginConfig() == null
                ? ""
                : Defaults.or(origin.s3OriginConfig().originAccessIdentity(), "");
    }

    private static boolean uses(DistributionConfig config, String id) {
        return config.origins().items().stream()
                .anyMatch(origin -> identityOf(origin).equals(REFERENCE_PREFIX + id));
    }

    private static void check(CloudFrontOriginAccessIdentityConfig config) throws Refused {
        String reference = config.callerReference();
        Refused.unless(
                !reference.isBlank() && reference.length() <= TEXT_MAX,
                "InvalidArgument",
                "The CallerReference '" + reference + "' does not have 1 to " + TEXT_MAX + " characters.");
        Refused.unless(
                config.comment().length() <= TEXT_MAX,
                "InvalidArgument",
                "The Comment has " + config.comment().length() + " characters, more than " + TEXT_MAX + ".");
    }

    private CloudFrontOriginAccessIdentity shape(Row row) {
        return CloudFrontOriginAccessIdentity.builder()
                .id(row.id())
                .s3CanonicalUserId(canonicalUser(row.id()))
                .cloudFrontOriginAccessIdentityConfig(NAMED.config(row))
                .build();
    }

    private CloudFrontOriginAccessIdentitySummary summary(Row row) {
        return CloudFrontOriginAccessIdentitySummary.builder()
                .id(row.id())
                .s3CanonicalUserId(canonicalUser(row.id()))
                .comment(NAMED.config(row).comment())
                .build();
    }

    /** 96 hexadecimal digits, as S3's are, and always the same for one identity of one account. */
    private String canonicalUser(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-384")
                    .digest((settings.accountId() + "/" + id).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-384", e);
        }
    }
}
