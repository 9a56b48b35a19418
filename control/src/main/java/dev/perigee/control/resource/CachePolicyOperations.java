package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.PolicySort.Found;
import dev.perigee.control.resource.PolicySort.Listing;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyList;
import software.amazon.awssdk.services.cloudfront.model.CachePolicySummary;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByCachePolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByCachePolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateCachePolicyResponse;

/** The operations on cache policies. */
final class CachePolicyOperations {
    private static final PolicySort<CachePolicyConfig, CachePolicy> SORT = Policies.CACHE;

    private final Store store;
    private final Settings settings;

    CachePolicyOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateCachePolicyRequest::builder, CreateCachePolicyRequest.class, this::create)
                .on(GetCachePolicyRequest::builder, GetCachePolicyRequest.class, this::get)
                .on(GetCachePolicyConfigRequest::builder, GetCachePolicyConfigRequest.class, this::config)
                .on(UpdateCachePolicyRequest::builder, UpdateCachePolicyRequest.class, this::update)
                .on(DeleteCachePolicyRequest::builder, DeleteCachePolicyRequest.class, this::delete)
                .on(ListCachePoliciesRequest::builder, ListCachePoliciesRequest.class, this::list)
                .on(
                        ListDistributionsByCachePolicyIdRequest::builder,
                        ListDistributionsByCachePolicyIdRequest.class,
                        this::users);
    }

    private CreateCachePolicyResponse create(CreateCachePolicyRequest request) throws Refused {
        Found<CachePolicy> created = SORT.create(store, settings, request.cachePolicyConfig());
        return CreateCachePolicyResponse.builder()
                .cachePolicy(created.policy())
                .eTag(created.etag())
                .location(Settings.LOCATION + "cache-policy/" + created.id())
                .build();
    }

    private GetCachePolicyResponse get(GetCachePolicyRequest request) throws Refused {
        Found<CachePolicy> found = store.read(tables -> SORT.find(tables, request.id()));
        return GetCachePolicyResponse.builder()
                .cachePolicy(found.policy())
                .eTag(found.etag())
                .build();
    }

    private GetCachePolicyConfigResponse config(GetCachePolicyConfigRequest request) throws Refused {
        Found<CachePolicy> found = store.read(tables -> SORT.find(tables, request.id()));
        return GetCachePolicyConfigResponse.builder()
                .cachePolicyConfig(found.policy().cachePolicyConfig())
                .eTag(found.etag())
                .build();
    }

    private UpdateCachePolicyResponse update(UpdateCachePolicyRequest request) throws Refused {
        Found<CachePolicy> updated =
                SORT.update(store, settings, request.id(), request.ifMatch(), request.cachePolicyConfig());
        return UpdateCachePolicyResponse.builder()
                .cachePolicy(updated.policy())
                .eTag(updated.etag())
                .build();
    }

    private DeleteCachePolicyResponse delete(DeleteCachePolicyRequest request) throws Refused {
        SORT.delete(store, request.id(), request.ifMatch());
        return DeleteCachePolicyResponse.builder().build();
    }

    private ListCachePoliciesResponse list(ListCachePoliciesRequest request) throws Refused {
        Listing<CachePolicy> listing = SORT.list(store, request.typeAsString(), request.marker(), request.maxItems());
        List<CachePolicySummary> items = listing.shown().stream()
                .map(found -> CachePolicySummary.builder()
                        .type(found.type())
                        .cachePolicy(found.policy())
                        .build())
                .toList();
        return ListCachePoliciesResponse.builder()
                .cachePolicyList(CachePolicyList.builder()
                        .maxItems(listing.maxItems())
                        .quantity(items.size())
                        .items(items)
                        .nextMarker(listing.next())
                        .build())
                .build();
    }

    private ListDistributionsByCachePolicyIdResponse users(ListDistributionsByCachePolicyIdRequest request)
            throws Refused {
        return ListDistributionsByCachePolicyIdResponse.builder()
                .distributionIdList(SORT.users(store, request.cachePolicyId(), request.marker(), request.maxItems()))
                .build();
    }
}
