package dev.perigee.control;

import static dev.perigee.control.Running.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.resource.Configs;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyType;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyType;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyType;

/** The three sorts of policies through the API, as a client of the SDK sees them. */
@SuppressWarnings("unchecked") // the SDK takes generic varargs
class PoliciesTest extends FreshControlPlane {
    private static final String OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    private static CachePolicyConfig cache(String name) {
        return CachePolicyConfig.builder().name(name).minTTL(7L).build();
    }

    private static OriginRequestPolicyConfig originRequest(String name) {
        return OriginRequestPolicyConfig.builder()
                .name(name)
                .headersConfig(h -> h.headerBehavior("whitelist")
                        .headers(names -> names.quantity(1).items("X-Shop")))
                .cookiesConfig(c -> c.cookieBehavior("none"))
                .queryStringsConfig(q -> q.queryStringBehavior("all"))
                .build();
    }

    private static ResponseHeadersPolicyConfig responseHeaders(String name) {
        return ResponseHeadersPolicyConfig.builder()
                .name(name)
                .customHeadersConfig(headers -> headers.quantity(1)
                        .items(header -> header.header("X-Shop").value("blue").override(true)))
                .serverTimingHeadersConfig(timing -> timing.enabled(true).samplingRate(0.5))
                .build();
    }

    private CreateDistributionResponse using(
            String cacheId, @Nullable String originRequestId, @Nullable String responseHeadersId) {
        DistributionConfig config = Configs.of("with-" + cacheId);
        return running.client.createDistribution(r -> r.distributionConfig(config.toBuilder()
                .defaultCacheBehavior(
                        b -> b.targetOriginId(config.defaultCacheBehavior().targetOriginId())
                                .viewerProtocolPolicy("allow-all")
                                .cachePolicyId(cacheId)
                                .originRequestPolicyId(originRequestId)
                                .responseHeadersPolicyId(responseHeadersId))
                .build()));
    }

    private dev.perigee.core.plan.ResponseHeadersPolicy responseHeaders() {
        return Objects.requireNonNull(published().responseHeaders());
    }

    private dev.perigee.core.plan.Behavior published() {
        return running.edge.plan().distributions().getFirst().behaviors().getFirst();
    }

    @Test
    void aCustomCachePolicyLivesAndReachesTheEdges() throws Exception {
        var client = running.client;
        var created = client.createCachePolicy(r -> r.cachePolicyConfig(cache("seven")));
        String id = created.cachePolicy().id();
        assertEquals("https://cloudfront.amazonaws.com/2020-05-31/cache-policy/" + id, created.location());
        assertTrue(id.matches("[0-9a-f-]{36}"), id);
        CachePolicyConfig config = created.cachePolicy().cachePolicyConfig();
        assertEquals(List.of(7L, 86_400L, 31_536_000L), List.of(config.minTTL(), config.defaultTTL(), config.maxTTL()));
        assertEquals(
                "none",
                config.parametersInCacheKeyAndForwardedToOrigin()
                        .headersConfig()
                        .headerBehaviorAsString());
        assertEquals(created.eTag(), client.getCachePolicy(r -> r.id(id)).eTag());
        assertEquals(config, client.getCachePolicyConfig(r -> r.id(id)).cachePolicyConfig());
        refused(
                "CachePolicyAlreadyExists",
                409,
                () -> client.createCachePolicy(r -> r.cachePolicyConfig(cache("seven"))));

        String distribution = using(id, null, null).distribution().id();
        Running.await("in the plan", () -> !running.edge.plan().distributions().isEmpty());
        assertEquals(7, published().cachePolicy().minTtl());

        refused(
                "InvalidIfMatchVersion",
                400,
                () -> client.updateCachePolicy(r -> r.id(id).cachePolicyConfig(config)));
        refused(
                "PreconditionFailed",
                412,
                () -> client.updateCachePolicy(r -> r.id(id).ifMatch("E1").cachePolicyConfig(config)));
        var updated = client.updateCachePolicy(r -> r.id(id)
                .ifMatch(created.eTag())
                .cachePolicyConfig(config.toBuilder().minTTL(8L).build()));
        assertNotEquals(created.eTag(), updated.eTag());
        Running.await("new TTL at the edge", () -> published().cachePolicy().minTtl() == 8);

        assertEquals(
                List.of(distribution),
                client.listDistributionsByCachePolicyId(r -> r.cachePolicyId(id))
                        .distributionIdList()
                        .items());
        refused(
                "CachePolicyInUse",
                409,
                () -> client.deleteCachePolicy(r -> r.id(id).ifMatch(updated.eTag())));
        var other = client.createCachePolicy(r -> r.cachePolicyConfig(cache("other")));
        String otherId = other.cachePolicy().id();
        refused(
                "CachePolicyAlreadyExists",
                409,
                () -> client.updateCachePolicy(
                        r -> r.id(otherId).ifMatch(other.eTag()).cachePolicyConfig(cache("seven"))));
        client.deleteCachePolicy(r -> r.id(otherId).ifMatch(other.eTag()));
        refused("NoSuchCachePolicy", 404, () -> client.getCachePolicy(r -> r.id(otherId)));
        refused("NoSuchCachePolicy", 404, () -> using(otherId, null, null));
    }

