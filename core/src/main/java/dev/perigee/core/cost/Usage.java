package dev.perigee.core.cost;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** A month's traffic by price region. Not for several threads. */
public final class Usage {
    /** The protocols of logs that are TLS: {@code ws} ends as {@code https} does, and is not. */
    public static final Set<String> SECURE = Set.of("https", "wss", "grpcs");

    private final Map<PriceRegion, Sum> sums = new EnumMap<>(PriceRegion.class);

    private static final class Sum {
        private long toViewers;
        private long toOrigins;
        private long http;
        private long https;
    }

    private Sum of(PriceRegion region) {
        return sums.computeIfAbsent(region, _ -> new Sum());
    }

    /** Whether a request with this {@code cs-protocol} costs what one over HTTPS does. */
    public static boolean isSecure(String protocol) {
        return SECURE.contains(protocol);
    }

    /** Adds requests that were served in a region. */
    public void add(PriceRegion region, long octetsToViewers, long octetsToOrigins, boolean secure, long requests) {
        Sum sum = of(region);
        sum.toViewers += octetsToViewers;
        sum.toOrigins += octetsToOrigins;
        if (secure) sum.https += requests;
        else sum.http += requests;
    }

    public long toViewers(PriceRegion region) {
        return of(region).toViewers;
    }

    public long toOrigins(PriceRegion region) {
        return of(region).toOrigins;
    }

    public long requests(PriceRegion region, boolean secure) {
        return secure ? of(region).https : of(region).http;
    }

    public long toViewers() {
        return sums.values().stream().mapToLong(sum -> sum.toViewers).sum();
    }

    /** Of all regions, over HTTP and HTTPS. */
    public long requests() {
        return sums.values().stream().mapToLong(sum -> sum.http + sum.https).sum();
    }

    /** The same traffic, so many times. */
    public Usage times(double factor) {
        Usage more = new Usage();
        sums.forEach((region, sum) -> {
            Sum then = more.of(region);
            then.toViewers = Math.round(sum.toViewers * factor);
            then.toOrigins = Math.round(sum.toOrigins * factor);
            then.http = Math.round(sum.http * factor);
            then.https = Math.round(sum.https * factor);
        });
        return more;
    }
}
