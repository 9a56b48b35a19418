package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateFieldLevelEncryptionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateFieldLevelEncryptionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteFieldLevelEncryptionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteFieldLevelEncryptionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryption;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionConfig;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionList;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetFieldLevelEncryptionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetFieldLevelEncryptionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetFieldLevelEncryptionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetFieldLevelEncryptionResponse;
import software.amazon.awssdk.services.cloudfront.model.ListFieldLevelEncryptionConfigsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListFieldLevelEncryptionConfigsResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateFieldLevelEncryptionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateFieldLevelEncryptionConfigResponse;

/** The operations on field-level encryption configs. */
final class EncryptionConfigOperations {
    private static final Named<FieldLevelEncryptionConfig> NAMED = EncryptionConfigs.NAMED;

    private final Store store;
    private final Settings settings;

    EncryptionConfigOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(
                        CreateFieldLevelEncryptionConfigRequest::builder,
                        CreateFieldLevelEncryptionConfigRequest.class,
                        this::create)
                .on(GetFieldLevelEncryptionRequest::builder, GetFieldLevelEncryptionRequest.class, this::get)
                .on(
                        GetFieldLevelEncryptionConfigRequest::builder,
                        GetFieldLevelEncryptionConfigRequest.class,
                        this::config)
                .on(
                        UpdateFieldLevelEncryptionConfigRequest::builder,
                        UpdateFieldLevelEncryptionConfigRequest.class,
                        this::update)
                .on(
                        DeleteFieldLevelEncryptionConfigRequest::builder,
                        DeleteFieldLevelEncryptionConfigRequest.class,
                        this::delete)
                .on(
                        ListFieldLevelEncryptionConfigsRequest::builder,
                        ListFieldLevelEncryptionConfigsRequest.class,
                        this::list);
    }

    private CreateFieldLevelEncryptionConfigResponse create(CreateFieldLevelEncryptionConfigRequest request)
            throws Refused {
        Row row = store.write(tables -> {
            FieldLevelEncryptionConfig config = EncryptionConfigs.checked(tables, request.fieldLevelEncryptionConfig());
            String id = settings.ids()
                    .encryptionConfig(candidate -> tables.find(Kind.ENCRYPTION_CONFIG, candidate) != null);
            return NAMED.insert(tables, settings, id, config);
        });
        return CreateFieldLevelEncryptionConfigResponse.builder()
                .fieldLevelEncryption(shape(row))
                .eTag(row.etag())
                .location(Settings.LOCATION + "field-level-encryption/" + row.id())
                .build();
    }

    private GetFieldLevelEncryptionResponse get(GetFieldLevelEncryptionRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetFieldLevelEncryptionResponse.builder()
                .fieldLevelEncryption(shape(row))
                .eTag(row.etag())
                .build();
    }

    private GetFieldLevelEncryptionConfigResponse config(GetFieldLevelEncryptionConfigRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetFieldLevelEncryptionConfigResponse.builder()
                .fieldLevelEncryptionConfig(NAMED.config(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateFieldLevelEncryptionConfigResponse update(UpdateFieldLevelEncryptionConfigRequest request)
            throws Refused {
        Row row = store.write(tables -> {
            Row old = NAMED.existing(tables, request.id());
            Preconditions.check(request.ifMatch(), old.etag(), NAMED.what() + " " + old.id());
            FieldLevelEncryptionConfig config = EncryptionConfigs.checked(tables, request.fieldLevelEncryptionConfig());
            unless(
                    NAMED.config(old).callerReference().equals(config.callerReference()),
                    "IllegalUpdate",
                    "The CallerReference of a field-level encryption config cannot change.");
            Row changed = NAMED.replace(tables, settings, old.id(), request.ifMatch(), config);
            touch(tables, changed);
            return changed;
        });
        return UpdateFieldLevelEncryptionConfigResponse.builder()
                .fieldLevelEncryption(shape(row))
                .eTag(row.etag())
                .build();
    }

    private static void touch(Tables tables, Row changed) throws SQLException {
        List<Row> users = Distributions.using(tables, EncryptionConfigs.uses(changed.id()));
        Distributions.touch(tables, users, changed.revision());
    }

    private DeleteFieldLevelEncryptionConfigResponse delete(DeleteFieldLevelEncryptionConfigRequest request)
            throws Refused {
        store.write(tables -> {
            NAMED.delete(tables, request.id(), request.ifMatch(), EncryptionConfigs.uses(request.id()));
            return request.id();
        });
        return DeleteFieldLevelEncryptionConfigResponse.builder().build();
    }

    private ListFieldLevelEncryptionConfigsResponse list(ListFieldLevelEncryptionConfigsRequest request)
            throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(Kind.ENCRYPTION_CONFIG, page.marker(), page.rows()));
        List<FieldLevelEncryptionSummary> items = page.shown(rows).stream()
                .map(EncryptionConfigOperations::summary)
                .toList();
        FieldLevelEncryptionList.Builder list = FieldLevelEncryptionList.builder()
                .maxItems(page.maxItems())
                .quantity(items.size())
                .items(items);
        if (page.truncated(rows)) list.nextMarker(items.getLast().id());
        return ListFieldLevelEncryptionConfigsResponse.builder()
                .fieldLevelEncryptionList(list.build())
                .build();
    }

    private static FieldLevelEncryption shape(Row row) {
        return FieldLevelEncryption.builder()
                .id(row.id())
                .lastModifiedTime(row.modified())
                .fieldLevelEncryptionConfig(NAMED.config(row))
                .build();
    }

    private static FieldLevelEncryptionSummary summary(Row row) {
        FieldLevelEncryptionConfig config = NAMED.config(row);
        return FieldLevelEncryptionSummary.builder()
                .id(row.id())
                .lastModifiedTime(row.modified())
                .comment(config.comment())
                .queryArgProfileConfig(config.queryArgProfileConfig())
                .contentTypeProfileConfig(config.contentTypeProfileConfig())
                .build();
    }
}
