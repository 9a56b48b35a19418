package dev.perigee.app.local;

import dev.perigee.app.clock.ClockChoice;
import dev.perigee.app.tls.OriginRoots;
import dev.perigee.core.cache.Extension;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.store.disk.DiskTier;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user can choose about a local system.
 *
 * @param domainSuffix what follows the d… label in a distribution's host
 * @param defaultDistribution id of the distribution that answers for unknown hosts, or null
 * @param memoryBytes of each edge for stored responses
 * @param diskBytes of each edge for stored responses; 0 for none
 * @param extensions what the edges do beyond CloudFront
 * @param originRoots trusted for origins besides the JDK's
 * @param acme where requested certificates are ordered; null for the local CA, which issues them at once
 * @param testKey whether the key test/test may do everything
 * @param viewers how they are known
 * @param telemetry who else is told of requests
 * @param lambdaNetwork whether Lambda functions may use the network
 */
public record LocalOptions(
        PortChoice ports,
        String domainSuffix,
        ClockChoice clock,
        @Nullable String defaultDistribution,
        long memoryBytes,
        long diskBytes,
        Set<Extension> extensions,
        OriginRoots originRoots,
        @Nullable AcmeChoice acme,
        boolean testKey,
        ViewerChoice viewers,
        TelemetryChoice telemetry,
        boolean lambdaNetwork) {
    public static final String USUAL_SUFFIX = "cloudfront.localhost";
    public static final long MEMORY_BYTES_MIN = 1 << 20;
    // Three edges, buffers under way, and the bound on direct memory that the launcher sets.
    public static final long MEMORY_BYTES_MAX = 1L << 30;
    public static final long DISK_BYTES_MIN = DiskTier.BYTES_MIN;
    // One open file for each 256 MiB.
    public static final long DISK_BYTES_MAX = 1L << 40;
    private static final long DISK_BYTES_USUAL = 2L << 30;
    private static final int EDGES = 3;
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{1,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

    public LocalOptions {
        extensions = Set.copyOf(extensions);
        domainSuffix = domainSuffix.toLowerCase(Locale.ROOT);
        if (!DOMAIN.matcher(domainSuffix).matches())
            throw new IllegalArgumentException("not a domain: " + domainSuffix);
        if (memoryBytes < MEMORY_BYTES_MIN || memoryBytes > MEMORY_BYTES_MAX)
            throw new IllegalArgumentException("memory of an edge is 1M to 1G, not " + memoryBytes + " bytes");
        if (diskBytes != 0 && (diskBytes < DISK_BYTES_MIN || diskBytes > DISK_BYTES_MAX))
            throw new IllegalArgumentException(
                    "disk cache of an edge is 0 (none) or 16M to 1T, not " + diskBytes + " bytes");
    }

    /** Without ACME, with the test key, viewers known as usual. */
    public LocalOptions(
            PortChoice ports,
            String domainSuffix,
            ClockChoice clock,
            @Nullable String defaultDistribution,
            long memoryBytes,
            long diskBytes,
            Set<Extension> extensions,
            OriginRoots originRoots) {
        this(
                ports,
                domainSuffix,
                clock,
                defaultDistribution,
                memoryBytes,
                diskBytes,
                extensions,
                originRoots,
                null,
                true,
                ViewerChoice.USUAL,
                TelemetryChoice.NONE,
                true);
    }

    /** On these ports, everything else as without flags. */
    public static LocalOptions on(PortChoice ports) {
        return new LocalOptions(
                ports,
                USUAL_SUFFIX,
                ClockChoice.REAL,
                null,
                EdgeLimits.defaults().memoryBytes(),
                0,
                Set.of(),
                OriginRoots.NONE);
    }

    /** The same, trusting these roots for origins too. */
    public LocalOptions trusting(OriginRoots roots) {
        Change change = new Change(this);
        change.originRoots = roots;
        return change.made();
    }

    /** The same, ordering requested certificates there. */
    public LocalOptions ordering(AcmeChoice from) {
        Change change = new Change(this);
        change.acme = from;
        return change.made();
    }

    /** The same, knowing viewers in this way. */
    public LocalOptions knowing(ViewerChoice how) {
        Change change = new Change(this);
        change.viewers = how;
        return change.made();
    }

    /** The same, telling these of requests. */
    public LocalOptions telling(TelemetryChoice whom) {
        Change change = new Change(this);
        change.telemetry = whom;
        return change.made();
    }

    /** The same, with Lambda functions that may use the network, or not. */
    public LocalOptions lambdaNetwork(boolean allowed) {
        Change change = new Change(this);
        change.lambdaNetwork = allowed;
        return change.made();
    }

    /** The same, with this clock. */
    public LocalOptions by(ClockChoice time) {
        Change change = new Change(this);
        change.clock = time;
        return change.made();
    }

    /** Other options that differ in what is set here. */
    private static final class Change {
        private final LocalOptions of;
        private ClockChoice clock;
        private OriginRoots originRoots;
        private @Nullable AcmeChoice acme;
        private ViewerChoice viewers;
        private TelemetryChoice telemetry;
        private boolean lambdaNetwork;

        Change(LocalOptions of) {
            this.of = of;
            clock = of.clock;
            originRoots = of.originRoots;
            acme = of.acme;
            viewers = of.viewers;
            telemetry = of.telemetry;
            lambdaNetwork = of.lambdaNetwork;
        }

        LocalOptions made() {
            return new LocalOptions(
                    of.ports,
                    of.domainSuffix,
                    clock,
                    of.defaultDistribution,
                    of.memoryBytes,
                    of.diskBytes,
                    of.extensions,
                    originRoots,
                    acme,
                    of.testKey,
                    viewers,
                    telemetry,
                    lambdaNetwork);
        }
    }

    /** Bytes of disk for each edge when nobody says: 2 GiB, but all edges together no more than a tenth of what is free. */
    public static long usualDiskBytes(long freeBytes) {
        long share = Math.min(DISK_BYTES_USUAL, freeBytes / 10 / EDGES);
        return share < DISK_BYTES_MIN ? 0 : share;
    }

    EdgeLimits limits() {
        EdgeLimits usual = EdgeLimits.defaults();
        return new EdgeLimits(
                usual.requestLineBytesMax(),
                usual.headBytesMax(),
                usual.fieldsMax(),
                usual.contentBytesMax(),
                usual.headTimeout(),
                usual.idleTimeout(),
                usual.stallTimeout(),
                usual.handshakeTimeout(),
                usual.connectionsMax(),
                usual.fetchesMax(),
                usual.originConnectionsMax(),
                usual.originHeadBytesMax(),
                memoryBytes,
                diskBytes,
                Math.min(usual.objectBytesMax(), memoryBytes),
                usual.blockBytes(),
                usual.windowBytes(),
                usual.tunnelIdle(),
                usual.http2(),
                usual.drain());
    }
}
