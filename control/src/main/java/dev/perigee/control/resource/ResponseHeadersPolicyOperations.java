package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.PolicySort.Found;
import dev.perigee.control.resource.PolicySort.Listing;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByResponseHeadersPolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByResponseHeadersPolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyList;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.UpdateResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateResponseHeadersPolicyResponse;

/** The operations on response headers policies. */
final class ResponseHeadersPolicyOperations {
    private static final PolicySort<ResponseHeadersPolicyConfig, ResponseHeadersPolicy> SORT =
            Policies.RESPONSE_HEADERS;

    private final Store store;
    private final Settings settings;

    ResponseHeadersPolicyOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateResponseHeadersPolicyRequest::builder, CreateResponseHeadersPolicyRequest.class, this::create)
                .on(GetResponseHeadersPolicyRequest::builder, GetResponseHeadersPolicyRequest.class, this::get)
                .on(
                        GetResponseHeadersPolicyConfigRequest::builder,
                        GetResponseHeadersPolicyConfigRequest.class,
                        this::config)
                .on(UpdateResponseHeadersPolicyRequest::builder, UpdateResponseHeadersPolicyRequest.class, this::update)
                .on(DeleteResponseHeadersPolicyRequest::builder, DeleteResponseHeadersPolicyRequest.class, this::delete)
                .on(ListResponseHeadersPoliciesRequest::builder, ListResponseHeadersPoliciesRequest.class, this::list)
                .on(
                        ListDistributionsByResponseHeadersPolicyIdRequest::builder,
                        ListDistributionsByResponseHeadersPolicyIdRequest.class,
                        this::users);
    }

    private CreateResponseHeadersPolicyResponse create(CreateResponseHeadersPolicyRequest request) throws Refused {
        Found<ResponseHeadersPolicy> created = SORT.create(store, settings, request.responseHeadersPolicyConfig());
        return CreateResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(created.policy())
                .eTag(created.etag())
                .location(Settings.LOCATION + "response-headers-policy/" + created.id())
                .build();
    }

    private GetResponseHeadersPolicyResponse get(GetResponseHeadersPolicyRequest request) throws Refused {
        Found<ResponseHeadersPolicy> found = store.read(tables -> SORT.find(tables, request.id()));
        return GetResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(found.policy())
                .eTag(found.etag())
                .build();
    }

    private GetResponseHeadersPolicyConfigResponse config(GetResponseHeadersPolicyConfigRequest request)
            throws Refused {
        Found<ResponseHeadersPolicy> found = store.read(tables -> SORT.find(tables, request.id()));
        return GetResponseHeadersPolicyConfigResponse.builder()
                .responseHeadersPolicyConfig(found.policy().responseHeadersPolicyConfig())
                .eTag(found.etag())
                .build();
    }

    private UpdateResponseHeadersPolicyResponse update(UpdateResponseHeadersPolicyRequest request) throws Refused {
        Found<ResponseHeadersPolicy> updated =
                SORT.update(store, settings, request.id(), request.ifMatch(), request.responseHeadersPolicyConfig());
        return UpdateResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(updated.policy())
                .eTag(updated.etag())
                .build();
    }

    private DeleteResponseHeadersPolicyResponse delete(DeleteResponseHeadersPolicyRequest request) throws Refused {
        SORT.delete(store, request.id(), request.ifMatch());
        return DeleteResponseHeadersPolicyResponse.builder().build();
    }

    private ListResponseHeadersPoliciesResponse list(ListResponseHeadersPoliciesRequest request) throws Refused {
        Listing<ResponseHeadersPolicy> listing =
                SORT.list(store, request.typeAsString(), request.marker(), request.maxItems());
        List<ResponseHeadersPolicySummary> items = listing.shown().stream()
                .map(found -> ResponseHeadersPolicySummary.builder()
                        .type(found.type())
                        .responseHeadersPolicy(found.policy())
                        .build())
                .toList();
        return ListResponseHeadersPoliciesResponse.builder()
                .responseHeadersPolicyList(ResponseHeadersPolicyList.builder()
                        .maxItems(listing.maxItems())
                        .quantity(items.size())
                        .items(items)
                        .nextMarker(listing.next())
                        .build())
                .build();
    }

    private ListDistributionsByResponseHeadersPolicyIdResponse users(
            ListDistributionsByResponseHeadersPolicyIdRequest request) throws Refused {
        return ListDistributionsByResponseHeadersPolicyIdResponse.builder()
                .distributionIdList(
                        SORT.users(store, request.responseHeadersPolicyId(), request.marker(), request.maxItems()))
                .build();
    }
}
