package dev.perigee.control;

import static dev.perigee.control.Running.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.resource.Configs;
import dev.perigee.core.plan.OriginAccess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontOriginAccessIdentityConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.S3OriginConfig;

/** Origin access identities from creation to deletion, and access controls for origins that are no buckets. */
class OriginAccessTest extends FreshControlPlane {
    private static CloudFrontOriginAccessIdentityConfig identity(String reference, String comment) {
        return CloudFrontOriginAccessIdentityConfig.builder()
                .callerReference(reference)
                .comment(comment)
                .build();
    }

    private static DistributionConfig bucketWith(String identity) {
        Origin origin = Origin.builder()
                .id("o")
                .domainName("bucket.s3.eu-west-1.amazonaws.com")
                .s3OriginConfig(
                        S3OriginConfig.builder().originAccessIdentity(identity).build())
                .build();
        return Configs.of("d").toBuilder()
                .origins(Origins.builder().quantity(1).items(origin).build())
                .build();
    }

    @Test
    void aRepeatedCreationIsAnsweredWithTheFirst() {
        var created = running.client.createCloudFrontOriginAccessIdentity(
                r -> r.cloudFrontOriginAccessIdentityConfig(identity("one", "mine")));
        var it = created.cloudFrontOriginAccessIdentity();
        assertTrue(it.id().matches("E[A-Z0-9]{13}"), it.id());
        assertTrue(it.s3CanonicalUserId().matches("[0-9a-f]{96}"), it.s3CanonicalUserId());
        assertEquals(
                "https://cloudfront.amazonaws.com/2020-05-31/origin-access-identity/cloudfront/" + it.id(),
                created.location());
        var again = running.client.createCloudFrontOriginAccessIdentity(
                r -> r.cloudFrontOriginAccessIdentityConfig(identity("one", "mine")));
        assertEquals(it, again.cloudFrontOriginAccessIdentity());
        assertEquals(created.eTag(), again.eTag());
        refused(
                "CloudFrontOriginAccessIdentityAlreadyExists",
                409,
                () -> running.client.createCloudFrontOriginAccessIdentity(
                        r -> r.cloudFrontOriginAccessIdentityConfig(identity("one", "other"))));
        refused(
                "InvalidArgument",
                400,
                () -> running.client.createCloudFrontOriginAccessIdentity(
                        r -> r.cloudFrontOriginAccessIdentityConfig(identity("two", "x".repeat(129)))));
    }

    @Test
    void theCommentChangesAndTheReferenceStays() {
        var created = running.client.createCloudFrontOriginAccessIdentity(
                r -> r.cloudFrontOriginAccessIdentityConfig(identity("one", "")));
        String id = created.cloudFrontOriginAccessIdentity().id();
        refused(
                "InvalidIfMatchVersion",
                400,
                () -> running.client.updateCloudFrontOriginAccessIdentity(
                        r -> r.id(id).cloudFrontOriginAccessIdentityConfig(identity("one", "new"))));
        refused(
                "PreconditionFailed",
                412,
                () -> running.client.updateCloudFrontOriginAccessIdentity(
                        r -> r.id(id).ifMatch("E1").cloudFrontOriginAccessIdentityConfig(identity("one", "new"))));
        refused(
                "IllegalUpdate",
                400,
                () -> running.client.updateCloudFrontOriginAccessIdentity(r ->
                        r.id(id).ifMatch(created.eTag()).cloudFrontOriginAccessIdentityConfig(identity("two", "new"))));
        var updated = running.client.updateCloudFrontOriginAccessIdentity(
                r -> r.id(id).ifMatch(created.eTag()).cloudFrontOriginAccessIdentityConfig(identity("one", "new")));
        assertNotEquals(created.eTag(), updated.eTag());
        var read = running.client.getCloudFrontOriginAccessIdentity(r -> r.id(id));
        assertEquals(updated.cloudFrontOriginAccessIdentity(), read.cloudFrontOriginAccessIdentity());
        assertEquals(
                created.cloudFrontOriginAccessIdentity().s3CanonicalUserId(),
                read.cloudFrontOriginAccessIdentity().s3CanonicalUserId());
        var config = running.client.getCloudFrontOriginAccessIdentityConfig(r -> r.id(id));
        assertEquals(identity("one", "new"), config.cloudFrontOriginAccessIdentityConfig());
        assertEquals(updated.eTag(), config.eTag());
    }

