package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyList;
import software.amazon.awssdk.services.cloudfront.model.CachePolicySummary;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetResponseHeadersPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListResponseHeadersPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyList;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyList;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySummary;

/** Reading the three sorts of policies. All there are so far are managed. */
final class Policies {
    private static final String MANAGED = "managed";
    private static final String CUSTOM = "custom";

    static final Sort<CachePolicy> CACHE =
            new Sort<>("cache policy", "NoSuchCachePolicy", ManagedPolicies::cachePolicies, CachePolicy::id);
    static final Sort<OriginRequestPolicy> ORIGIN_REQUEST = new Sort<>(
            "origin request policy",
            "NoSuchOriginRequestPolicy",
            ManagedPolicies::originRequestPolicies,
            OriginRequestPolicy::id);
    static final Sort<ResponseHeadersPolicy> RESPONSE_HEADERS = new Sort<>(
            "response headers policy",
            "NoSuchResponseHeadersPolicy",
            ManagedPolicies::responseHeadersPolicies,
            ResponseHeadersPolicy::id);

    private Policies() {}

    /** One sort of policies: what it is called and where it is found. */
    record Sort<P>(String what, String missing, Supplier<List<P>> all, Function<P, String> id) {
        P find(String wanted) throws Refused {
            for (P policy : all.get()) {
                if (id.apply(policy).equals(wanted)) return policy;
            }
            throw new Refused(missing, "The " + what + " " + wanted + " does not exist.");
        }

        Listing<P> list(@Nullable String type, @Nullable String marker, @Nullable String maxItems) throws Refused {
            Refused.unless(
                    type == null || type.equals(MANAGED) || type.equals(CUSTOM),
                    "InvalidArgument",
                    "Type is '" + type + "', which is not one of managed, custom.");
            Page page = Page.of(marker, maxItems);
            List<P> rows = CUSTOM.equals(type)
                    ? List.of()
                    : all.get().stream()
                            .filter(policy -> id.apply(policy).compareTo(page.marker()) > 0)
                            .sorted(Comparator.comparing(id))
                            .limit(page.rows())
                            .toList();
            List<P> shown = page.shown(rows);
            String next = page.truncated(rows) ? id.apply(shown.getLast()) : null;
            return new Listing<>(shown, page.maxItems(), next);
        }
    }

    /** One page of policies. */
    record Listing<P>(List<P> shown, int maxItems, @Nullable String next) {}

    static void addTo(Handlers handlers) {
        handlers.on(GetCachePolicyRequest::builder, GetCachePolicyRequest.class, Policies::get)
                .on(GetCachePolicyConfigRequest::builder, GetCachePolicyConfigRequest.class, Policies::config)
                .on(ListCachePoliciesRequest::builder, ListCachePoliciesRequest.class, Policies::list)
                .on(GetOriginRequestPolicyRequest::builder, GetOriginRequestPolicyRequest.class, Policies::get)
                .on(
                        GetOriginRequestPolicyConfigRequest::builder,
                        GetOriginRequestPolicyConfigRequest.class,
                        Policies::config)
                .on(ListOriginRequestPoliciesRequest::builder, ListOriginRequestPoliciesRequest.class, Policies::list)
                .on(GetResponseHeadersPolicyRequest::builder, GetResponseHeadersPolicyRequest.class, Policies::get)
                .on(
                        GetResponseHeadersPolicyConfigRequest::builder,
                        GetResponseHeadersPolicyConfigRequest.class,
                        Policies::config)
                .on(
                        ListResponseHeadersPoliciesRequest::builder,
                        ListResponseHeadersPoliciesRequest.class,
                        Policies::list);
    }

    private static GetCachePolicyResponse get(GetCachePolicyRequest request) throws Refused {
        CachePolicy policy = CACHE.find(request.id());
        return GetCachePolicyResponse.builder()
                .cachePolicy(policy)
                .eTag(ManagedPolicies.etag(policy.id()))
                .build();
    }

    private static GetCachePolicyConfigResponse config(GetCachePolicyConfigRequest request) throws Refused {
        CachePolicy policy = CACHE.find(request.id());
        return GetCachePolicyConfigResponse.builder()
                .cachePolicyConfig(policy.cachePolicyConfig())
                .eTag(ManagedPolicies.etag(policy.id()))
                .build();
    }

    private static ListCachePoliciesResponse list(ListCachePoliciesRequest request) throws Refused {
        Listing<CachePolicy> listing = CACHE.list(request.typeAsString(), request.marker(), request.maxItems());
        List<CachePolicySummary> items = listing.shown().stream()
                .map(policy -> CachePolicySummary.builder()
                        .type(MANAGED)
                        .cachePolicy(policy)
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

    private static GetOriginRequestPolicyResponse get(GetOriginRequestPolicyRequest request) throws Refused {
        OriginRequestPolicy policy = ORIGIN_REQUEST.find(request.id());
        return GetOriginRequestPolicyResponse.builder()
                .originRequestPolicy(policy)
                .eTag(ManagedPolicies.etag(policy.id()))
                .build();
    }

    private static GetOriginRequestPolicyConfigResponse config(GetOriginRequestPolicyConfigRequest request)
            throws Refused {
        OriginRequestPolicy policy = ORIGIN_REQUEST.find(request.id());
        return GetOriginRequestPolicyConfigResponse.builder()
                .originRequestPolicyConfig(policy.originRequestPolicyConfig())
                .eTag(ManagedPolicies.etag(policy.id()))
                .build();
    }

    private static ListOriginRequestPoliciesResponse list(ListOriginRequestPoliciesRequest request) throws Refused {
        Listing<OriginRequestPolicy> listing =
                ORIGIN_REQUEST.list(request.typeAsString(), request.marker(), request.maxItems());
        List<OriginRequestPolicySummary> items = listing.shown().stream()
                .map(policy -> OriginRequestPolicySummary.builder()
                        .type(MANAGED)
                        .originRequestPolicy(policy)
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

    private static GetResponseHeadersPolicyResponse get(GetResponseHeadersPolicyRequest request) throws Refused {
        ResponseHeadersPolicy policy = RESPONSE_HEADERS.find(request.id());
        return GetResponseHeadersPolicyResponse.builder()
                .responseHeadersPolicy(policy)
                .eTag(ManagedPolicies.etag(policy.id()))
                .build();
    }

    private static GetResponseHeadersPolicyConfigResponse config(GetResponseHeadersPolicyConfigRequest request)
            throws Refused {
        ResponseHeadersPolicy policy = RESPONSE_HEADERS.find(request.id());
        return GetResponseHeadersPolicyConfigResponse.builder()
                .responseHeadersPolicyConfig(policy.responseHeadersPolicyConfig())
                .eTag(ManagedPolicies.etag(policy.id()))
                .build();
    }

    private static ListResponseHeadersPoliciesResponse list(ListResponseHeadersPoliciesRequest request) throws Refused {
        Listing<ResponseHeadersPolicy> listing =
                RESPONSE_HEADERS.list(request.typeAsString(), request.marker(), request.maxItems());
        List<ResponseHeadersPolicySummary> items = listing.shown().stream()
                .map(policy -> ResponseHeadersPolicySummary.builder()
                        .type(MANAGED)
                        .responseHeadersPolicy(policy)
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
}
