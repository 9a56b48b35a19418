package dev.perigee.analytics.report;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Of what a report is.
 *
 * @param domain of one distribution; null for all
 * @param from the first moment; null for as far back as requests are kept
 * @param to the first moment that is not meant; null for until now
 * @param daily by day rather than by hour
 */
public record Scope(
        @Nullable String domain,
        @Nullable Instant from,
        @Nullable Instant to,
        boolean daily) {
    public static final Scope ALL = new Scope(null, null, null, false);

    String condition() {
        var condition = new StringBuilder("true");
        if (domain != null) {
            condition.append(" AND host = '").append(domain.replace("'", "''")).append('\'');
        }
        if (from != null) condition.append(" AND timestamp >= ").append(literal(from));
        if (to != null) condition.append(" AND timestamp < ").append(literal(to));
        return condition.toString();
    }

    String bucket() {
        return daily ? "strftime(timestamp, '%Y-%m-%d')" : "strftime(timestamp, '%Y-%m-%d %H:00')";
    }

    private static String literal(Instant moment) {
        return "TIMESTAMP '"
                + LocalDateTime.ofInstant(moment, ZoneOffset.UTC).toString().replace('T', ' ') + "'";
    }
}