    @Test
    void managedPoliciesStayAsTheyAre() {
        var client = running.client;
        var managed = client.getCachePolicy(r -> r.id(OPTIMIZED));
        refused(
                "IllegalUpdate",
                400,
                () -> client.updateCachePolicy(
                        r -> r.id(OPTIMIZED).ifMatch(managed.eTag()).cachePolicyConfig(cache("mine"))));
        refused(
                "IllegalDelete",
                400,
                () -> client.deleteCachePolicy(r -> r.id(OPTIMIZED).ifMatch(managed.eTag())));
        refused(
                "CachePolicyAlreadyExists",
                409,
                () -> client.createCachePolicy(r -> r.cachePolicyConfig(cache("Managed-CachingOptimized"))));
        String simpleCors = "60669652-455b-4ae9-85a4-c4c02393f86c";
        refused(
                "IllegalDelete",
                400,
                () -> client.deleteResponseHeadersPolicy(r -> r.id(simpleCors).ifMatch("E1")));
        assertEquals(
                List.of(),
                client.listDistributionsByResponseHeadersPolicyId(r -> r.responseHeadersPolicyId(simpleCors))
                        .distributionIdList()
                        .items());
    }

    @Test
    void theOtherSortsDoTheSame() throws Exception {
        var client = running.client;
        var toOrigin = client.createOriginRequestPolicy(r -> r.originRequestPolicyConfig(originRequest("shop")));
        var toViewer = client.createResponseHeadersPolicy(r -> r.responseHeadersPolicyConfig(responseHeaders("shop")));
        String toOriginId = toOrigin.originRequestPolicy().id();
        String toViewerId = toViewer.responseHeadersPolicy().id();
        String distribution =
                using(OPTIMIZED, toOriginId, toViewerId).distribution().id();
        Running.await("in the plan", () -> !running.edge.plan().distributions().isEmpty());
        assertEquals(List.of("x-shop"), published().forwarding().headers());
        var headers = responseHeaders();
        assertEquals("blue", headers.rules().getFirst().value());
        assertEquals(0.5, headers.serverTimingRate());
        client.updateResponseHeadersPolicy(r -> r.id(toViewerId)
                .ifMatch(toViewer.eTag())
                .responseHeadersPolicyConfig(c -> c.name("shop")
                        .customHeadersConfig(h -> h.quantity(1)
                                .items(item ->
                                        item.header("X-Shop").value("red").override(true)))));
        Running.await(
                "new value at the edge",
                () -> responseHeaders().rules().getFirst().value().equals("red"));
        client.updateOriginRequestPolicy(r -> r.id(toOriginId)
                .ifMatch(toOrigin.eTag())
                .originRequestPolicyConfig(originRequest("shop").toBuilder()
                        .headersConfig(h -> h.headerBehavior("allViewer"))
                        .build()));
        Running.await(
                "all headers at the edge",
                () -> published().forwarding().headers().isEmpty());
        assertEquals(
                List.of(distribution),
                client.listDistributionsByOriginRequestPolicyId(r -> r.originRequestPolicyId(toOriginId))
                        .distributionIdList()
                        .items());
        refused(
                "OriginRequestPolicyInUse",
                409,
                () -> client.deleteOriginRequestPolicy(r -> r.id(toOriginId)
                        .ifMatch(client.getOriginRequestPolicy(g -> g.id(toOriginId))
                                .eTag())));
        refused(
                "ResponseHeadersPolicyInUse",
                409,
                () -> client.deleteResponseHeadersPolicy(r -> r.id(toViewerId)
                        .ifMatch(client.getResponseHeadersPolicy(g -> g.id(toViewerId))
                                .eTag())));
        refused("NoSuchOriginRequestPolicy", 404, () -> using(OPTIMIZED, "none-such", null));
        refused("NoSuchResponseHeadersPolicy", 404, () -> using(OPTIMIZED, null, "none-such"));
    }

