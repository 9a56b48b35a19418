package dev.perigee.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Role;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PermissionsTest {
    private static Permissions.Parameters on(String path, @Nullable String query) {
        return new Permissions.Parameters(
                Map.of("Id", path, "DistributionId", path, "TargetDistributionId", path, "PrimaryDistributionId", path),
                query == null ? Map.of() : Map.of("Resource", query));
    }

    private static boolean allowed(
            Role role, @Nullable String limit, String service, String operation, Permissions.Parameters parameters) {
        try {
            Permissions.check(new Caller("AKPG", "secret", role, limit), service, operation, parameters);
            return true;
        } catch (Refused refused) {
            assertEquals("AccessDenied", refused.code());
            assertEquals(403, refused.status());
            assertFalse(refused.text().contains("secret"));
            return false;
        }
    }

    @Test
    void everyOperationOfCloudFrontHasALine() {
        for (Operation operation : OperationTable.ALL) {
            assertTrue(Permissions.names().contains("cloudfront:" + operation.name()), operation.name());
        }
        for (String name : Permissions.names()) {
            if (!name.startsWith("cloudfront:")) continue;
            assertEquals(
                    name.substring(11), OperationTable.named(name.substring(11)).name());
        }
    }

    @Test
    void whoReadsOnlyChangesNothing() {
        for (Operation operation : OperationTable.ALL) {
            boolean reads = operation.name().matches("(Get|List|Describe|VerifyDns).*");
            // No operation that is a GET writes.
            assertTrue(reads || !operation.method().equals("GET"), operation.name());
            assertEquals(
                    reads,
                    allowed(Role.READ_ONLY, null, "cloudfront", operation.name(), on("E1", null)),
                    operation.name());
            assertTrue(allowed(Role.DEPLOY, null, "cloudfront", operation.name(), on("E1", null)), operation.name());
        }
    }

    @ParameterizedTest(name = "{0} {1}:{2} -> {3}")
    @CsvSource({
        "READ_ONLY, acm, DescribeCertificate, true",
        "READ_ONLY, acm, RequestCertificate, false",
        "DEPLOY, acm, RequestCertificate, true",
        "DEPLOY, acm, ImportCertificate, false",
        "DEPLOY, acm, DeleteCertificate, false",
        "DEPLOY, acm, ExportCertificate, false",
        "ADMIN, acm, ImportCertificate, true",
        "READ_ONLY, wafv2, GetWebACL, true",
        "READ_ONLY, wafv2, UpdateWebACL, false",
        "DEPLOY, wafv2, UpdateWebACL, true",
        "DEPLOY, wafv2, SomethingNew, false",
        "ADMIN, wafv2, SomethingNew, true",
        "DEPLOY, tomorrow, GetAnything, false",
        "READ_ONLY, cloudfront, TestFunction, false",
        "READ_ONLY, sts, GetCallerIdentity, true"
    })
    void otherServices(Role role, String service, String operation, boolean expected) {
        assertEquals(expected, allowed(role, null, service, operation, Permissions.Parameters.NONE));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aKeyForOneDistributionTouchesNoOther(Role role) {
        for (Operation operation : OperationTable.ALL) {
            String name = operation.name();
            assertFalse(allowed(role, "E1", "cloudfront", name, on("E2", null)), name);
            assertFalse(allowed(role, "E1", "cloudfront", name, Permissions.Parameters.NONE), name);
        }
        assertFalse(allowed(role, "E1", "acm", "ListCertificates", Permissions.Parameters.NONE));
        assertFalse(allowed(role, "E1", "cloudfront", "SomethingNew", on("E1", null)));
        assertTrue(allowed(role, "E1", "sts", "GetCallerIdentity", Permissions.Parameters.NONE));
        assertTrue(allowed(role, "E1", "cloudfront", "GetDistribution", on("E1", null)));
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({
        "UpdateDistribution, E1, true",
        "CreateInvalidation, E1, true",
        "DeleteDistribution, E1, true",
        "CopyDistribution, E1, false",
        "AssociateAlias, E1, false",
        "UpdateDistributionWithStagingConfig, E1, false",
        "ListDistributions, E1, false",
        "UpdateCachePolicy, E1, false",
        "GetOriginAccessControl, E1, false",
        "DeleteStreamingDistribution, E1, false",
        "GetDistributionTenant, E1, false",
        "UpdateDistribution, e1, false"
    })
    void aKeyForOneDistributionMayChangeIt(String operation, String id, boolean expected) {
        assertEquals(expected, allowed(Role.DEPLOY, "E1", "cloudfront", operation, on(id, null)));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "arn:aws:cloudfront::123456789012:distribution/E1, true",
        "arn:aws:cloudfront::123456789012:distribution/E12, false",
        "arn:aws:cloudfront::123456789012:distribution/E2, false",
        "arn:aws:cloudfront::123456789012:streaming-distribution/E1, false",
        "arn:aws:acm::123456789012:distribution/E1, false",
        "E1, false"
    })
    void tagsAreMatchedByArn(String arn, boolean expected) {
        assertEquals(expected, allowed(Role.DEPLOY, "E1", "cloudfront", "TagResource", on("E2", arn)));
        assertEquals(expected, allowed(Role.READ_ONLY, "E1", "cloudfront", "ListTagsForResource", on("E2", arn)));
        assertFalse(allowed(Role.READ_ONLY, "E1", "cloudfront", "TagResource", on("E1", arn)));
    }

    @ParameterizedTest
    @CsvSource({
        "cloudfront, UpdateDistribution, true",
        "cloudfront, GetDistribution, false",
        "cloudfront, ListDistributionsByRealtimeLogConfig, false",
        "tomorrow, DropEverything, true",
        "tomorrow, ListEverything, false"
    })
    void changesAreKnown(String service, String operation, boolean expected) {
        assertEquals(expected, Permissions.changes(service, operation));
    }
}
