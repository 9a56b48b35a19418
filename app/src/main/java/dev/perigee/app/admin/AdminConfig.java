package dev.perigee.app.admin;

import dev.perigee.app.clock.ManualClock;
import dev.perigee.control.CertificateStatus;
import dev.perigee.control.ControlServer;
import dev.perigee.control.ControlStatus;
import dev.perigee.edge.EdgeStatus;
import dev.perigee.edge.explain.DryRequest;
import dev.perigee.edge.explain.Explanation;
import dev.perigee.edge.log.LogFlush;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.edge.traffic.TrafficLedger;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one admin listener shows and changes.
 *
 * @param token what every change must carry
 * @param permanentRoutes routes that come back when a leased one with their pattern ends
 * @param control how the control plane stands; null while none runs in this process
 * @param certificates that the control plane has
 * @param keys the control plane whose keys are handed out here; null while none runs in this process
 * @param clock null when time is real
 * @param clockMoved told after it was moved
 * @param explain thinks a request through
 * @param flushLogs delivers what is logged, and says what came of it
 * @param traffic what was counted of requests
 */
public record AdminConfig(
        InetSocketAddress address,
        String token,
        Supplier<EdgeStatus> status,
        Supplier<@Nullable ControlStatus> control,
        Supplier<List<CertificateStatus>> certificates,
        Supplier<@Nullable ControlServer> keys,
        OriginRoutes routes,
        List<OriginRoutes.Route> permanentRoutes,
        @Nullable ManualClock clock,
        Runnable clockMoved,
        Function<DryRequest, Explanation> explain,
        Supplier<LogFlush> flushLogs,
        Supplier<TrafficLedger> traffic) {
    public AdminConfig {
        if (!address.getAddress().isLoopbackAddress())
            throw new IllegalArgumentException("the admin listener is for loopback, not " + address);
        permanentRoutes = List.copyOf(permanentRoutes);
    }

    @Override
    public String toString() {
        return "AdminConfig[" + address + "]";
    }
}
