package dev.perigee.lab.tour;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.sign.SigV4;
import dev.perigee.lab.s3.EmbeddedS3;
import dev.perigee.lab.s3.KnownKeys;
import dev.perigee.lab.world.Place;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole tour: real S3 and real sockets, stand-ins for the API and the edges. */
@Timeout(120)
class TourTest {
    @TempDir
    Path folder = Path.of(".");

    /** A quiet listener. */
    private static final class Silence implements TourProgress {
        @Override
        public void step(String what) {
            assertTrue(!what.startsWith("Could not"), what);
        }

        @Override
        public void advanced(int done, int total) {
            assertTrue(done <= total);
        }
    }

    /** Some tens of kilobytes: both sides of all TLS are Java's here, and a tour fetches photos hundreds of times. */
    private static BufferedImage smallPhoto() {
        var photo = new BufferedImage(240, 160, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(3);
        for (int i = 0; i < 240 * 160; i++) photo.setRGB(i % 240, i / 240, random.nextInt(1 << 24));
        return photo;
    }

    private TourConfig config(StandInApi api, TestAuthority authority, List<StandInEdge> edges, Links links)
            throws Exception {
        authority.write(folder.resolve("ca.pem"));
        Path own = Files.createDirectories(folder.resolve("own"));
        ImageIO.write(smallPhoto(), "jpeg", own.resolve("pet.jpg").toFile());
        return new TourConfig(
                api.uri(),
                new SigV4.Credentials("test", "test"),
                edges.stream().map(StandInEdge::pop).toList(),
                "token",
                "cloudfront.localhost",
                folder.resolve("ca.pem"),
                authority.server("*.s3.amazonaws.com"),
                links,
                own,
                90,
                1);
    }

    private void removedEverything() throws IOException {
        try (Stream<Path> buckets = Files.list(folder.resolve("s3"))) {
            assertEquals(0, buckets.count(), "the bucket is gone");
        }
    }

    @Test
    void tellsTheStoryAndLeavesNothingBehind() throws Exception {
        TestAuthority authority = new TestAuthority();
        var edgeTls = authority.server("dtour.cloudfront.localhost");
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), new KnownKeys("test"), "");
                StandInApi api = new StandInApi(s3.address());
                StandInEdge iad = new StandInEdge("IAD", edgeTls, api);
                StandInEdge fra = new StandInEdge("FRA", edgeTls, api);
                StandInEdge syd = new StandInEdge("SYD", edgeTls, api)) {
            // Without distances, which would take a minute; the links have tests of their own.
            TourConfig config = config(api, authority, List.of(iad, fra, syd), Links.NONE);
            AtomicBoolean stayed = new AtomicBoolean();
            TourReport report = Tour.run(config, new Silence(), (_, gallery) -> {
                visit(gallery);
                stayed.set(true);
            });

            assertTrue(stayed.get());
            assertEquals(
                    List.of("Virginia", "London", "Sydney"),
                    report.places().stream().map(PlaceReport::place).toList());
            for (PlaceReport place : report.places()) {
                assertTrue(place.full().direct().tlsMs() > 0, place.toString());
                assertTrue(place.gallery().cached().totalMs() > 0, place.toString());
            }
            assertEquals(90, report.workload().requests());
            assertTrue(
                    report.workload().originRequests() > 0 && report.workload().originRequests() < 90);
            assertTrue(report.deployMs() > 0);
            assertEquals(
                    List.of(
                            "POST /2020-05-31/distribution",
                            "GET /2020-05-31/distribution/ETOUR/config",
                            "PUT /2020-05-31/distribution/ETOUR/config",
                            "DELETE /2020-05-31/distribution/ETOUR"),
                    api.calls());
            removedEverything();
        }
    }

    private static HttpResponse<byte[]> get(HttpClient client, URI from, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(from);
        if (fields.length > 0) request.headers(fields);
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The gallery's photos are the site's, each way, and where their time went is told. */
    private static void visit(URI gallery) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> page = get(client, gallery);
            assertEquals(200, page.statusCode());
            String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
            assertTrue(policy.startsWith("default-src 'none'") && !policy.contains("unsafe"), policy);
            assertEquals(200, get(client, gallery.resolve("gallery.js")).statusCode());
            assertTrue(new String(get(client, gallery.resolve("places")).body(), UTF_8).contains("\"pop\":\"SYD\""));
            byte[] direct = get(client, gallery.resolve("photo/SYDNEY/direct/gallery/0/a"))
                    .body();
            HttpResponse<byte[]> edge = get(client, gallery.resolve("photo/SYDNEY/perigee/gallery/0/b"));
            assertEquals("image/jpeg", edge.headers().firstValue("Content-Type").orElse(""));
            assertTrue(edge.body().length > 1_000);
            assertArrayEquals(direct, edge.body());
            String timing = new String(get(client, gallery.resolve("timing/b")).body(), UTF_8);
            assertTrue(timing.contains("\"tls\":") && timing.contains("from cloudfront"), timing);
            assertEquals(404, get(client, gallery.resolve("timing/c")).statusCode());
            for (String nothing : List.of(
                    "photo/BERLIN/direct/gallery/0/a",
                    "photo/SYDNEY/direct/gallery/99/a",
                    "photo/SYDNEY/direct/../etc/0/a",
                    "gallery.html",
                    "Gallery.class")) {
                assertEquals(404, get(client, gallery.resolve(nothing)).statusCode(), nothing);
            }
            String photo = "photo/SYDNEY/direct/gallery/0/a";
            assertEquals(
                    403,
                    get(client, gallery.resolve(photo), "Sec-Fetch-Site", "cross-site")
                            .statusCode());
        }
    }

    @Test
    void edgesReachTheBucketOverLinksWhileTheTourLasts() throws Exception {
        TestAuthority authority = new TestAuthority();
        var edgeTls = authority.server("dtour.cloudfront.localhost");
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), new KnownKeys("test"), "");
                StandInApi api = new StandInApi(s3.address());
                StandInEdge iad = new StandInEdge("IAD", edgeTls, api);
                StandInEdge fra = new StandInEdge("FRA", edgeTls, api);
                StandInEdge syd = new StandInEdge("SYD", edgeTls, api);
                HttpClient client = HttpClient.newHttpClient();
                Cleanup cleanup = new Cleanup(new Silence())) {
            TourConfig config = config(api, authority, List.of(iad, fra, syd), Links.WORLD);
            Paths paths = Paths.open(config, cleanup);
            EdgeAdmin admin = new EdgeAdmin(client, syd.pop().admin(), config.adminToken());
            try (OriginWays ways =
                    new OriginWays("b.s3.amazonaws.com", Map.of(Place.SYDNEY, admin), paths, new Silence())) {
                ways.open();
                assertEquals(List.of("PUT /origin-routes/b.s3.amazonaws.com"), syd.routes());
                assertEquals(paths.toOrigin(Place.SYDNEY), syd.origin());
            }
            assertEquals(
                    "DELETE /origin-routes/b.s3.amazonaws.com", syd.routes().getLast());
            EdgeAdmin stranger = new EdgeAdmin(client, syd.pop().admin(), "wrong");
            assertThrows(TourFailed.class, stranger::counters);
        }
    }

    @Test
    void aMissingEdgeEndsTheTourBeforeItBegins() throws Exception {
        TestAuthority authority = new TestAuthority();
        var edgeTls = authority.server("dtour.cloudfront.localhost");
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), new KnownKeys("test"), "");
                StandInApi api = new StandInApi(s3.address());
                StandInEdge iad = new StandInEdge("IAD", edgeTls, api)) {
            TourConfig config = config(api, authority, List.of(iad), Links.NONE);
            TourFailed failure = assertThrows(TourFailed.class, () -> Tour.run(config, new Silence()));
            assertTrue(String.valueOf(failure.getMessage()).contains("FRA"), failure.getMessage());
            removedEverything();
        }
    }
}
