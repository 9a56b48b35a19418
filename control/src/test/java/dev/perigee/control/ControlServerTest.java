package dev.perigee.control;

import static dev.perigee.control.Running.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.resource.Configs;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.InvalidationBatch;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.Paths;
import software.amazon.awssdk.services.cloudfront.model.Tag;

class ControlServerTest extends FreshControlPlane {
    private CreateDistributionResponse create(String reference) {
        return running.client.createDistribution(r -> r.distributionConfig(Configs.of(reference)));
    }

    private String status(String id) {
        return running.client.getDistribution(r -> r.id(id)).distribution().status();
    }

    private static InvalidationBatch batch(String reference, String... paths) {
        return InvalidationBatch.builder()
                .callerReference(reference)
                .paths(Paths.builder().quantity(paths.length).items(paths).build())
                .build();
    }

    @Test
    void aDistributionIsDeployedWhenTheEdgeHasIt() throws Exception {
        running.edge.hold();
        var created = create("one");
        var distribution = created.distribution();
        assertTrue(distribution.id().matches("E[A-Z0-9]{13}"), distribution.id());
        assertTrue(distribution.domainName().matches("d[a-z0-9]{13}\\.cloudfront\\.localhost"));
        assertEquals("arn:aws:cloudfront::123456789012:distribution/" + distribution.id(), distribution.arn());
        assertEquals(
                "https://cloudfront.amazonaws.com/2020-05-31/distribution/" + distribution.id(), created.location());
        assertEquals(Running.NOW, distribution.lastModifiedTime());
        assertEquals("InProgress", distribution.status());
        assertEquals("InProgress", status(distribution.id()));
        running.edge.release();
        Running.await("deployed", () -> status(distribution.id()).equals("Deployed"));
        assertEquals(
                List.of(distribution.id()),
                running.edge.plan().distributions().stream().map(d -> d.id()).toList());
        assertEquals(1, running.server.status().distributions());
    }

    @Test
    void updatesNeedTheCurrentEtag() {
        var created = create("one");
        String id = created.distribution().id();
        DistributionConfig config = created.distribution().distributionConfig();
        refused(
                "InvalidIfMatchVersion",
                400,
                () -> running.client.updateDistribution(r -> r.id(id).distributionConfig(config)));
        refused(
                "PreconditionFailed",
                412,
                () -> running.client.updateDistribution(
                        r -> r.id(id).ifMatch("E1").distributionConfig(config)));
        refused(
                "IllegalUpdate",
                400,
                () -> running.client.updateDistribution(r -> r.id(id)
                        .ifMatch(created.eTag())
                        .distributionConfig(
                                config.toBuilder().callerReference("other").build())));
        var updated = running.client.updateDistribution(r -> r.id(id)
                .ifMatch(created.eTag())
                .distributionConfig(config.toBuilder().comment("new").build()));
        assertNotEquals(created.eTag(), updated.eTag());
        var read = running.client.getDistributionConfig(r -> r.id(id));
        assertEquals(updated.eTag(), read.eTag());
        assertEquals("new", read.distributionConfig().comment());
    }

