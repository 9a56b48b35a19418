package dev.perigee.lab.tour;

import dev.perigee.lab.world.Place;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Leads every edge's connections to the tour's bucket over the link from that edge to S3, by a lease on the edge's admin
 * listener that is renewed until the tour ends.
 */
final class OriginWays implements AutoCloseable {
    private static final long RENEWAL_SECONDS = 10;

    private final String host;
    private final Map<Place, EdgeAdmin> edges;
    private final Map<Place, InetSocketAddress> links = new EnumMap<>(Place.class);
    private final TourProgress progress;
    private final Thread renewal = Thread.ofVirtual().name("tour-routes").unstarted(this::renew);

    OriginWays(String host, Map<Place, EdgeAdmin> edges, Paths paths, TourProgress progress) {
        this.host = host;
        this.edges = edges;
        this.progress = progress;
        for (Place place : edges.keySet()) links.put(place, paths.toOrigin(place));
    }

    void open() throws IOException, TourFailed {
        lease();
        renewal.start();
    }

    private void lease() throws IOException, TourFailed {
        for (var edge : edges.entrySet()) {
            InetSocketAddress link = links.get(edge.getKey());
            if (link != null) edge.getValue().route(host, link);
        }
    }

    private void renew() {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(RENEWAL_SECONDS);
                lease();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (IOException | TourFailed lost) {
            if (!Thread.currentThread().isInterrupted())
                progress.step("The edges' way to S3 could not be renewed: " + lost.getMessage());
        }
    }

    @Override
    public void close() throws IOException, TourFailed {
        renewal.interrupt();
        for (EdgeAdmin edge : edges.values()) edge.unroute(host);
    }
}
