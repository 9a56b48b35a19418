package dev.perigee.core.serve;

import org.jspecify.annotations.Nullable;

/** CloudFront's Server-Timing metrics (developer guide, "Understand response headers policies": Server-Timing header). */
public final class ServerTiming {
    public static final String NAME = "Server-Timing";

    private ServerTiming() {}

    /** Where the response came from. */
    public enum Source {
        MISS("cdn-cache-miss"),
        HIT("cdn-cache-hit"),
        REFRESH("cdn-cache-refresh"),
        /** Made here without a look at the cache. */
        EDGE("");

        private final String metric;

        Source(String metric) {
            this.metric = metric;
        }
    }

    /**
     * What asking the origin took.
     *
     * @param dnsMillis for its name
     * @param connectMillis for the connection, 0 when one was at hand
     * @param firstByteMillis from sending the request to the head of the answer
     */
    public record Upstream(long dnsMillis, long connectMillis, long firstByteMillis) {}

    /**
     * The field's value.
     *
     * @param upstream when the origin was asked for this response
     * @param downstreamMillis from the arrival of the request to the head of the response
     */
    public static String value(
            Source source, @Nullable Upstream upstream, String pop, String requestId, long downstreamMillis) {
        StringBuilder text = new StringBuilder(256);
        if (upstream != null) {
            text.append("cdn-upstream-layer;desc=\"EDGE\",cdn-upstream-dns;dur=")
                    .append(upstream.dnsMillis())
                    .append(",cdn-upstream-connect;dur=")
                    .append(upstream.connectMillis())
                    .append(",cdn-upstream-fbl;dur=")
                    .append(upstream.firstByteMillis())
                    .append(',');
        }
        if (!source.metric.isEmpty()) text.append(source.metric).append(',');
        text.append("cdn-pop;desc=\"")
                .append(pop)
                .append("\",cdn-rid;desc=\"")
                .append(requestId)
                .append('"');
        if (source == Source.HIT || source == Source.REFRESH) text.append(",cdn-hit-layer;desc=\"EDGE\"");
        return text.append(",cdn-downstream-fbl;dur=").append(downstreamMillis).toString();
    }

    /** The field when the origin sent one too: kept on a miss; on a hit it told of another request. */
    public static String merged(@Nullable String origins, String own, Source source) {
        boolean keeps = source == Source.MISS && origins != null && !origins.isBlank();
        return keeps ? origins + ',' + own : own;
    }

    /** Whether a viewer asks for the field whatever the sampling rate. */
    public static boolean isAskedFor(@Nullable String pragma) {
        if (pragma == null) return false;
        for (String directive : pragma.split(",", -1)) {
            if (directive.strip().equalsIgnoreCase("server-timing")) return true;
        }
        return false;
    }
}