    @Test
    void listsShowBothTypesInPages() {
        var client = running.client;
        String mine = client.createCachePolicy(r -> r.cachePolicyConfig(cache("mine")))
                .cachePolicy()
                .id();
        client.createOriginRequestPolicy(r -> r.originRequestPolicyConfig(originRequest("mine")));
        client.createResponseHeadersPolicy(r -> r.responseHeadersPolicyConfig(responseHeaders("mine")));
        var custom =
                client.listCachePolicies(r -> r.type(CachePolicyType.CUSTOM)).cachePolicyList();
        assertEquals(1, custom.quantity());
        assertEquals(mine, custom.items().getFirst().cachePolicy().id());
        assertEquals("custom", custom.items().getFirst().typeAsString());
        List<String> paged = new ArrayList<>();
        String marker = null;
        do {
            String from = marker;
            var page =
                    client.listCachePolicies(r -> r.maxItems("3").marker(from)).cachePolicyList();
            page.items().forEach(item -> paged.add(item.cachePolicy().id()));
            marker = page.nextMarker();
        } while (marker != null);
        assertEquals(paged.stream().distinct().sorted().toList(), paged);
        assertEquals(
                client.listCachePolicies(r -> r.type(CachePolicyType.MANAGED))
                                .cachePolicyList()
                                .quantity()
                        + 1,
                paged.size());
        assertEquals(
                1,
                client.listOriginRequestPolicies(r -> r.type(OriginRequestPolicyType.CUSTOM))
                        .originRequestPolicyList()
                        .quantity());
        assertEquals(
                1,
                client.listResponseHeadersPolicies(r -> r.type(ResponseHeadersPolicyType.CUSTOM))
                        .responseHeadersPolicyList()
                        .quantity());
    }

    @Test
    void thereAreTwentyCustomPoliciesOfASort() {
        var client = running.client;
        IntStream.range(0, 20).forEach(i -> client.createCachePolicy(r -> r.cachePolicyConfig(cache("p" + i))));
        refused("TooManyCachePolicies", 400, () -> client.createCachePolicy(r -> r.cachePolicyConfig(cache("p20"))));
    }

    @Test
    void policiesSurviveARestart() throws Exception {
        String id = running.client
                .createCachePolicy(r -> r.cachePolicyConfig(cache("seven")))
                .cachePolicy()
                .id();
        running.close();
        running = new Running(folder.resolve("store.db"), null);
        assertEquals(
                "seven",
                running.client
                        .getCachePolicyConfig(r -> r.id(id))
                        .cachePolicyConfig()
                        .name());
    }
}
