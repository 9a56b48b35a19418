package dev.perigee.lab.tour;

import java.util.Comparator;
import java.util.List;

/**
 * Where the time of one request over a new connection went, in milliseconds.
 *
 * @param firstByteMs from the request sent to the first byte of the answer
 * @param downloadMs from the first to the last byte
 */
public record Timing(double dnsMs, double tcpMs, double tlsMs, double firstByteMs, double downloadMs, double totalMs) {
    static Timing ofNanos(long dns, long tcp, long tls, long firstByte, long download) {
        long total = dns + tcp + tls + firstByte + download;
        return new Timing(
                milliseconds(dns),
                milliseconds(tcp),
                milliseconds(tls),
                milliseconds(firstByte),
                milliseconds(download),
                milliseconds(total));
    }

    /** The run in the middle by total time, so that its parts add up. Of an even number, the lower of the two. */
    static Timing median(List<Timing> runs) {
        List<Timing> sorted = runs.stream()
                .sorted(Comparator.comparingDouble(Timing::totalMs))
                .toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    private static double milliseconds(long nanos) {
        return Math.round(nanos / 1e4) / 100.0;
    }
}
