package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeletePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeletePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListPublicKeysRequest;
import software.amazon.awssdk.services.cloudfront.model.ListPublicKeysResponse;
import software.amazon.awssdk.services.cloudfront.model.PublicKey;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyList;
import software.amazon.awssdk.services.cloudfront.model.PublicKeySummary;
import software.amazon.awssdk.services.cloudfront.model.UpdatePublicKeyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdatePublicKeyResponse;

/** The operations on public keys, which verify what their owners have signed. */
final class PublicKeyOperations {
    private static final Named<PublicKeyConfig> NAMED = PublicKeys.NAMED;

    private final Store store;
    private final Settings settings;

    PublicKeyOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreatePublicKeyRequest::builder, CreatePublicKeyRequest.class, this::create)
                .on(GetPublicKeyRequest::builder, GetPublicKeyRequest.class, this::get)
                .on(GetPublicKeyConfigRequest::builder, GetPublicKeyConfigRequest.class, this::config)
                .on(UpdatePublicKeyRequest::builder, UpdatePublicKeyRequest.class, this::update)
                .on(DeletePublicKeyRequest::builder, DeletePublicKeyRequest.class, this::delete)
                .on(ListPublicKeysRequest::builder, ListPublicKeysRequest.class, this::list);
    }

    private CreatePublicKeyResponse create(CreatePublicKeyRequest request) throws Refused {
        PublicKeyConfig config = PublicKeys.checked(request.publicKeyConfig());
        Row row = store.write(tables -> {
            PublicKeys.checkReference(tables, config);
            String id = settings.ids().publicKey(candidate -> tables.find(Kind.PUBLIC_KEY, candidate) != null);
            return NAMED.insert(tables, settings, id, config);
        });
        return CreatePublicKeyResponse.builder()
                .publicKey(shape(row))
                .eTag(row.etag())
                .location(Settings.LOCATION + "public-key/" + row.id())
                .build();
    }

    private GetPublicKeyResponse get(GetPublicKeyRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetPublicKeyResponse.builder()
                .publicKey(shape(row))
                .eTag(row.etag())
                .build();
    }

    private GetPublicKeyConfigResponse config(GetPublicKeyConfigRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetPublicKeyConfigResponse.builder()
                .publicKeyConfig(NAMED.config(row))
                .eTag(row.etag())
                .build();
    }

    private UpdatePublicKeyResponse update(UpdatePublicKeyRequest request) throws Refused {
        Row row = store.write(tables -> {
            Row old = NAMED.existing(tables, request.id());
            Preconditions.check(request.ifMatch(), old.etag(), NAMED.what() + " " + old.id());
            PublicKeyConfig before = NAMED.config(old);
            PublicKeyConfig config = PublicKeys.checked(request.publicKeyConfig());
            PublicKeys.checkUnchanged(before, config);
            PublicKeyConfig changed =
                    before.toBuilder().comment(config.comment()).build();
            return NAMED.replace(tables, settings, old.id(), request.ifMatch(), changed);
        });
        return UpdatePublicKeyResponse.builder()
                .publicKey(shape(row))
                .eTag(row.etag())
                .build();
    }

    private DeletePublicKeyResponse delete(DeletePublicKeyRequest request) throws Refused {
        store.write(tables -> {
            NAMED.deleteUnused(tables, request.id(), request.ifMatch(), all -> PublicKeys.user(all, request.id()));
            return request.id();
        });
        return DeletePublicKeyResponse.builder().build();
    }

    private ListPublicKeysResponse list(ListPublicKeysRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(Kind.PUBLIC_KEY, page.marker(), page.rows()));
        List<PublicKeySummary> items =
                page.shown(rows).stream().map(PublicKeyOperations::summary).toList();
        PublicKeyList.Builder list = PublicKeyList.builder()
                .maxItems(page.maxItems())
                .quantity(items.size())
                .items(items);
        if (page.truncated(rows)) list.nextMarker(items.getLast().id());
        return ListPublicKeysResponse.builder().publicKeyList(list.build()).build();
    }

    private static PublicKey shape(Row row) {
        return PublicKey.builder()
                .id(row.id())
                .createdTime(row.created())
                .publicKeyConfig(NAMED.config(row))
                .build();
    }

    private static PublicKeySummary summary(Row row) {
        PublicKeyConfig config = NAMED.config(row);
        return PublicKeySummary.builder()
                .id(row.id())
                .name(config.name())
                .createdTime(row.created())
                .encodedKey(config.encodedKey())
                .comment(config.comment())
                .build();
    }
}
