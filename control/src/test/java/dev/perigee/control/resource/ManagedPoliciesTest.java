package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.CachePolicy;
import software.amazon.awssdk.services.cloudfront.model.Headers;

final class ManagedPoliciesTest {
    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "658327ea-f89d-4fab-a63d-7e88639e58f6, CachingOptimized, 1, 31536000, 86400, 0, none, none, true, true",
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d, CachingOptimizedForUncompressedObjects,"
                + " 1, 31536000, 86400, 0, none, none, false, false",
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad, CachingDisabled, 0, 0, 0, 0, none, none, false, false",
        "2e54312d-136d-493c-8eb9-b001f22f67d2, Amplify, 2, 600, 2, 3, all, all, true, true",
        "08627262-05a9-4f76-9ded-b50ca2e3a84f, Elemental-MediaPackage,"
                + " 0, 31536000, 86400, 1, none, whitelist, true, false",
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65, UseOriginCacheControlHeaders,"
                + " 0, 31536000, 0, 5, all, none, true, true",
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe, UseOriginCacheControlHeaders-QueryStrings,"
                + " 0, 31536000, 0, 5, all, all, true, true",
    })
    void cachePolicyIsAsDocumented(
            String id,
            String name,
            long min,
            long max,
            long normal,
            int headers,
            String cookies,
            String queryStrings,
            boolean gzip,
            boolean brotli) {
        CachePolicy policy = ManagedPolicies.cachePolicies().stream()
                .filter(p -> p.id().equals(id))
                .findFirst()
                .orElseThrow();
        var config = policy.cachePolicyConfig();
        var key = config.parametersInCacheKeyAndForwardedToOrigin();
        assertEquals("Managed-" + name, config.name());
        assertEquals(List.of(min, normal, max), List.of(config.minTTL(), config.defaultTTL(), config.maxTTL()));
        Headers listed = key.headersConfig().headers();
        assertEquals(headers, listed == null ? 0 : listed.items().size());
        assertEquals(cookies, key.cookiesConfig().cookieBehaviorAsString());
        assertEquals(queryStrings, key.queryStringsConfig().queryStringBehaviorAsString());
        assertEquals(gzip, key.enableAcceptEncodingGzip());
        assertEquals(brotli, key.enableAcceptEncodingBrotli());
    }

    @Test
    void idsAndTagsAreUniqueAndStable() {
        List<String> ids = Stream.of(
                        ManagedPolicies.cachePolicies().stream().map(p -> p.id()),
                        ManagedPolicies.originRequestPolicies().stream().map(p -> p.id()),
                        ManagedPolicies.responseHeadersPolicies().stream().map(p -> p.id()))
                .flatMap(all -> all)
                .toList();
        assertEquals(20, ids.size());
        assertEquals(20, Set.copyOf(ids).size());
        Set<String> tags = new HashSet<>();
        for (String id : ids) {
            String tag = ManagedPolicies.etag(id);
            assertTrue(tag.matches("E[A-Z0-9]{13}"), tag);
            assertTrue(tags.add(tag), () -> tag + " twice");
            assertEquals(tag, ManagedPolicies.etag(id));
        }
    }

    @Test
    void quantitiesAgreeWithTheItems() {
        ManagedPolicies.originRequestPolicies().forEach(policy -> {
            Headers headers = policy.originRequestPolicyConfig().headersConfig().headers();
            if (headers != null)
                assertEquals(headers.quantity(), headers.items().size(), policy.id());
        });
        ManagedPolicies.responseHeadersPolicies().forEach(policy -> {
            var cors = policy.responseHeadersPolicyConfig().corsConfig();
            if (cors == null) return;
            var methods = cors.accessControlAllowMethods();
            assertEquals(methods.quantity(), methods.items().size(), policy.id());
        });
    }
}
