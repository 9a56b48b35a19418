package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.etag;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Selection;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginAccessTest {
    private static final String BUCKET = "pettracker-images.s3.us-east-1.amazonaws.com";
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final OriginAccess SIGNED = new OriginAccess.Signed("s3", "us-east-1", false);

    private static void serveBucket(ScenarioEdge edge, ScriptedOrigin origin, OriginAccess access) {
        edge.routes().put(new OriginRoutes.Route(BUCKET, origin.address(), false));
        edge.serve(distribution(origin)
                .byDefault(b -> b.allMethods().keyQueries(Selection.ALL).origin(o -> o.bucket(BUCKET, access))));
    }

    private static void expectValidSignature(RecordedRequest request) throws GeneralSecurityException {
        SigV4Check.Claim claim = SigV4Check.claim(request);
        assertEquals("AKIASCENARIO", claim.key());
        assertEquals("us-east-1", claim.region());
        assertEquals("s3", claim.service());
        String signedAt = String.valueOf(request.header("X-Amz-Date"));
        assertEquals(signedAt.substring(0, 8), claim.date());
        // Whoever verifies goes by the time of the wall, not by the scenario's clock.
        Duration off = Duration.between(AMZ_DATE.parse(signedAt, Instant::from), Instant.now())
                .abs();
        assertTrue(off.toMinutes() < 5, () -> "signed at " + signedAt);
        assertTrue(claim.headers().contains("host") && claim.headers().contains("x-amz-date"), claim::headers);
        assertEquals(
                SigV4Check.expectedSignature(request, ScenarioEdge.BUCKET_KEY), claim.signature(), request::rawHead);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/pets/photo.jpg",
                "/",
                "/a%20b.jpg",
                "/caf%C3%A9.jpg",
                "/a+b.jpg",
                "/a(1)'!*.jpg",
                "/a:b@c,d;e=f.jpg",
                "/pets//photo.jpg",
                "/photo.jpg?versionId=1&a=b",
                "/photo.jpg?b=2&a=1&c"
            })
    @ExtendWith(ScenarioExtension.class)
    void aRequestToABucketCarriesAValidSignature(
            String target, ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) throws Exception {
        serveBucket(edge, origin, SIGNED);
        origin.on("GET", "*").reply(200, maxAge(60), body("photo"));
        expect(viewer.get(target)).status(200).body("photo");
        RecordedRequest request = origin.lastRequest();
        assertEquals(BUCKET, request.header("Host"));
        expectValidSignature(request);
    }

    @Scenario
    void revalidationsAreSignedToo(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer, ManualClock clock)
            throws Exception {
        serveBucket(edge, origin, SIGNED);
        origin.on("GET", "/a").reply(200, maxAge(60), etag("v1"), body("photo"));
        origin.on("GET", "/a").ifNoneMatch("v1").reply(304);
        expect(viewer.get("/a")).miss();
        clock.advanceSeconds(61);
        expect(viewer.get("/a")).refreshHit();
        expectValidSignature(origin.lastRequest());
    }

    @Scenario
    void theViewersAuthorizationIsReplaced(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer)
            throws Exception {
        serveBucket(edge, origin, SIGNED);
        origin.on("GET", "/a").reply(200, maxAge(60), body("photo"));
        expect(viewer.get("/a", "Authorization", "Basic YTpi", "X-Amz-Date", "20200101T000000Z"))
                .status(200);
        assertEquals(1, origin.lastRequest().fields().count("Authorization"));
        assertEquals(1, origin.lastRequest().fields().count("X-Amz-Date"));
        expectValidSignature(origin.lastRequest());
    }

    @Scenario
    void anUploadWithItsHashIsSigned(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) throws Exception {
        serveBucket(edge, origin, SIGNED);
        origin.on("PUT", "/a").reply(200);
        expect(viewer.request("PUT", "/a").body("photo").send()).status(200);
        assertEquals("photo", origin.lastRequest().body().text());
        expectValidSignature(origin.lastRequest());
    }

    @Scenario
    void withoutAccessControlNothingIsSigned(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        serveBucket(edge, origin, new OriginAccess.Anonymous());
        origin.on("GET", "/a").reply(403, body("<Error><Code>AccessDenied</Code></Error>"));
        expect(viewer.get("/a")).status(403).body("<Error><Code>AccessDenied</Code></Error>");
        assertNull(origin.lastRequest().header("Authorization"));
    }

    @Scenario
    void aCustomOriginNeverGetsASignatureForTheBucket(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        expect(viewer.get("/a")).status(200);
        assertFalse(origin.lastRequest().rawHead().contains("AKIASCENARIO"));
    }

    @Scenario
    void theSecretIsNowhereOnDisk(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) throws IOException {
        serveBucket(edge, origin, SIGNED);
        origin.on("GET", "/a").reply(200, maxAge(60), body("photo"));
        expect(viewer.get("/a")).status(200);
        edge.logLines(1);
        try (Stream<Path> files = Files.walk(edge.state())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(ScenarioEdge.BUCKET_KEY.secretAccessKey()), file::toString);
                assertFalse(content.contains("AKIASCENARIO"), file::toString);
            }
        }
    }
}
