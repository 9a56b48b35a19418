package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.GetKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.KeyGroup;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupList;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupSummary;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.ListKeyGroupsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListKeyGroupsResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyGroupResponse;

/** The operations on key groups: whose signatures a behavior believes. */
final class KeyGroupOperations {
    private static final Named<KeyGroupConfig> NAMED = KeyGroups.NAMED;

    private final Store store;
    private final Settings settings;

    KeyGroupOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateKeyGroupRequest::builder, CreateKeyGroupRequest.class, this::create)
                .on(GetKeyGroupRequest::builder, GetKeyGroupRequest.class, this::get)
                .on(GetKeyGroupConfigRequest::builder, GetKeyGroupConfigRequest.class, this::config)
                .on(UpdateKeyGroupRequest::builder, UpdateKeyGroupRequest.class, this::update)
                .on(DeleteKeyGroupRequest::builder, DeleteKeyGroupRequest.class, this::delete)
                .on(ListKeyGroupsRequest::builder, ListKeyGroupsRequest.class, this::list)
                .on(ListDistributionsByKeyGroupRequest::builder, ListDistributionsByKeyGroupRequest.class, this::users);
    }

    private CreateKeyGroupResponse create(CreateKeyGroupRequest request) throws Refused {
        KeyGroupConfig config = KeyGroups.checked(request.keyGroupConfig());
        Row row = store.write(tables -> {
            KeyGroups.checkKeys(tables, config);
            return NAMED.insert(tables, settings, UUID.randomUUID().toString(), config);
        });
        return CreateKeyGroupResponse.builder()
                .keyGroup(shape(row))
                .eTag(row.etag())
                .location(Settings.LOCATION + "key-group/" + row.id())
                .build();
    }

    private GetKeyGroupResponse get(GetKeyGroupRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetKeyGroupResponse.builder()
                .keyGroup(shape(row))
                .eTag(row.etag())
                .build();
    }

    private GetKeyGroupConfigResponse config(GetKeyGroupConfigRequest request) throws Refused {
        Row row = store.read(tables -> NAMED.existing(tables, request.id()));
        return GetKeyGroupConfigResponse.builder()
                .keyGroupConfig(NAMED.config(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateKeyGroupResponse update(UpdateKeyGroupRequest request) throws Refused {
        KeyGroupConfig config = KeyGroups.checked(request.keyGroupConfig());
        Row row = store.write(tables -> {
            Row changed = NAMED.replace(tables, settings, request.id(), request.ifMatch(), config);
            KeyGroups.checkKeys(tables, config);
            Distributions.touch(tables, Distributions.using(tables, KeyGroups.uses(request.id())), changed.revision());
            return changed;
        });
        return UpdateKeyGroupResponse.builder()
                .keyGroup(shape(row))
                .eTag(row.etag())
                .build();
    }

    private DeleteKeyGroupResponse delete(DeleteKeyGroupRequest request) throws Refused {
        store.write(tables -> {
            NAMED.delete(tables, request.id(), request.ifMatch(), KeyGroups.uses(request.id()));
            return request.id();
        });
        return DeleteKeyGroupResponse.builder().build();
    }

    private ListKeyGroupsResponse list(ListKeyGroupsRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> tables.page(Kind.KEY_GROUP, page.marker(), page.rows()));
        List<KeyGroupSummary> items = page.shown(rows).stream()
                .map(row -> KeyGroupSummary.builder().keyGroup(shape(row)).build())
                .toList();
        KeyGroupList.Builder list = KeyGroupList.builder()
                .maxItems(page.maxItems())
                .quantity(items.size())
                .items(items);
        if (page.truncated(rows)) list.nextMarker(items.getLast().keyGroup().id());
        return ListKeyGroupsResponse.builder().keyGroupList(list.build()).build();
    }

    private ListDistributionsByKeyGroupResponse users(ListDistributionsByKeyGroupRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<String> ids = store.read(tables -> {
            NAMED.existing(tables, request.keyGroupId());
            return Distributions.using(tables, KeyGroups.uses(request.keyGroupId())).stream()
                    .map(Row::id)
                    .toList();
        });
        return ListDistributionsByKeyGroupResponse.builder()
                .distributionIdList(page.ids(ids))
                .build();
    }

    private static KeyGroup shape(Row row) {
        return KeyGroup.builder()
                .id(row.id())
                .lastModifiedTime(row.modified())
                .keyGroupConfig(NAMED.config(row))
                .build();
    }
}
