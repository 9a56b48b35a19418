package dev.perigee.control;

import static dev.perigee.control.Running.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.resource.Configs;
import dev.perigee.core.plan.ViewerFunctions;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.CreateFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.TestResult;

/** Functions through the API, as a client of the SDK sees them. */
class FunctionsTest extends FreshControlPlane {
    private static final String ARN = "arn:aws:cloudfront::123456789012:function/";
    private static final String CODE = "function handler(event) { console.log('hi'); return event.request; }";
    private static final String EVENT = """
            {"version":"1.0","context":{"eventType":"viewer-request"},"viewer":{"ip":"1.2.3.4"},
            "request":{"method":"GET","uri":"/a","querystring":{},"headers":{},"cookies":{}}}""";

    private CreateFunctionResponse create(String name, String code) {
        return running.client.createFunction(r -> r.name(name)
                .functionConfig(c -> c.comment("c").runtime("cloudfront-js-2.0"))
                .functionCode(SdkBytes.fromUtf8String(code)));
    }

    private void publish(String name, String etag) {
        running.client.publishFunction(r -> r.name(name).ifMatch(etag));
    }

    private static DistributionConfig associated(FunctionAssociation... associations) {
        DistributionConfig config = Configs.of("f");
        return config.toBuilder()
                .defaultCacheBehavior(config.defaultCacheBehavior().toBuilder()
                        .functionAssociations(
                                f -> f.quantity(associations.length).items(associations))
                        .build())
                .build();
    }

    private static FunctionAssociation at(String event, String arn) {
        return FunctionAssociation.builder().eventType(event).functionARN(arn).build();
    }

    @Test
    void aFunctionLivesInTwoStages() {
        var client = running.client;
        var created = create("rewrite", CODE);
        assertEquals("UNPUBLISHED", created.functionSummary().status());
        assertEquals(
                ARN + "rewrite", created.functionSummary().functionMetadata().functionARN());
        refused("FunctionAlreadyExists", 409, () -> create("rewrite", CODE));
        refused(
                "NoSuchFunctionExists",
                404,
                () -> client.describeFunction(r -> r.name("rewrite").stage("LIVE")));
        refused("PreconditionFailed", 412, () -> publish("rewrite", "E0"));
        publish("rewrite", created.eTag());
        var live = client.describeFunction(r -> r.name("rewrite").stage("LIVE"));
        assertEquals("UNASSOCIATED", live.functionSummary().status());
        assertNotEquals(created.eTag(), live.eTag());
        var updated = client.updateFunction(r -> r.name("rewrite")
                .ifMatch(created.eTag())
                .functionConfig(c -> c.comment("").runtime("cloudfront-js-1.0"))
                .functionCode(SdkBytes.fromUtf8String("broken(")));
        assertNotEquals(created.eTag(), updated.eTag());
        assertEquals(
                "broken(",
                client.getFunction(r -> r.name("rewrite")).functionCode().asUtf8String());
        assertEquals(
                CODE,
                client.getFunction(r -> r.name("rewrite").stage("LIVE"))
                        .functionCode()
                        .asUtf8String());
        assertEquals(
                List.of("DEVELOPMENT", "LIVE"),
                client.listFunctions(r -> {}).functionList().items().stream()
                        .map(each -> each.functionMetadata().stageAsString())
                        .toList());
        assertEquals(
                1, client.listFunctions(r -> r.stage("LIVE")).functionList().quantity());
        var page = client.listFunctions(r -> r.maxItems("1")).functionList();
        assertEquals(
                1,
                client.listFunctions(r -> r.marker(page.nextMarker()))
                        .functionList()
                        .quantity());
        client.deleteFunction(r -> r.name("rewrite").ifMatch(updated.eTag()));
        refused("NoSuchFunctionExists", 404, () -> client.getFunction(r -> r.name("rewrite")));
    }

