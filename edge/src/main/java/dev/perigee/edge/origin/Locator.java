package dev.perigee.edge.origin;

import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.edge.origin.OriginFailure.Forbidden;
import dev.perigee.edge.origin.OriginFailure.Unresolved;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an origin can be reached: by a fixed route, or at the addresses of its name that may be used. */
final class Locator implements AutoCloseable {
    private final OriginRoutes routes;
    private final OriginIdentities identities;
    private final boolean privateOrigins;
    private final OriginNames names;

    Locator(OriginRoutes routes, OriginIdentities identities, boolean privateOrigins, OriginNames names) {
        this.routes = routes;
        this.identities = identities;
        this.privateOrigins = privateOrigins;
        this.names = names;
    }

    /** Where the origin can be reached, in the order to try; or why nowhere. */
    @Nullable
    OriginFailure locate(Origin origin, OriginRequest request, List<Target> targets, Duration wait)
            throws InterruptedException {
        OriginRoutes.Route route = routes.find(origin.domainName());
        boolean tls = route == null ? request.tls() : route.tls();
        int port = route != null ? route.address().getPort() : tls ? origin.httpsPort() : origin.httpPort();
        String host = origin.domainName();
        OriginIdentity identity = null;
        if (tls && origin.access() instanceof OriginAccess.Certificate(String arn)) {
            identity = identities.find(arn);
            if (identity == null) return new OriginFailure.Untrusted("no client certificate " + arn);
        }
        if (route != null) {
            if (!route.address().isUnresolved()) {
                targets.add(target(route.address(), tls, origin, request, identity));
                return null;
            }
            host = route.address().getHostString();
        }
        List<InetAddress> addresses = names.find(host, wait);
        if (addresses.isEmpty()) return new Unresolved(host);
        for (InetAddress address : addresses) {
            if (route == null && !AddressGuard.allows(address, privateOrigins)) continue;
            targets.add(target(new InetSocketAddress(address, port), tls, origin, request, identity));
        }
        return targets.isEmpty() ? new Forbidden(addresses.getFirst().getHostAddress()) : null;
    }

    private static Target target(
            InetSocketAddress address,
            boolean tls,
            Origin origin,
            OriginRequest request,
            @Nullable OriginIdentity identity) {
        Origin.Names names = origin.names();
        List<String> certificates = names == null || names.certificates() == null ? List.of() : names.certificates();
        return Target.of(
                address, tls, request.serverName(), origin.domainName(), origin.sslProtocols(), identity, certificates);
    }

    @Override
    public void close() {
        names.close();
    }
}
