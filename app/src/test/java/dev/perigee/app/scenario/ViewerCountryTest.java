package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Selection;
import dev.perigee.edge.TrustedProxies;
import dev.perigee.edge.geo.GeoDatabase;
import dev.perigee.testkit.GeoFileWriter;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Geographic restriction, and how an edge knows who the viewer is. */
class ViewerCountryTest {
    private static final String AUSTRALIA = "139.130.4.5";
    private static final String GERMANY = "194.25.0.60";
    private static final String BRITAIN = "212.58.244.20";
    private static final String STATES = "8.8.8.8";
    private static final String SENTENCE = "configured to block access from your country.";

    @TempDir
    Path folder = Path.of("");

    @Scenario
    void aListBlocksByCountry(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.trustProxies(TrustedProxies.LOOPBACK);
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin).countries(false, "AU", "GB"));
        expect(edge.viewerFrom(GERMANY).get("/a")).status(200).body("hello");
        expect(edge.viewerFrom(STATES).get("/a")).status(200);
        // Loopback is nowhere, and nowhere is served.
        expect(edge.clearViewer().get("/a")).status(200);
        // The same octets, remembered by now, from elsewhere; on each of the edge's loops.
        for (int i = 0; i < 4; i++) {
            ScriptedViewer blocked = edge.viewerFrom(i < 2 ? AUSTRALIA : BRITAIN);
            for (int j = 0; j < 3; j++)
                assertTrue(blocked.get("/a").response().text().contains(SENTENCE));
            expect(edge.viewerFrom(GERMANY).get("/a")).status(200);
        }
        expect(edge.viewerFrom("2001:8000::1").get("/a")).status(403);
        expect(edge.tlsViewerFrom(AUSTRALIA).get("/a")).status(403);
        expect(edge.http2ViewerFrom(AUSTRALIA).get("/a")).status(403);
        expect(edge.http2ViewerFrom(GERMANY).get("/a")).status(200);
        String line = edge.logLines(23).stream()
                .filter(l -> l.contains("ClientGeoBlocked"))
                .findFirst()
                .orElse("");
        assertTrue(line.contains("\t" + AUSTRALIA + "\t"), line);
        // Nobody is believed about where somebody else is.
        expect(edge.viewerFrom(GERMANY).get("/a", "X-Forwarded-For", AUSTRALIA)).status(200);
        expect(edge.viewerFrom(AUSTRALIA).get("/a", "X-Forwarded-For", GERMANY)).status(403);
        edge.serve(distribution(origin).countries(true, "AU").errorPage(403, 10, "/sorry.html", 200));
        origin.on("GET", "/sorry.html").reply(200, maxAge(60), body("sorry"));
        expect(edge.viewerFrom(AUSTRALIA).get("/a")).status(200).body("hello");
        expect(edge.viewerFrom(GERMANY).get("/a")).status(200).body("sorry");
    }

    @Scenario
    void aDatabaseOfOnesOwnHoldsForEveryProtocol(ScenarioEdge edge, ScriptedOrigin origin) throws IOException {
        Path file = Files.write(folder.resolve("own.mmdb"), country("DE"));
        try (GeoDatabase database = GeoDatabase.of(List.of(file))) {
            edge.locate(database);
            origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
            edge.serve(distribution(origin).countries(false, "AU").offers(OfferedVersions.HTTP_2_AND_3));
            expectOverHttp3(edge, 200);
            ScriptedViewer clear = edge.clearViewer();
            for (int i = 0; i < 4; i++) expect(clear.get("/a")).status(200);
            Files.write(file, country("AU"));
            // Also for connections that were there before.
            Patience.eventually(
                    "the new file holds", () -> clear.get("/a").response().status() == 403);
            expectOverHttp3(edge, 403);
            expect(edge.http2Viewer(HOST).get("/a")).status(403);
        }
    }

    private static void expectOverHttp3(ScenarioEdge edge, int status) {
        try (ScriptedViewer viewer = edge.http3Viewer(HOST)) {
            expect(viewer.get("/a")).status(status);
        }
    }

    private static byte[] country(String code) {
        return new GeoFileWriter("test-country")
                .put("127.0.0.0/8", Map.of("country", Map.of("iso_code", code)))
                .toBytes();
    }

    @Scenario
    void onlyTrustedProxiesSpeakForOthers(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin).countries(true, "DE"));
        expect(edge.viewerFrom(GERMANY).get("/a")).status(400);
        edge.trustProxies(new TrustedProxies(List.of("192.0.2.0/24")));
        expect(edge.viewerFrom(GERMANY).get("/a")).status(400);
        edge.trustProxies(TrustedProxies.LOOPBACK);
        expect(edge.viewerFrom(GERMANY).get("/a")).status(200);
        expect(edge.viewerFrom(AUSTRALIA).get("/a")).status(403);
    }

    @Scenario
    void aMalformedHeaderEndsTheConnection(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.trustProxies(TrustedProxies.LOOPBACK);
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        List<String> malformed = List.of(
                "PROXY TCP4 1.2.3.4 127.0.0.1 1 99999\r\n",
                "PROXY TCP4 01.2.3.4 127.0.0.1 1 2\r\n",
                "PROXY TCP9 1.2.3.4 127.0.0.1 1 2\r\n",
                "PROXY TCP4 1.2.3.4 127.0.0.1 1 2\n",
                "PROXY TCP4 " + "1".repeat(120));
        for (String header : malformed) {
            assertTrue(
                    edge.clearViewer().sendOnly(header + "GET /a HTTP/1.1\r\n").closedByEdge(), header);
        }
        assertEquals(malformed.size(), edge.status().proxyHeadersRefused());
        // In pieces, and with what follows in the same piece as its end.
        ScriptedViewer slow = edge.clearViewer().sendOnly("PRO").sendOnly("XY TCP4 " + GERMANY + " 127.0.0.1 ");
        expect(slow.send("7 80\r\nGET /a HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n"))
                .status(200);
        assertTrue(
                edge.logLines(1).getFirst().contains("\t" + GERMANY + "\t"),
                edge.logLines(1).toString());
    }

    @Scenario
    void originsAreToldWhatIsKnown(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.trustProxies(TrustedProxies.LOOPBACK);
        origin.on("GET", "/b").reply(200, maxAge(0), body("hello"));
        List<String> names = List.of(
                "cloudfront-viewer-country",
                "cloudfront-viewer-country-name",
                "cloudfront-viewer-city",
                "cloudfront-viewer-address",
                "cloudfront-viewer-tls",
                "cloudfront-viewer-ja3-fingerprint",
                "cloudfront-viewer-ja4-fingerprint");
        edge.serve(distribution(origin)
                .byDefault(b -> b.forward(
                        new Forwarding(Forwarding.Headers.ALL_AND_CLOUDFRONT, names, Selection.NONE, Selection.NONE))));
        ScriptedViewer viewer = edge.tlsViewerFrom(AUSTRALIA);
        expect(viewer.get("/b", "CloudFront-Viewer-City", "Oz", "X-Forwarded-For", GERMANY))
                .status(200);
        RecordedRequest first = origin.lastRequest();
        assertEquals("AU", first.header("CloudFront-Viewer-Country"));
        assertEquals("Australia", first.header("CloudFront-Viewer-Country-Name"));
        assertNull(first.header("CloudFront-Viewer-City"));
        assertEquals(AUSTRALIA + ":40000", first.header("CloudFront-Viewer-Address"));
        assertEquals(GERMANY + ", " + AUSTRALIA, first.header("X-Forwarded-For"));
        assertMatches("TLSv1\\.3:TLS_[A-Z0-9_]+:(fullHandshake|sessionResumed)", first.header("CloudFront-Viewer-TLS"));
        assertMatches("[0-9a-f]{32}", first.header("CloudFront-Viewer-JA3-Fingerprint"));
        assertMatches("t13d[0-9]{4}[0-9a-z]{2}(_[0-9a-f]{12}){2}", first.header("CloudFront-Viewer-JA4-Fingerprint"));
        expect(viewer.get("/b")).status(200);
        assertMatches(".*:connectionReused", origin.lastRequest().header("CloudFront-Viewer-TLS"));
        expect(edge.http2ViewerFrom(BRITAIN).get("/b")).status(200);
        assertEquals("GB", origin.lastRequest().header("CloudFront-Viewer-Country"));
        assertMatches("t13d[0-9]{4}h2.*", origin.lastRequest().header("CloudFront-Viewer-JA4-Fingerprint"));
    }

    @Scenario
    void theCountryCanBeInTheKey(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.trustProxies(TrustedProxies.LOOPBACK);
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        edge.serve(distribution(origin).byDefault(b -> b.keyHeaders("cloudfront-viewer-country")));
        for (String address : List.of(AUSTRALIA, AUSTRALIA, GERMANY, "127.0.0.1", GERMANY)) {
            for (int i = 0; i < 3; i++)
                expect(edge.viewerFrom(address).get("/a", "CloudFront-Viewer-Country", "US"))
                        .status(200);
        }
        assertEquals(
                Arrays.asList("AU", "DE", null),
                origin.requests("/a").stream()
                        .map(request -> request.header("CloudFront-Viewer-Country"))
                        .toList());
    }

    private static void assertMatches(String pattern, @Nullable String value) {
        assertTrue(value != null && value.matches(pattern), () -> value + " is not " + pattern);
    }
}
