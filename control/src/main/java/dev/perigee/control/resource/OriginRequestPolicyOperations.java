package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.PolicySort.Found;
import dev.perigee.control.resource.PolicySort.Listing;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByOriginRequestPolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByOriginRequestPolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyList;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateOriginRequestPolicyResponse;

/** The operations on origin request policies. */
final class OriginRequestPolicyOperations {
    private static final PolicySort<OriginRequestPolicyConfig, OriginRequestPolicy> SORT = Policies.ORIGIN_REQUEST;

    private final Store store;
    private final Settings settings;

    OriginRequestPolicyOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateOriginRequestPolicyRequest::builder, CreateOriginRequestPolicyRequest.class, this::create)
                .on(GetOriginRequestPolicyRequest::builder, GetOriginRequestPolicyRequest.class, this::get)
                .on(
                        GetOriginRequestPolicyConfigRequest::builder,
                        GetOriginRequestPolicyConfigRequest.class,
                        this::config)
                .on(UpdateOriginRequestPolicyRequest::builder, UpdateOriginRequestPolicyRequest.class, this::update)
                .on(DeleteOriginRequestPolicyRequest::builder, DeleteOriginRequestPolicyRequest.class, this::delete)
                .on(ListOriginRequestPoliciesRequest::builder, ListOriginRequestPoliciesRequest.class, this::list)
                .on(
                        ListDistributionsByOriginRequestPolicyIdRequest::builder,
                        ListDistributionsByOriginRequestPolicyIdRequest.class,
                        this::users);
    }

    private CreateOriginRequestPolicyResponse create(CreateOriginRequestPolicyRequest request) throws Refused {
        Found<OriginRequestPolicy> created = SORT.create(store, settings, request.originRequestPolicyConfig());
        return CreateOriginRequestPolicyResponse.builder()
                .originRequestPolicy(created.policy())
                .eTag(created.etag())
                .location(Settings.LOCATION + "origin-request-policy/" + created.id())
                .build();
    }

    private GetOriginRequestPolicyResponse get(GetOriginRequestPolicyRequest request) throws Refused {
        Found<OriginRequestPolicy> found = store.read(tables -> SORT.find(tables, request.id()));
        return GetOriginRequestPolicyResponse.builder()
                .originRequestPolicy(found.policy())
                .eTag(found.etag())
                .build();
    }

    private GetOriginRequestPolicyConfigResponse config(GetOriginRequestPolicyConfigRequest request) throws Refused {
        Found<OriginRequestPolicy> found = store.read(tables -> SORT.find(tables, request.id()));
        return GetOriginRequestPolicyConfigResponse.builder()
                .originRequestPolicyConfig(found.policy().originRequestPolicyConfig())
                .eTag(found.etag())
                .build();
    }

    private UpdateOriginRequestPolicyResponse update(UpdateOriginRequestPolicyRequest request) throws Refused {
        Found<OriginRequestPolicy> updated =
                SORT.update(store, settings, request.id(), request.ifMatch(), request.originRequestPolicyConfig());
        return UpdateOriginRequestPolicyResponse.builder()
                .originRequestPolicy(updated.policy())
                .eTag(updated.etag())
                .build();
    }

    private DeleteOriginRequestPolicyResponse delete(DeleteOriginRequestPolicyRequest request) throws Refused {
        SORT.delete(store, request.id(), request.ifMatch());
        return DeleteOriginRequestPolicyResponse.builder().build();
    }

    private ListOriginRequestPoliciesResponse list(ListOriginRequestPoliciesRequest request) throws Refused {
        Listing<OriginRequestPolicy> listing =
                SORT.list(store, request.typeAsString(), request.marker(), request.maxItems());
        List<OriginRequestPolicySummary> items = listing.shown().stream()
                .map(found -> OriginRequestPolicySummary.builder()
                        .type(found.type())
                        .originRequestPolicy(found.policy())
                        .build())
                .toList();
        return ListOriginRequestPoliciesResponse.builder()
                .originRequestPolicyList(OriginRequestPolicyList.builder()
                        .maxItems(listing.maxItems())
                        .quantity(items.size())
                        .items(items)
                        .nextMarker(listing.next())
                        .build())
                .build();
    }

    private ListDistributionsByOriginRequestPolicyIdResponse users(
            ListDistributionsByOriginRequestPolicyIdRequest request) throws Refused {
        return ListDistributionsByOriginRequestPolicyIdResponse.builder()
                .distributionIdList(
                        SORT.users(store, request.originRequestPolicyId(), request.marker(), request.maxItems()))
                .build();
    }
}
