package dev.perigee.analytics.report;

import dev.perigee.analytics.store.RequestTable;
import dev.perigee.core.cost.PriceRegion;
import dev.perigee.core.cost.Usage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The reports of CloudFront's console, with the names of its columns (developer guide, "CloudFront reports in the console").
 * Which countries viewers are in is missing: the log does not say it.
 */
public enum Report {
    /** Cache statistics. */
    CACHE,
    /** Popular objects, the fifty most wanted. */
    POPULAR,
    USAGE,
    VIEWERS,
    /** Top referrers, twenty-five of them. */
    REFERRERS;

    private static final String SECURE = "protocol IN ('" + String.join("', '", new TreeSet<>(Usage.SECURE)) + "')";
    private static final String STATUSES = """
            , count(*) FILTER (status // 100 = 2) AS HTTP2xx, count(*) FILTER (status // 100 = 3) AS HTTP3xx
            , count(*) FILTER (status // 100 = 4) AS HTTP4xx, count(*) FILTER (status // 100 = 5) AS HTTP5xx
            """;
    // A request whose answer was checked with the origin is neither (developer guide, "CloudFront cache statistics
    // reports").
    private static final String RESULTS = """
            , count(*) FILTER (response_result_type = 'Hit') AS HitCount
            , count(*) FILTER (response_result_type = 'Miss') AS MissCount
            """;
    private static final String ERRORS = """
            , count(*) FILTER (response_result_type IN ('Error', 'LimitExceeded', 'CapacityExceeded')) AS ErrorCount
            """;
    private static final String INCOMPLETE = """
            , count(*) FILTER (status = 200 AND result_type = 'Error') AS IncompleteDownloadCount
            """;
    private static final String BYTES = """
            , coalesce(sum(sc_bytes), 0) AS TotalBytes
            , coalesce(sum(sc_bytes) FILTER (result_type = 'Miss'), 0) AS BytesFromMisses
            """;

    /** In this order: a tablet's user agent names a phone's system, and an app of a search engine is not its crawler. */
    private static final String DEVICE = """
            CASE WHEN user_agent IS NULL THEN 'Empty'
            WHEN regexp_matches(agent, 'bot\\b|bot/|crawler|spider|slurp|bingpreview') THEN 'Bot/Crawler'
            WHEN regexp_matches(agent, 'smart-?tv|appletv|googletv|hbbtv|netcast|roku|web0s|tizen.*tv|bravia|aft[a-z] ')
            THEN 'Smart-TV'
            WHEN regexp_matches(agent, 'ipad|tablet|kindle|silk/|playbook')
                OR (agent LIKE '%android%' AND agent NOT LIKE '%mobile%') THEN 'Tablet'
            WHEN regexp_matches(agent, 'iphone|ipod|mobile|windows phone|opera mini') THEN 'Mobile'
            WHEN regexp_matches(agent, 'windows nt|macintosh|x11|cros ') THEN 'Desktop'
            ELSE 'Unknown' END""";
    /** Most browsers also claim to be an older one. */
    private static final String BROWSER = """
            CASE WHEN user_agent IS NULL THEN 'Empty'
            WHEN regexp_matches(agent, 'bot\\b|bot/|crawler|spider|slurp|bingpreview') THEN 'Bot/Crawler'
            WHEN regexp_matches(agent, 'edg(e|a|ios)?/') THEN 'Edge'
            WHEN regexp_matches(agent, 'opr/|opera') THEN 'Opera'
            WHEN agent LIKE '%samsungbrowser/%' THEN 'Samsung Browser'
            WHEN regexp_matches(agent, 'firefox/|fxios/') THEN 'Firefox'
            WHEN regexp_matches(agent, 'msie |trident/') THEN 'Internet Explorer'
            WHEN regexp_matches(agent, 'chrome/|crios/|chromium/') THEN 'Chrome'
            WHEN agent LIKE '%safari/%' THEN 'Safari'
            WHEN agent LIKE 'curl/%' THEN 'curl'
            WHEN agent LIKE 'mozilla/%' THEN 'Other'
            ELSE 'Unknown' END""";

    private static final String SYSTEM = """
            CASE WHEN user_agent IS NULL THEN 'Empty'
            WHEN regexp_matches(agent, 'bot\\b|bot/|crawler|spider|slurp|bingpreview') THEN 'Bot/Crawler'
            WHEN regexp_matches(agent, 'windows phone') THEN 'Windows Phone'
            WHEN agent LIKE '%windows%' THEN 'Windows'
            WHEN regexp_matches(agent, 'iphone|ipad|ipod') THEN 'iOS'
            WHEN agent LIKE '%android%' THEN 'Android'
            WHEN regexp_matches(agent, 'mac os x|macintosh') THEN 'macOS'
            WHEN agent LIKE '%cros %' THEN 'ChromeOS'
            WHEN regexp_matches(agent, 'linux|x11') THEN 'Linux'
            WHEN agent LIKE 'mozilla/%' THEN 'Other'
            ELSE 'Unknown' END""";

