package dev.perigee.lab.tour;

import dev.perigee.lab.link.DnsResponder;
import dev.perigee.lab.link.Link;
import dev.perigee.lab.world.Place;
import dev.perigee.lab.world.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;

/** The network of the tour: from every place to S3 and to its edge, from every edge to S3, and to a resolver. */
final class Paths {
    private static final int HTTPS = 443;

    private final World world;
    private final ViewerTls tls;
    private final InetSocketAddress resolver;
    private final Map<Place, Link> direct = new EnumMap<>(Place.class);
    private final Map<Place, Link> toEdge = new EnumMap<>(Place.class);
    private final Map<Place, Link> toOrigin = new EnumMap<>(Place.class);

    private Paths(World world, ViewerTls tls, InetSocketAddress resolver) {
        this.world = world;
        this.tls = tls;
        this.resolver = resolver;
    }

    static Paths open(TourConfig config, Cleanup cleanup) throws IOException, TourFailed {
        World world = new World(config.links() == Links.WORLD);
        DnsResponder dns = cleanup.closing("close the resolver", DnsResponder.open(world.toResolver()));
        InetSocketAddress api = address(config.api());
        TlsFront s3 = cleanup.closing("close TLS for S3", TlsFront.open(config.s3Tls(), api));
        Paths paths = new Paths(world, ViewerTls.trusting(config.caCertificate()), dns.address());
        for (Place place : Place.values()) {
            InetSocketAddress edge = address(pop(config, place).https());
            Link direct = Link.open(world.direct(place), s3.address(), Link.Opening.CONNECT);
            paths.direct.put(place, cleanup.closing("close a link", direct));
            Link toEdge = Link.open(world.toEdge(place), edge, Link.Opening.CONNECT);
            paths.toEdge.put(place, cleanup.closing("close a link", toEdge));
            Link toOrigin = Link.open(world.edgeToOrigin(place), api, Link.Opening.HELD);
            paths.toOrigin.put(place, cleanup.closing("close a link", toOrigin));
        }
        return paths;
    }

    /** A viewer that goes straight to the bucket. */
    Viewer directViewer(Place place, String bucketHost) {
        return new Viewer(link(direct, place).address(), resolver, tls, bucketHost, HTTPS);
    }

    /** A viewer that goes to the edge of its place. */
    Viewer edgeViewer(Place place, String host) {
        return new Viewer(link(toEdge, place).address(), resolver, tls, host, HTTPS);
    }

    /** Round trips of viewers at a place, in milliseconds: to S3, and to their edge. */
    record RoundTrips(long direct, long edge) {}

    RoundTrips roundTrips(Place place) {
        return new RoundTrips(
                world.direct(place).roundTrip().toMillis(),
                world.toEdge(place).roundTrip().toMillis());
    }

    /** Where the edge of a place connects to reach S3. */
    InetSocketAddress toOrigin(Place place) {
        return link(toOrigin, place).address();
    }

    static TourConfig.Pop pop(TourConfig config, Place place) throws TourFailed {
        for (TourConfig.Pop pop : config.pops()) {
            if (pop.code().equals(place.pop())) return pop;
        }
        throw new TourFailed("no edge " + place.pop() + " runs, which viewers in " + place.title() + " need");
    }

    private static Link link(Map<Place, Link> links, Place place) {
        Link link = links.get(place);
        if (link == null) throw new IllegalStateException("no link for " + place);
        return link;
    }

    private static InetSocketAddress address(URI uri) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(uri.getHost()), uri.getPort());
    }
}
