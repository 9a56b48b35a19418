package dev.perigee.lab.tour;

import java.util.List;

/**
 * The outcome of a tour.
 *
 * @param deployMs from the call that created the distribution to the status Deployed
 * @param setting what was measured and on what; not part of the JSON document
 */
public record TourReport(List<PlaceReport> places, Workload workload, double deployMs, Setting setting) {
    public TourReport {
        places = List.copyOf(places);
    }

    /**
     * The circumstances of the measurement.
     *
     * @param runs behind every median, at least
     * @param viewerHits requests of the workload whose X-Cache said that the edge had the photo
     * @param countedByEdges whether the origin's figures are the edges' own counters
     */
    public record Setting(
            Links links,
            String domain,
            int galleryBytes,
            int fullBytes,
            int runs,
            long viewerHits,
            boolean countedByEdges) {}
}
