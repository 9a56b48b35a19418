package dev.perigee.lab.tour;

import dev.perigee.lab.photo.PhotoSet;
import dev.perigee.lab.photo.Photos;
import dev.perigee.lab.world.Place;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The guided tour through a running system: photos straight from S3, then over a new distribution, from three places of
 * the world, every number measured through sockets. Leaves nothing behind.
 */
public final class Tour {
    private static final int GALLERY_PHOTOS = 8;
    private static final int FULL_PHOTOS = 3;

    private final TourConfig config;
    private final TourProgress progress;
    private final Cleanup cleanup;
    private final Site site;
    private final Paths paths;
    private final Map<Place, EdgeAdmin> edges = new EnumMap<>(Place.class);

    private Tour(TourConfig config, TourProgress progress, Cleanup cleanup, PhotoSet photos)
            throws IOException, TourFailed {
        this.config = config;
        this.progress = progress;
        this.cleanup = cleanup;
        this.site = new Site(photos);
        this.paths = Paths.open(config, cleanup);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        cleanup.add("close the client of the admin listeners", client::shutdownNow);
        for (Place place : Place.values()) {
            edges.put(place, new EdgeAdmin(client, Paths.pop(config, place).admin(), config.adminToken()));
        }
    }

    /** What happens at the end of a tour, before it is undone. */
    @FunctionalInterface
    public interface Stay {
        /** Returns when the gallery is no longer wanted. */
        void at(TourReport report, URI gallery) throws InterruptedException;
    }

    /** Takes the tour. Whatever happens, the bucket, the distribution and the routes it made are removed again. */
    public static TourReport run(TourConfig config, TourProgress progress) throws IOException, TourFailed {
        return run(config, progress, null);
    }

    /**
     * Takes the tour, and stays at its end.
     *
     * @param stay null for not at all
     */
    public static TourReport run(TourConfig config, TourProgress progress, @Nullable Stay stay)
            throws IOException, TourFailed {
        progress.step(config.photos() == null ? "Making photos" : "Reading photos from " + config.photos());
        PhotoSet photos = config.photos() == null
                ? Photos.make(GALLERY_PHOTOS, FULL_PHOTOS, config.seed())
                : Photos.from(config.photos());
        try (Cleanup cleanup = new Cleanup(progress)) {
            return new Tour(config, progress, cleanup, photos).take(stay);
        }
    }

    private TourReport take(@Nullable Stay stay) throws IOException, TourFailed {
        SignedApi api = cleanup.closing("close the API client", new SignedApi(config.api(), config.credentials()));
        String reference =
                "perigee-tour-" + Long.toString(RandomGenerator.getDefault().nextLong(1L << 40), 36);
        Bucket bucket = new Bucket(api, reference);
        progress.step("Creating bucket " + bucket.name() + " and uploading photos");
        cleanup.add("delete bucket " + bucket.name(), bucket::delete);
        bucket.create();
        site.upload(bucket, progress);

        progress.step("Measuring S3 without a CDN, from three places over new connections");
        Map<Place, Pair> direct =
                measureTogether(place -> paths.directViewer(place, bucket.host()), Measurement.Expected.NO_EDGE);

        progress.step("Creating a distribution");
        TourDistribution distribution = TourDistribution.create(
                api,
                bucket.host(),
                reference,
                created -> cleanup.add("delete distribution " + created.id(), created::delete));
        String host = distribution.label() + "." + config.domainSuffix();
        if (config.links() == Links.WORLD) {
            OriginWays ways = new OriginWays(bucket.host(), edges, paths, progress);
            cleanup.add("close the edges' ways to S3", ways::close);
            ways.open();
        }
        progress.step("Measuring the first request for each photo at each edge");
        Map<Place, Pair> first = measureTogether(place -> paths.edgeViewer(place, host), Measurement.Expected.MISS);
        progress.step("Measuring the same photos again, now cached");
        Map<Place, Pair> cached = measureInTurn(place -> paths.edgeViewer(place, host), Measurement.Expected.HIT);

        List<PlaceReport> places = reports(direct, first, cached);
        TourReport report = withWorkload(host, places, distribution.deployMs());
        if (stay != null) stay(stay, report, new Gallery.Site(host, bucket.host()));
        progress.step("Cleaning up");
        return report;
    }