    @Test
    void ofTwoUpdatesWithTheSameEtagExactlyOneWins() throws Exception {
        var created = create("one");
        String id = created.distribution().id();
        DistributionConfig config = created.distribution().distributionConfig();
        List<Callable<String>> updates = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String comment = "c" + i;
            updates.add(() -> {
                running.client.updateDistribution(r -> r.id(id)
                        .ifMatch(created.eTag())
                        .distributionConfig(config.toBuilder().comment(comment).build()));
                return comment;
            });
        }
        List<String> winners = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> update : threads.invokeAll(updates)) {
                try {
                    winners.add(update.get());
                } catch (ExecutionException e) {
                    CloudFrontException cause = assertInstanceOf(CloudFrontException.class, e.getCause());
                    assertEquals(412, cause.statusCode());
                }
            }
        }
        assertEquals(1, winners.size());
        assertEquals(
                winners.getFirst(),
                running.client
                        .getDistributionConfig(r -> r.id(id))
                        .distributionConfig()
                        .comment());
    }

    @Test
    void onlyADisabledAndDeployedDistributionIsDeleted() throws Exception {
        var created = create("one");
        String id = created.distribution().id();
        refused(
                "DistributionNotDisabled",
                409,
                () -> running.client.deleteDistribution(r -> r.id(id).ifMatch(created.eTag())));
        running.edge.hold();
        var disabled = running.client.updateDistribution(r -> r.id(id)
                .ifMatch(created.eTag())
                .distributionConfig(created.distribution().distributionConfig().toBuilder()
                        .enabled(false)
                        .build()));
        refused(
                "DistributionNotDisabled",
                409,
                () -> running.client.deleteDistribution(r -> r.id(id).ifMatch(disabled.eTag())));
        running.edge.release();
        Running.await("disabled", () -> status(id).equals("Deployed"));
        running.client.deleteDistribution(r -> r.id(id).ifMatch(disabled.eTag()));
        refused("NoSuchDistribution", 404, () -> running.client.getDistribution(r -> r.id(id)));
        Running.await("gone", () -> running.edge.plan().distributions().isEmpty());
    }

    @Test
    void callerReferencesMakeOneDistribution() {
        String id = create("one").distribution().id();
        CloudFrontException e = assertThrows(CloudFrontException.class, () -> create("one"));
        assertEquals(409, e.statusCode());
        assertTrue(String.valueOf(e.getMessage()).contains(id), e.getMessage());
    }

    @Test
    void copiesStandOnTheirOwn() {
        var created = create("one");
        String id = created.distribution().id();
        refused(
                "InvalidIfMatchVersion",
                400,
                () -> running.client.copyDistribution(
                        r -> r.primaryDistributionId(id).callerReference("two")));
        var copy = running.client.copyDistribution(
                r -> r.primaryDistributionId(id).callerReference("two").ifMatch(created.eTag()));
        assertNotEquals(id, copy.distribution().id());
        assertFalse(copy.distribution().distributionConfig().enabled());
        assertEquals("two", copy.distribution().distributionConfig().callerReference());
    }

    @Test
    void invalidationsAreCompletedByTheEdge() throws Exception {
        String id = create("one").distribution().id();
        Running.await("deployed", () -> status(id).equals("Deployed"));
        running.edge.hold();
        var created =
                running.client.createInvalidation(r -> r.distributionId(id).invalidationBatch(batch("a", "/x", "/y*")));
        String invalidation = created.invalidation().id();
        assertTrue(invalidation.matches("I[A-Z0-9]{13,25}"), invalidation);
        assertEquals("InProgress", created.invalidation().status());
        assertEquals(
                invalidation,
                running.client
                        .createInvalidation(r -> r.distributionId(id).invalidationBatch(batch("a", "/y*", "/x")))
                        .invalidation()
                        .id());
        refused(
                "InvalidationBatchAlreadyExists",
                409,
                () -> running.client.createInvalidation(
                        r -> r.distributionId(id).invalidationBatch(batch("a", "/z"))));
        assertEquals(
                1, running.client.getDistribution(r -> r.id(id)).distribution().inProgressInvalidationBatches());
        running.edge.release();
        Running.await(
                "completed",
                () -> running.client
                        .getInvalidation(r -> r.distributionId(id).id(invalidation))
                        .invalidation()
                        .status()
                        .equals("Completed"));
        Plan last = running.edge.plan();
        assertEquals(
                List.of(last.version()),
                last.purges().stream().map(Purge::sequence).toList());
        // What is completed is recorded within a second, and a plan that is made later does not list it.
        AtomicInteger names = new AtomicInteger();
        Running.await("a plan without it", () -> {
            create("later-" + names.incrementAndGet());
            return running.edge.plan().purges().isEmpty();
        });
        assertTrue(running.edge.plan().version() > last.version());
        assertEquals(last.version(), running.edge.plan().purgeFloor());
        refused(
                "NoSuchInvalidation",
                404,
                () -> running.client.getInvalidation(r -> r.distributionId(id).id("I1")));
    }

    @Test
    void invalidationsHaveLimits() {
        String id = create("one").distribution().id();
        running.edge.hold();
        String[] many = new String[3001];
        String[] wild = new String[16];
        for (int i = 0; i < many.length; i++) many[i] = "/" + i;
        for (int i = 0; i < wild.length; i++) wild[i] = "/" + i + "*";
        Map<String, InvalidationBatch> batches = Map.of(
                "BatchTooLarge 413", batch("a", many),
                "TooManyInvalidationsInProgress 400", batch("b", wild));
        batches.forEach((answer, batch) -> refused(
                answer.split(" ", -1)[0],
                Integer.parseInt(answer.split(" ", -1)[1]),
                () -> running.client.createInvalidation(
                        r -> r.distributionId(id).invalidationBatch(batch))));
        for (String path : List.of("x", "/a*b", "/é", "#tag")) {
            refused(
                    "InvalidArgument",
                    400,
                    () -> running.client.createInvalidation(
                            r -> r.distributionId(id).invalidationBatch(batch(path, path))));
        }
        running.edge.release();
    }

    @Test
    void accessControlsLiveWhileTheyAreUsed() {
        var config = OriginAccessControlConfig.builder()
                .name("oac")
                .signingProtocol("sigv4")
                .signingBehavior("always")
                .originAccessControlOriginType("s3")
                .build();
        var created = running.client.createOriginAccessControl(r -> r.originAccessControlConfig(config));
        String id = created.originAccessControl().id();
        refused(
                "OriginAccessControlAlreadyExists",
                409,
                () -> running.client.createOriginAccessControl(r -> r.originAccessControlConfig(config)));
        var updated = running.client.updateOriginAccessControl(r -> r.id(id)
                .ifMatch(created.eTag())
                .originAccessControlConfig(
                        config.toBuilder().signingBehavior("never").build()));
        assertEquals(
                updated.originAccessControl(),
                running.client.getOriginAccessControl(r -> r.id(id)).originAccessControl());
        var origin = Configs.of("x").origins().items().getFirst().toBuilder()
                .domainName("bucket.s3.amazonaws.com")
                .originAccessControlId(id)
                .build();
        running.client.createDistribution(r -> r.distributionConfig(Configs.of("x").toBuilder()
                .origins(Origins.builder().quantity(1).items(origin).build())
                .build()));
        refused(
                "OriginAccessControlInUse",
                409,
                () -> running.client.deleteOriginAccessControl(r -> r.id(id).ifMatch(updated.eTag())));
        assertEquals(
                1,
                running.client
                        .listOriginAccessControls(r -> {})
                        .originAccessControlList()
                        .quantity());
        refused(
                "NoSuchOriginAccessControl",
                404,
                () -> running.client.deleteOriginAccessControl(r -> r.id("E1").ifMatch("E2")));
    }

    @Test
    void tagsComeAndGo() {
        var tag = Tag.builder().key("team").value("a b").build();
        var created = running.client.createDistributionWithTags(r -> r.distributionConfigWithTags(
                c -> c.distributionConfig(Configs.of("one")).tags(t -> t.items(tag))));
        String arn = created.distribution().arn();
        running.client.tagResource(r -> r.resource(arn)
                .tags(t -> t.items(Tag.builder().key("x").value("").build())));
        running.client.untagResource(r -> r.resource(arn).tagKeys(k -> k.items("x")));
        assertEquals(
                List.of(tag),
                running.client.listTagsForResource(r -> r.resource(arn)).tags().items());
        refused(
                "InvalidTagging",
                400,
                () -> running.client.tagResource(r -> r.resource(arn)
                        .tags(t -> t.items(Tag.builder().key("aws:x").value("").build()))));
        refused("NoSuchResource", 404, () -> running.client.listTagsForResource(r -> r.resource(arn + "X")));
    }

    @Test
    void managedPoliciesAreRead() {
        var policy = running.client.getCachePolicy(r -> r.id(Configs.OPTIMIZED));
        assertEquals(
                "Managed-CachingOptimized",
                policy.cachePolicy().cachePolicyConfig().name());
        assertFalse(policy.eTag().isEmpty());
        var managed = running.client.listCachePolicies(r -> r.type("managed")).cachePolicyList();
        assertEquals(managed.quantity(), managed.items().size());
        assertTrue(managed.quantity() > 5);
        assertEquals(
                0,
                running.client
                        .listCachePolicies(r -> r.type("custom"))
                        .cachePolicyList()
                        .quantity());
        refused("NoSuchCachePolicy", 404, () -> running.client.getCachePolicyConfig(r -> r.id("x")));
    }

    @Test
    void pagesMissNothing() {
        Set<String> created = new HashSet<>();
        for (int i = 0; i < 7; i++) created.add(create("r" + i).distribution().id());
        Set<String> listed = new HashSet<>();
        int count = 0;
        String marker = null;
        do {
            String from = marker;
            var page = running.client
                    .listDistributions(r -> r.maxItems("3").marker(from))
                    .distributionList();
            assertTrue(page.items().size() <= 3);
            page.items().forEach(item -> listed.add(item.id()));
            marker = page.isTruncated() ? page.nextMarker() : null;
            count++;
        } while (marker != null);
        assertEquals(created, listed);
        assertEquals(3, count);
        refused("InvalidArgument", 400, () -> running.client.listDistributions(r -> r.maxItems("0")));
    }

    @Test
    void restartsKeepEverything() throws Exception {
        String id = create("one").distribution().id();
        String etag = running.client.getDistribution(r -> r.id(id)).eTag();
        long revision = running.server.status().revision();
        running.close();
        running = new Running(folder.resolve("store.db"), null);
        assertEquals(etag, running.client.getDistribution(r -> r.id(id)).eTag());
        assertTrue(running.server.status().revision() > revision);
        Running.await("deployed again", () -> status(id).equals("Deployed"));
    }

    @Test
    void signaturesDecide() {
        try (var stranger = running.client("nobody", "test");
                var liar = running.client("test", "wrong")) {
            refused("InvalidClientTokenId", 403, () -> stranger.listDistributions());
            refused("SignatureDoesNotMatch", 403, () -> liar.listDistributions());
        }
    }

    @Test
    void whatIsNotBuiltSaysSo() {
        refused("NotImplemented", 501, () -> running.client.listAnycastIpLists(r -> {}));
    }

    @Test
    void unsignedAndUnknownRequestsAreAnswered() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var unsigned = get(http, running.uri().resolve("/2020-05-31/distribution"));
            assertEquals(403, unsigned.statusCode());
            assertEquals(
                    "text/xml", unsigned.headers().firstValue("content-type").orElse(""));
            String id = unsigned.headers().firstValue("x-amzn-requestid").orElse("");
            assertTrue(unsigned.body().contains("<Code>MissingAuthenticationToken</Code>"), unsigned.body());
            assertTrue(unsigned.body().contains("<RequestId>" + id + "</RequestId></ErrorResponse>"), unsigned.body());
            assertEquals(503, get(http, running.uri().resolve("/bucket/key")).statusCode());
            for (String target : List.of("AWSWAF_20190729.ListWebACLs", "CertificateManager.ListCertificates")) {
                var json = http.send(
                        HttpRequest.newBuilder(running.uri().resolve("/"))
                                .header("Content-Type", "application/x-amz-json-1.1")
                                .header("X-Amz-Target", target)
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertEquals(403, json.statusCode(), target);
                assertTrue(json.body().startsWith("{\"__type\":\"MissingAuthenticationToken\""), json.body());
            }
        }
    }

    private static HttpResponse<String> get(HttpClient http, URI uri) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aTakenPortIsABindException() {
        InetSocketAddress taken = running.server.address();
        assertThrows(
                BindException.class,
                () -> ControlServer.start(new ControlConfig(
                                taken,
                                folder.resolve("other.db"),
                                folder.resolve("other.log"),
                                "123456789012",
                                List.of("cloudfront.localhost"),
                                Map.of("test", "hidden"),
                                null,
                                null,
                                java.time.InstantSource.system(),
                                dev.perigee.core.tls.Seal.ephemeral(),
                                null,
                                null,
                                List.of(),
                                null))
                        .close());
    }

    @Test
    void tagsAreInvalidatedWhereTheyAreConfigured() throws Exception {
        DistributionConfig config = Configs.of("tagged").toBuilder()
                .cacheTagConfig(tags -> tags.headerName("X-Cache-Tag"))
                .build();
        String id = running.client
                .createDistribution(r -> r.distributionConfig(config))
                .distribution()
                .id();
        Running.await("deployed", () -> status(id).equals("Deployed"));
        assertEquals(
                "x-cache-tag", running.edge.plan().distributions().getFirst().cacheTagHeader());
        running.edge.hold();
        var created = running.client.createInvalidation(
                r -> r.distributionId(id).invalidationBatch(batch("a", "/a", "#Red", "#blue")));
        String invalidation = created.invalidation().id();
        assertEquals("InProgress", created.invalidation().status());
        running.edge.release();
        Running.await(
                "completed",
                () -> running.client
                        .getInvalidation(r -> r.distributionId(id).id(invalidation))
                        .invalidation()
                        .status()
                        .equals("Completed"));
        for (String tag : List.of("#", "#a,b", "#a*", "#a b", "#" + "x".repeat(257))) {
            refused(
                    "InvalidArgument",
                    400,
                    () -> running.client.createInvalidation(
                            r -> r.distributionId(id).invalidationBatch(batch(tag, tag))));
        }
    }
}