    @Test
    void whatIsInUseIsNotDeleted() throws Exception {
        refused(
                "NoSuchCloudFrontOriginAccessIdentity",
                404,
                () -> running.client.getCloudFrontOriginAccessIdentity(r -> r.id("E1")));
        var created = running.client.createCloudFrontOriginAccessIdentity(
                r -> r.cloudFrontOriginAccessIdentityConfig(identity("one", "")));
        String id = created.cloudFrontOriginAccessIdentity().id();
        for (String wrong : new String[] {id, "origin-access-identity/cloudfront/E1", "cloudfront/" + id}) {
            refused(
                    "InvalidOriginAccessIdentity",
                    400,
                    () -> running.client.createDistribution(r -> r.distributionConfig(bucketWith(wrong))));
        }
        var used = running.client.createDistribution(
                r -> r.distributionConfig(bucketWith("origin-access-identity/cloudfront/" + id)));
        Running.await("in the plan", () -> !running.edge.plan().distributions().isEmpty());
        assertEquals(new OriginAccess.Signed("s3", "eu-west-1", false), published());
        refused(
                "CloudFrontOriginAccessIdentityInUse",
                409,
                () -> running.client.deleteCloudFrontOriginAccessIdentity(
                        r -> r.id(id).ifMatch(created.eTag())));
        running.client.updateDistribution(
                r -> r.id(used.distribution().id()).ifMatch(used.eTag()).distributionConfig(bucketWith("")));
        running.client.deleteCloudFrontOriginAccessIdentity(r -> r.id(id).ifMatch(created.eTag()));
        refused(
                "NoSuchCloudFrontOriginAccessIdentity",
                404,
                () -> running.client.deleteCloudFrontOriginAccessIdentity(
                        r -> r.id(id).ifMatch(created.eTag())));
    }

    private OriginAccess published() {
        var distribution = running.edge.plan().distributions().getFirst();
        return distribution.behaviors().getFirst().origin().access();
    }

    @Test
    void thereAreAHundredAndPagesOfThem() {
        for (int i = 0; i < 100; i++) {
            CloudFrontOriginAccessIdentityConfig config = identity("r" + i, "c" + i);
            running.client.createCloudFrontOriginAccessIdentity(r -> r.cloudFrontOriginAccessIdentityConfig(config));
        }
        refused(
                "TooManyCloudFrontOriginAccessIdentities",
                400,
                () -> running.client.createCloudFrontOriginAccessIdentity(
                        r -> r.cloudFrontOriginAccessIdentityConfig(identity("one more", ""))));
        var first = running.client
                .listCloudFrontOriginAccessIdentities(r -> r.maxItems("60"))
                .cloudFrontOriginAccessIdentityList();
        assertEquals(60, first.quantity());
        assertTrue(first.isTruncated());
        var second = running.client
                .listCloudFrontOriginAccessIdentities(r -> r.maxItems("60").marker(first.nextMarker()))
                .cloudFrontOriginAccessIdentityList();
        assertEquals(40, second.quantity());
        assertTrue(first.items().stream().noneMatch(second.items()::contains));
    }

    @ParameterizedTest(name = "access control of type {0} for {1} -> {2}")
    @CsvSource({
        "lambda, abc123.lambda-url.eu-central-1.on.aws, signed",
        "lambda, abc123.lambda-url.eu-central-1.on.aws.example.com, InvalidDomainNameForOriginAccessControl",
        "lambda, bucket.s3.us-east-1.amazonaws.com, InvalidDomainNameForOriginAccessControl",
        "lambda, example.com, InvalidDomainNameForOriginAccessControl",
        "s3, abc123.lambda-url.eu-central-1.on.aws, InvalidDomainNameForOriginAccessControl",
        "mediastore, abc.data.mediastore.us-west-2.amazonaws.com, signed",
        "mediastore, abc123.lambda-url.eu-central-1.on.aws, InvalidDomainNameForOriginAccessControl",
        "mediapackagev2, abc.egress.def.mediapackagev2.ap-south-1.amazonaws.com, signed",
        "mediapackagev2, abc.data.mediastore.us-west-2.amazonaws.com, InvalidDomainNameForOriginAccessControl",
    })
    void anAccessControlFitsItsOrigin(String type, String domain, String expected) throws Exception {
        String id = running.client
                .createOriginAccessControl(r -> r.originAccessControlConfig(c -> c.name("oac")
                        .signingProtocol("sigv4")
                        .signingBehavior("no-override")
                        .originAccessControlOriginType(type)))
                .originAccessControl()
                .id();
        Origin origin = Configs.of("x").origins().items().getFirst().toBuilder()
                .domainName(domain)
                .originAccessControlId(id)
                .build();
        DistributionConfig config = Configs.of("x").toBuilder()
                .origins(Origins.builder().quantity(1).items(origin).build())
                .build();
        if (!expected.equals("signed")) {
            refused(expected, 400, () -> running.client.createDistribution(r -> r.distributionConfig(config)));
            return;
        }
        running.client.createDistribution(r -> r.distributionConfig(config));
        Running.await("in the plan", () -> !running.edge.plan().distributions().isEmpty());
        String region = domain.replaceAll(".*[.]([a-z]+-[a-z]+-[0-9])[.].*", "$1");
        assertEquals(new OriginAccess.Signed(type, region, true), published());
    }
}
