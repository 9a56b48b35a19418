package dev.perigee.lab.tour;

import java.util.List;
import java.util.Locale;

/** What the numbers say, in sentences; the console and the page tell the same story. */
final class Story {
    private Story() {}

    static String setting(TourReport report) {
        TourReport.Setting setting = report.setting();
        String world = setting.links() == Links.WORLD
                ? "Distances are simulated between real sockets"
                : "Without simulated distances";
        return String.format(
                Locale.ROOT,
                "%s; each line is the median of at least %d requests, each over a new connection. Gallery photo %s, full size %s.",
                world,
                setting.runs(),
                size(setting.galleryBytes()),
                size(setting.fullBytes()));
    }

    static List<String> sentences(TourReport report) {
        PlaceReport slowest = report.places().getFirst();
        for (PlaceReport place : report.places()) {
            if (place.full().direct().totalMs() > slowest.full().direct().totalMs()) slowest = place;
        }
        Workload load = report.workload();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "The problem: straight from S3, %s waits %s for a gallery photo and %s for the full size.",
                        slowest.place(),
                        time(slowest.gallery().direct()),
                        time(slowest.full().direct())),
                String.format(
                        Locale.ROOT,
                        "The first viewer at %s still waits %s, while the edge fetches the photo. Everybody after that waits"
                                + " %s.",
                        slowest.pop(),
                        time(slowest.gallery().first()),
                        time(slowest.gallery().cached())),
                String.format(
                        Locale.ROOT,
                        "Of %,d requests from all three places %,d reached S3: %.1f %% of the load is off the origin"
                                + " (viewers saw %,d hits). %s were served, %s fetched.",
                        load.requests(),
                        load.originRequests(),
                        100 * load.originOffload(),
                        report.setting().viewerHits(),
                        size(load.bytes()),
                        size(load.originBytes())),
                String.format(
                        Locale.ROOT,
                        "The distribution was deployed %,.0f ms after it was asked for.",
                        report.deployMs()));
    }

    /** How many times faster the cached photo is than the one straight from S3. */
    static double gain(Cases cases) {
        return cases.direct().totalMs() / Math.max(cases.cached().totalMs(), 0.01);
    }

    private static String time(Timing timing) {
        return String.format(Locale.ROOT, "%,.0f ms", timing.totalMs());
    }

    static String size(long bytes) {
        if (bytes < 1_000_000) return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
        if (bytes < 1_000_000_000) return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
        return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }
}
