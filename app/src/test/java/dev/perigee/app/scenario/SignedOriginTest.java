package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.sign.SigV4;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access control for origins that are no buckets: Lambda function URLs, MediaStore, MediaPackage v2. */
class SignedOriginTest {
    private static final String FUNCTION = "abc123.lambda-url.eu-central-1.on.aws";

    private static void serve(ScenarioEdge edge, ScriptedOrigin origin, String host, OriginAccess access) {
        edge.routes().put(new OriginRoutes.Route(host, origin.address(), false));
        edge.serve(distribution(origin)
                .byDefault(b -> b.allMethods()
                        .keyQueries(Selection.ALL)
                        .origin(o -> o.domainName(host).access(access))));
    }

    private static OriginAccess lambda(boolean yieldsToViewer) {
        return new OriginAccess.Signed("lambda", "eu-central-1", yieldsToViewer);
    }

    private static void expectWhatTheSdkSigns(RecordedRequest request) {
        assertEquals(
                AwsSigner.authorization(request, ScenarioEdge.BUCKET_KEY).replace(" ", ""),
                String.valueOf(request.header("Authorization")).replace(" ", ""),
                request::rawHead);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/items/7",
                "/a%20b",
                "/caf%C3%A9",
                "/a+b",
                "/a(1)'!*",
                "/a:b@c,d;e=f",
                "/items?b=2&a=1&c",
                "/items?name=J%C3%BCrgen%20K&x=%2F"
            })
    @ExtendWith(ScenarioExtension.class)
    void aFunctionUrlGetsWhatTheSdkWouldSign(
            String target, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, FUNCTION, lambda(false));
        origin.on("GET", "*").reply(200, maxAge(60), body("made"));
        expect(viewer.get(target)).status(200).body("made");
        RecordedRequest request = origin.lastRequest();
        assertEquals(FUNCTION, request.header("Host"));
        assertEquals("lambda", SigV4Check.claim(request).service());
        assertEquals("eu-central-1", SigV4Check.claim(request).region());
        expectWhatTheSdkSigns(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    @ExtendWith(ScenarioExtension.class)
    void contentIsSignedByTheViewersHash(
            String method, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, FUNCTION, lambda(false));
        origin.on(method, "/items").reply(200, body("done"));
        String hash = SigV4.sha256("name=cat".getBytes(StandardCharsets.UTF_8));
        expect(viewer.request(method, "/items")
                        .field("x-amz-content-sha256", hash)
                        .body("name=cat")
                        .send())
                .status(200);
        RecordedRequest request = origin.lastRequest();
        assertEquals("name=cat", request.body().text());
        assertEquals(hash, request.header("x-amz-content-sha256"));
        expectWhatTheSdkSigns(request);
    }

    @Scenario
    void withoutTheViewersHashContentIsNotSigned(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, FUNCTION, lambda(false));
        origin.on("POST", "/items").reply(403, body("{\"message\":\"Forbidden\"}"));
        expect(viewer.request("POST", "/items").body("name=cat").send()).status(403);
        assertEquals(SigV4.UNSIGNED_PAYLOAD, origin.lastRequest().header("x-amz-content-sha256"));
    }

    @Scenario
    void noOverrideLeavesTheViewersAuthorization(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, FUNCTION, lambda(true));
        origin.on("POST", "/items").reply(200, body("done"));
        expect(viewer.request("POST", "/items")
                        .field("Authorization", "Bearer abc")
                        .body("x")
                        .send())
                .status(200);
        assertEquals("Bearer abc", origin.lastRequest().header("Authorization"));
        assertNull(origin.lastRequest().header("x-amz-date"));
        origin.on("GET", "/items").reply(200, maxAge(60), body("done"));
        expect(viewer.get("/items")).status(200);
        expectWhatTheSdkSigns(origin.lastRequest());
    }

    @Scenario
    void neverSignsNothing(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serve(edge, origin, FUNCTION, new OriginAccess.Anonymous());
        origin.on("GET", "/items").reply(403, body("no"));
        expect(viewer.get("/items")).status(403);
        assertFalse(origin.lastRequest().rawHead().contains("AKIASCENARIO"));
    }

    @ParameterizedTest
    @CsvSource({
        "mediastore, abc.data.mediastore.us-west-2.amazonaws.com, us-west-2",
        "mediapackagev2, abc.egress.def.mediapackagev2.ap-south-1.amazonaws.com, ap-south-1",
    })
    @ExtendWith(ScenarioExtension.class)
    void mediaServicesAreSignedByTheirNames(
            String service,
            String host,
            String region,
            ScenarioEdge edge,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        serve(edge, origin, host, new OriginAccess.Signed(service, region, false));
        origin.on("GET", "*").reply(200, maxAge(60), body("segment"));
        expect(viewer.get("/live/seg%201.ts")).status(200);
        assertEquals(service, SigV4Check.claim(origin.lastRequest()).service());
        assertEquals(region, SigV4Check.claim(origin.lastRequest()).region());
        expectWhatTheSdkSigns(origin.lastRequest());
    }
}
