package dev.perigee.lab.tour;

/**
 * What the many requests did.
 *
 * @param originRequests requests that reached the origin, by the edges' counters
 * @param originOffload share of the requests that did not, from 0 to 1
 */
public record Workload(long requests, long originRequests, double originOffload, long bytes, long originBytes) {
    static Workload of(long requests, long originRequests, long bytes, long originBytes) {
        double offload = requests == 0 ? 0 : Math.clamp(1 - (double) originRequests / requests, 0, 1);
        return new Workload(requests, originRequests, Math.round(offload * 1e4) / 1e4, bytes, originBytes);
    }
}
