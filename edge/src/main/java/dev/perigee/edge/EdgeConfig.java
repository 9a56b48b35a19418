package dev.perigee.edge;

import dev.perigee.core.access.DebugPass;
import dev.perigee.core.cache.Extension;
import dev.perigee.core.tls.Seal;
import dev.perigee.edge.geo.GeoDatabase;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.lambda.LambdaEngine;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * What one edge is given when it starts; the rest comes with the plan.
 *
 * @param pop three-letter code, such as {@code IAD}
 * @param http where to listen in clear; port 0 picks a free one
 * @param https where to listen with TLS; port 0 picks a free one
 * @param threads event loops
 * @param directory for the last good plan and the access log; created when missing, readable by the owner only
 * @param cacheDirectory for the disk tier; made when missing
 * @param certificateChain PEM file
 * @param privateKey PEM file, PKCS#8
 * @param seal opens the private keys of the certificates in plans
 * @param clock decides freshness and expiry; the operating system's clock decides timeouts
 * @param routes fixed addresses for origin names
 * @param keys what origin requests are signed with
 * @param privateOrigins whether loopback and link-local addresses may be origins
 * @param extensions what it does beyond CloudFront
 * @param originRoots trusted for origins besides the JDK's
 * @param geo where viewers' addresses are
 * @param proxies whose word is taken for who the viewer is
 * @param ledger of what distributions with a spending cap have cost, for all edges that share it
 * @param telemetry who is told of requests
 * @param lambdas runs Lambda functions; perhaps for other edges too, and so closed by whoever has made it
 * @param debugPass says which requests may be told how they are served
 */
public record EdgeConfig(
        String pop,
        InetSocketAddress http,
        InetSocketAddress https,
        int threads,
        Path directory,
        Path cacheDirectory,
        Path certificateChain,
        Path privateKey,
        Seal seal,
        EdgeLimits limits,
        InstantSource clock,
        OriginRoutes routes,
        OriginKeys keys,
        boolean privateOrigins,
        Set<Extension> extensions,
        List<X509Certificate> originRoots,
        GeoDatabase geo,
        TrustedProxies proxies,
        SpendingLedger ledger,
        Telemetry telemetry,
        LambdaEngine lambdas,
        DebugPass debugPass) {

    public EdgeConfig {
        if (!pop.matches("[A-Z]{3}")) throw new IllegalArgumentException("PoP code " + pop + " is not three letters");
        extensions = Set.copyOf(extensions);
        originRoots = List.copyOf(originRoots);
        if (threads < 1) throw new IllegalArgumentException("threads cannot be " + threads);
    }
}