    private void stay(Stay stay, TourReport report, Gallery.Site photos) throws IOException {
        try (Gallery gallery = Gallery.open(paths, photos, site.gallery(), site.full())) {
            stay.at(report, gallery.address());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<PlaceReport> reports(Map<Place, Pair> direct, Map<Place, Pair> first, Map<Place, Pair> cached) {
        List<PlaceReport> places = new ArrayList<>();
        for (Place place : Place.values()) {
            Pair before = of(direct, place);
            Pair cold = of(first, place);
            Pair warm = of(cached, place);
            places.add(new PlaceReport(
                    place.title(),
                    place.pop(),
                    new Cases(before.gallery(), cold.gallery(), warm.gallery()),
                    new Cases(before.full(), cold.full(), warm.full())));
        }
        return places;
    }

    private static Pair of(Map<Place, Pair> pairs, Place place) {
        return Objects.requireNonNull(pairs.get(place), "every place is measured");
    }

    private TourReport withWorkload(String host, List<PlaceReport> places, double deployMs)
            throws IOException, TourFailed {
        progress.step("Playing " + config.requests() + " requests from all three places");
        List<String> requests = site.requests(config.requests(), config.seed());
        EdgeAdmin.@Nullable Counters before = counters();
        Crowd.Seen seen = new Crowd(paths, host, progress).play(requests);
        EdgeAdmin.@Nullable Counters after = before == null ? null : counters();
        Workload workload;
        if (before != null && after != null) {
            EdgeAdmin.Counters counted = after.minus(before);
            workload = Workload.of(seen.requests(), counted.originRequests(), seen.bytes(), counted.originBytes());
        } else {
            long misses = seen.requests() - seen.hits();
            workload = Workload.of(seen.requests(), misses, seen.bytes(), seen.missedBytes());
        }
        return new TourReport(
                places,
                workload,
                deployMs,
                new TourReport.Setting(
                        config.links(),
                        host,
                        site.galleryBytes(),
                        site.fullBytes(),
                        Site.RUNS,
                        seen.hits(),
                        before != null));
    }

    /** The counters of all edges together, or null when an edge does not tell. */
    private EdgeAdmin.@Nullable Counters counters() {
        try {
            EdgeAdmin.Counters sum = EdgeAdmin.Counters.ZERO;
            for (EdgeAdmin edge : edges.values()) sum = sum.plus(edge.counters());
            return sum;
        } catch (IOException | TourFailed untold) {
            progress.step("The edges' counters cannot be read, X-Cache counts instead: " + untold.getMessage());
            return null;
        }
    }

    private record Pair(Timing gallery, Timing full) {}

    private interface Viewers {
        Viewer at(Place place);
    }

    private Map<Place, Pair> measureTogether(Viewers viewers, Measurement.Expected expected)
            throws IOException, TourFailed {
        Map<Place, Pair> pairs = new ConcurrentHashMap<>();
        List<Together.Task> tasks = new ArrayList<>();
        for (Place place : Place.values()) {
            tasks.add(() -> pairs.put(place, measure(place, viewers.at(place), expected)));
        }
        Together.run(tasks);
        return pairs;
    }

    /** One place after the other: these times are short, and work for another place would show in them. */
    private Map<Place, Pair> measureInTurn(Viewers viewers, Measurement.Expected expected)
            throws IOException, TourFailed {
        Map<Place, Pair> pairs = new EnumMap<>(Place.class);
        for (Place place : Place.values()) pairs.put(place, measure(place, viewers.at(place), expected));
        return pairs;
    }

    private Pair measure(Place place, Viewer viewer, Measurement.Expected expected) throws IOException, TourFailed {
        List<String> gallery = site.measuredGallery();
        List<String> full = site.measuredFull();
        if (expected == Measurement.Expected.HIT) {
            // Short times are soon measured and easily disturbed: more runs make the median hold.
            gallery = twice(gallery);
            full = twice(full);
        }
        return new Pair(
                Measurement.median(place, viewer, gallery, expected),
                Measurement.median(place, viewer, full, expected));
    }

    private static List<String> twice(List<String> keys) {
        return Stream.concat(keys.stream(), keys.stream()).toList();
    }
}
