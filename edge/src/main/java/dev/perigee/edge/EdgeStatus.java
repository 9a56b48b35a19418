package dev.perigee.edge;

import dev.perigee.edge.geo.GeoStatus;
import dev.perigee.edge.guard.GuardStatus;
import dev.perigee.edge.log.LogStatus;
import dev.perigee.edge.log.RealtimeStatus;
import dev.perigee.edge.store.disk.DiskStatus;

/**
 * Counters since the edge started, and sizes now.
 *
 * @param hits requests answered from the store without waiting for an origin: Hit and RefreshHit
 * @param originRequests requests sent to origins, revalidations included
 * @param originBytes content bytes received from origins
 * @param storedObjects in memory
 * @param storedBytes in memory
 * @param proxyHeadersRefused connections of proxies that did not say well for whom they are
 * @param memoryBytesMax limit of the memory tier
 */
public record EdgeStatus(
        String pop,
        long planVersion,
        int distributions,
        long requests,
        long hits,
        long originRequests,
        long bytes,
        long originBytes,
        long storedObjects,
        long storedBytes,
        int connections,
        long plansRefused,
        long memoryBytesMax,
        DiskStatus disk,
        GeoStatus geo,
        long proxyHeadersRefused,
        GuardStatus guards,
        LogStatus logs,
        RealtimeStatus realtime) {}