    @Test
    void whatIsNoFunctionIsRefused() {
        refused("InvalidArgument", 400, () -> create("no name", CODE));
        refused("FunctionSizeLimitExceeded", 413, () -> create("big", "x".repeat(10_241)));
        create("fits", "x".repeat(10_240));
        refused(
                "InvalidArgument",
                400,
                () -> running.client.createFunction(r -> r.name("a")
                        .functionConfig(c -> c.comment("").runtime("cloudfront-js-3.0"))
                        .functionCode(SdkBytes.fromUtf8String(CODE))));
    }

    @Test
    void associationsReachTheEdgesAndHoldTheFunction() throws Exception {
        var client = running.client;
        var created = create("rewrite", CODE);
        String arn = ARN + "rewrite";
        refused(
                "InvalidFunctionAssociation",
                400,
                () -> client.createDistribution(r -> r.distributionConfig(associated(at("viewer-request", arn)))));
        publish("rewrite", created.eTag());
        refused(
                "InvalidFunctionAssociation",
                400,
                () -> client.createDistribution(
                        r -> r.distributionConfig(associated(at("viewer-request", arn), at("viewer-request", arn)))));
        refused(
                "InvalidFunctionAssociation",
                400,
                () -> client.createDistribution(r -> r.distributionConfig(associated(at("origin-request", arn)))));
        refused(
                "InvalidFunctionAssociation",
                400,
                () -> client.createDistribution(r -> r.distributionConfig(associated(at("viewer-request", "arn:f")))));
        client.createDistribution(
                r -> r.distributionConfig(associated(at("viewer-request", arn), at("viewer-response", arn))));
        Running.await("published", () -> running.edge.plan().functions().size() == 1);
        assertEquals(CODE, running.edge.plan().functions().getFirst().source());
        assertEquals(
                new ViewerFunctions("rewrite", "rewrite"),
                running.edge
                        .plan()
                        .distributions()
                        .getFirst()
                        .behaviors()
                        .getFirst()
                        .functions());
        refused(
                "FunctionInUse",
                409,
                () -> client.deleteFunction(r -> r.name("rewrite").ifMatch(created.eTag())));
        var updated = client.updateFunction(r -> r.name("rewrite")
                .ifMatch(created.eTag())
                .functionConfig(c -> c.comment("").runtime("cloudfront-js-2.0"))
                .functionCode(SdkBytes.fromUtf8String("new")));
        publish("rewrite", updated.eTag());
        Running.await(
                "published",
                () -> running.edge.plan().functions().getFirst().source().equals("new"));
    }

    private TestResult tested(String name, String code, String event) {
        var created = create(name, code);
        return running.client
                .testFunction(r -> r.name(name)
                        .ifMatch(created.eTag())
                        .stage("DEVELOPMENT")
                        .eventObject(SdkBytes.fromString(event, UTF_8)))
                .testResult();
    }

    @Test
    void functionsAreTriedOut() {
        TestResult good = tested("good", CODE, EVENT);
        assertEquals("", good.functionErrorMessage());
        assertEquals(List.of("hi"), good.functionExecutionLogs());
        assertTrue(
                good.functionOutput().startsWith("{\"request\":{\"method\":\"GET\",\"uri\":\"/a\""),
                good.functionOutput());
        assertTrue(Integer.parseInt(good.computeUtilization()) <= 100);
        TestResult broken = tested("broken", "function (", EVENT);
        assertTrue(
                broken.functionErrorMessage()
                        .startsWith("The CloudFront function associated with the CloudFront distribution is invalid or"
                                + " could not run. SyntaxError: "),
                broken.functionErrorMessage());
        TestResult upper = tested(
                "upper", "function handler(e) { e.request.headers['X-A'] = {value: 'a'}; return e.request; }", EVENT);
        assertTrue(upper.functionErrorMessage().contains("lower case"), upper.functionErrorMessage());
        assertTrue(tested("loop", "function handler(e) { for (;;) {} }", EVENT)
                .functionErrorMessage()
                .contains("stopped"));
        refused("InvalidArgument", 400, () -> tested("bad", CODE, "[]"));
    }
}
