package dev.perigee.edge.serve;

import dev.perigee.core.cache.CloudFrontHeaders;
import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.cache.ViewerFacts;
import dev.perigee.core.geo.Locations;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What policies may ask about the viewer of a request, gathered where one does. Any thread. */
final class FactsOfViewers {
    private final Locations locations;

    FactsOfViewers(Locations locations) {
        this.locations = locations;
    }

    /** The viewer of an exchange that was admitted, as the behavior's origin may be told of it. */
    ViewerConnection viewer(Exchange x) {
        Behavior behavior = x.behavior();
        return viewer(x, distribution(x), behavior != null && CloudFrontHeaders.wanted(behavior));
    }

    static String distribution(Exchange x) {
        Distribution distribution = x.distribution();
        if (distribution == null) throw new IllegalStateException("not admitted");
        return distribution.id();
    }

    /**
     * The viewer of an exchange, as a distribution sees it.
     *
     * @param wanted whether what is hardly ever asked for is asked for now
     */
    ViewerConnection viewer(Exchange x, String distribution, boolean wanted) {
        Viewer viewer = x.viewer();
        InetAddress address = viewer.remote().getAddress();
        return new ViewerConnection(
                address.getHostAddress(),
                viewer.remote().getPort(),
                viewer.secure(),
                viewer.certificate(distribution),
                wanted
                        ? new ViewerFacts(
                                locations.at(address.getAddress()),
                                tls(x),
                                viewer.fingerprints(),
                                x.paged() ? x.received() : null)
                        : ViewerFacts.NONE);
    }

    private static @Nullable String tls(Exchange x) {
        Viewer viewer = x.viewer();
        String handshake = x.tlsHandshake();
        return handshake == null ? null : viewer.tlsProtocol() + ':' + viewer.tlsCipher() + ':' + handshake;
    }
}