    /** Asks for it. */
    public void ask(RequestTable table, Scope scope, RequestTable.Rows rows) throws IOException {
        table.ask(this == USAGE ? usage(table, scope) : sql(scope), rows);
    }

    private static String sql(String select, Scope scope, String rest) {
        return select + " FROM requests WHERE " + scope.condition() + " " + rest;
    }

    private String sql(Scope scope) {
        return switch (this) {
            case CACHE ->
                sql(
                        "SELECT host AS Distribution, " + scope.bucket() + " AS TimeBucket, count(*) AS RequestCount"
                                + RESULTS + ERRORS + INCOMPLETE + STATUSES + BYTES,
                        scope,
                        "GROUP BY ALL ORDER BY Distribution, TimeBucket");
            case POPULAR ->
                "SELECT * REPLACE (round(100.0 * HitCount / RequestCount, 2) AS HitCountPct) FROM ("
                        + sql(
                                "SELECT right(uri_stem, 500) AS Object, count(*) AS RequestCount" + RESULTS
                                        + ", 0.0 AS HitCountPct" + BYTES + INCOMPLETE + STATUSES,
                                scope,
                                "GROUP BY ALL")
                        + ") ORDER BY RequestCount DESC, Object LIMIT 50";
            case REFERRERS ->
                "SELECT Referrer, RequestCount, round(100.0 * RequestCount / sum(RequestCount) OVER (), 2) AS RequestsPct"
                        + " FROM ("
                        + sql(
                                "SELECT coalesce(nullif(regexp_extract(lower(referer), '^[a-z]+://([^/:?]+)', 1), ''),"
                                        + " referer, '-') AS Referrer, count(*) AS RequestCount",
                                scope,
                                "GROUP BY ALL")
                        + ") ORDER BY RequestCount DESC, Referrer LIMIT 25";
            case VIEWERS -> viewers(scope);
            case USAGE -> throw new IllegalStateException("usage is by regions");
        };
    }

    private static String viewers(Scope scope) {
        String named =
                "WITH named AS MATERIALIZED (SELECT " + DEVICE + " AS device, " + BROWSER + " AS browser, " + SYSTEM
                        + " AS os, protocol_version, sc_bytes FROM (SELECT *, lower(replace(user_agent, '%20', ' ')) AS agent"
                        + " FROM requests WHERE " + scope.condition() + ")) ";
        var parts = new ArrayList<String>();
        int place = 0;
        for (String[] part : new String[][] {
            {"Devices", "device"},
            {"Browsers", "browser"},
            {"Operating systems", "os"},
            {"Protocols", "coalesce(protocol_version, 'Empty')"}
        }) {
            parts.add(
                    "SELECT " + place++ + " AS place, '" + part[0] + "' AS Report, " + part[1]
                            + " AS Name, count(*) AS RequestCount, coalesce(sum(sc_bytes), 0) AS Bytes FROM named GROUP BY ALL");
        }
        return named + "SELECT Report, Name, RequestCount,"
                + " round(100.0 * RequestCount / sum(RequestCount) OVER (PARTITION BY place), 2) AS RequestsPct, Bytes FROM ("
                + String.join(" UNION ALL ", parts) + ") ORDER BY place, RequestCount DESC, Name";
    }

    private static String usage(RequestTable table, Scope scope) throws IOException {
        var regions = new StringBuilder("CASE pop");
        for (String pop : pops(table, scope)) {
            regions.append(" WHEN '")
                    .append(pop)
                    .append("' THEN '")
                    .append(PriceRegion.of(pop).code())
                    .append('\'');
        }
        String region = regions.append(" WHEN '' THEN '' END").toString();
        return sql(
                "SELECT " + region + " AS BillingRegion, " + scope.bucket() + " AS TimeBucket"
                        + ", count(*) FILTER (NOT " + SECURE + ") AS HTTP, count(*) FILTER (" + SECURE + ") AS HTTPS"
                        + ", coalesce(sum(sc_bytes) FILTER (NOT " + SECURE + "), 0) AS HTTPBytes"
                        + ", coalesce(sum(sc_bytes) FILTER (" + SECURE + "), 0) AS HTTPSBytes"
                        + ", coalesce(sum(cs_bytes), 0) AS BytesIn, coalesce(sum(sc_bytes), 0) AS BytesOut",
                scope,
                "GROUP BY ALL ORDER BY BillingRegion, TimeBucket");
    }

    private static List<String> pops(RequestTable table, Scope scope) throws IOException {
        var pops = new ArrayList<String>();
        table.ask(sql("SELECT DISTINCT pop", scope, "ORDER BY pop"), new RequestTable.Rows() {
            @Override
            public void columns(List<String> names) {}

            @Override
            public void row(List<@Nullable Object> values) {
                // Letters only: so they are taken in.
                if (values.getFirst() instanceof String pop && pop.matches("[A-Z]{3}")) pops.add(pop);
            }
        });
        return pops;
    }
}
