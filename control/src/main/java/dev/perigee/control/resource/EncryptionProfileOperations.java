package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateFieldLevelEncryptionProfileRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateFieldLevelEncryptionProfileResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteFieldLevelEncryptionProfileRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteFieldLevelEncryptionProfileResponse;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionProfile;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionProfileConfig;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionProfileList;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionProfileSummary;
import software.amazon.awssdk.services.cloudfront.model.GetFieldLevelEncryptionProfileConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetFieldLevelEncryptionProfileConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetFieldLevelEncryptionProfileRequest;
import software.amazon.awssdk.services.cloudfront.model.GetFieldLevelEncryptionProfileResponse;
import software.amazon.awssdk.services.cloudfront.model.ListFieldLevelEncryptionProfilesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListFieldLevelEncryptionProfilesResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateFieldLevelEncryptionProfileRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateFieldLevelEncryptionProfileResponse;

/** The operations on field-level encryption profiles. */
final class EncryptionProfileOperations {
    private static final Named<FieldLevelEncryptionProfileConfig> NAMED = EncryptionProfiles.NAMED;

    private final Store store;
    private final Settings settings;

    EncryptionProfileOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(
                        CreateFieldLevelEncryptionProfileRequest::builder,
                        CreateFieldLevelEncryptionProfileRequest.class,
                        this::create)
                .on(
                        GetFieldLevelEncryptionProfileRequest::builder,
                        GetFieldLevelEncryptionProfileRequest.class,
                        this::get)
                .on(
                        GetFieldLevelEncryptionProfileConfigRequest::builder,
                        GetFieldLevelEncryptionProfileConfigRequest.class,
                        this::config)
                .on(
                        UpdateFieldLevelEncryptionProfileRequest::builder,
                        UpdateFieldLevelEncryptionProfileRequest.class,
                        this::update)
                .on(
                        DeleteFieldLevelEncryptionProfileRequest::builder,
                        DeleteFieldLevelEncryptionProfileRequest.class,
                        this::delete)
                .on(
                        ListFieldLevelEncryptionProfilesRequest::builder,
                        ListFieldLevelEncryptionProfilesRequest.class,
                        this::list);
    }

    private CreateFieldLevelEncryptionProfileResponse create(CreateFieldLevelEncryptionProfileRequest request)
            throws Refused {
        Row row = store.write(tables -> {
            FieldLevelEncryptionProfileConfig config =
                    EncryptionProfiles.checked(tables, request.fieldLevelEncryptionProfileConfig());
            EncryptionProfiles.checkReference(tables, config);
            String id = settings.ids()
                    .encryptionProfile(candidate -> tables.find(Kind.ENCRYPTION_PROFILE, candidate) != null);
            return NAMED.insert(tables, settings, id, config);
        });
        return CreateFieldLevelEncryptionProfileResponse.builder()
                .fieldLevelEncryptionProfile(shape(row))
                .eTag(row.etag())
                .location(Settings.LOCATION + "field-level-encryption-profile/" + row.id())
                .build();
    }

    private GetFieldLevelEncryptionProfileResponse get(GetFieldLevelEncryptionProfileRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetFieldLevelEncryptionProfileResponse.builder()
                .fieldLevelEncryptionProfile(shape(row))
                .eTag(row.etag())
                .build();
    }

    private GetFieldLevelEncryptionProfileConfigResponse config(GetFieldLevelEncryptionProfileConfigRequest request)
            throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetFieldLevelEncryptionProfileConfigResponse.builder()
                .fieldLevelEncryptionProfileConfig(NAMED.config(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateFieldLevelEncryptionProfileResponse update(UpdateFieldLevelEncryptionProfileRequest request)
            throws Refused {
        Row row = store.write(tables -> {
            Row old = NAMED.existing(tables, request.id());
            Preconditions.check(request.ifMatch(), old.etag(), NAMED.what() + " " + old.id());
            FieldLevelEncryptionProfileConfig config =
                    EncryptionProfiles.checked(tables, request.fieldLevelEncryptionProfileConfig());
            unless(
                    NAMED.config(old).callerReference().equals(config.callerReference()),
                    "IllegalUpdate",
                    "The CallerReference of a field-level encryption profile cannot change.");
            Row changed = NAMED.replace(tables, settings, old.id(), request.ifMatch(), config);
            touch(tables, changed);
            return changed;
        });
        return UpdateFieldLevelEncryptionProfileResponse.builder()
                .fieldLevelEncryptionProfile(shape(row))
                .eTag(row.etag())
                .build();
    }

    private static void touch(Tables tables, Row changed) throws SQLException {
        for (Row config : EncryptionConfigs.using(tables, changed.id())) {
            List<Row> users = Distributions.using(tables, EncryptionConfigs.uses(config.id()));
            Distributions.touch(tables, users, changed.revision());
        }
    }

    private DeleteFieldLevelEncryptionProfileResponse delete(DeleteFieldLevelEncryptionProfileRequest request)
            throws Refused {
        store.write(tables -> {
            NAMED.deleteUnused(tables, request.id(), request.ifMatch(), all -> {
                for (Row user : EncryptionConfigs.using(all, request.id())) return "config " + user.id();
                return null;
            });
            return request.id();
        });
        return DeleteFieldLevelEncryptionProfileResponse.builder().build();
    }

    private ListFieldLevelEncryptionProfilesResponse list(ListFieldLevelEncryptionProfilesRequest request)
            throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(Kind.ENCRYPTION_PROFILE, page.marker(), page.rows()));
        List<FieldLevelEncryptionProfileSummary> items = page.shown(rows).stream()
                .map(EncryptionProfileOperations::summary)
                .toList();
        FieldLevelEncryptionProfileList.Builder list = FieldLevelEncryptionProfileList.builder()
                .maxItems(page.maxItems())
                .quantity(items.size())
                .items(items);
        if (page.truncated(rows)) list.nextMarker(items.getLast().id());
        return ListFieldLevelEncryptionProfilesResponse.builder()
                .fieldLevelEncryptionProfileList(list.build())
                .build();
    }

    private static FieldLevelEncryptionProfile shape(Row row) {
        return FieldLevelEncryptionProfile.builder()
                .id(row.id())
                .lastModifiedTime(row.modified())
                .fieldLevelEncryptionProfileConfig(NAMED.config(row))
                .build();
    }

    private static FieldLevelEncryptionProfileSummary summary(Row row) {
        FieldLevelEncryptionProfileConfig config = NAMED.config(row);
        return FieldLevelEncryptionProfileSummary.builder()
                .id(row.id())
                .lastModifiedTime(row.modified())
                .name(config.name())
                .encryptionEntities(config.encryptionEntities())
                .comment(config.comment())
                .build();
    }
}
