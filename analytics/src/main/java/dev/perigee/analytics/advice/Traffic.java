package dev.perigee.analytics.advice;

import dev.perigee.analytics.store.RequestTable;
import dev.perigee.core.cost.Usage;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.QueryString;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.serve.Routes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The logged requests of one distribution, in order of time.
 *
 * @param requests all of them, or those of a part of the paths
 * @param times how much more there were: 1 when these are all
 * @param seconds from the first to the last
 */
record Traffic(List<LoggedRequest> requests, long times, long seconds) {
    /** Objects are left out as wholes, so that what is left has the hits and misses that it had. */
    private static final int REQUESTS_MAX = 60_000;

    private static final String COLUMNS =
            "epoch(timestamp)::BIGINT, pop, method, uri_stem, uri_query, status, result_type,"
                    + " sc_bytes, time_taken, protocol, user_agent, keyed, accept_encoding, cache_control, expires, etag,"
                    + " last_modified, content_encoding, content_type, content_len, checksum, detailed_result_type";

    private static final Selection UNSIGNED =
            Selection.allExcept(List.of("Expires", "Signature", "Policy", "Key-Pair-Id", "Hash-Algorithm"));

    /** @param since null for all that is kept */
    static Traffic of(RequestTable table, Distribution distribution, @Nullable Instant since) throws IOException {
        String mine = " FROM requests WHERE host = '"
                + distribution.domainName().replace("'", "''") + "' AND method IN ('GET', 'HEAD') AND status > 0"
                + (since == null ? "" : " AND timestamp >= to_timestamp(" + since.getEpochSecond() + ")::TIMESTAMP");
        long count = 0;
        for (List<@Nullable Object> row : rows(table, "SELECT count(*)" + mine)) count = number(row.getFirst());
        long times = (count + REQUESTS_MAX - 1) / REQUESTS_MAX;
        String some = times > 1 ? " AND hash(uri_stem) % " + times + " = 0" : "";
        var requests = new ArrayList<LoggedRequest>();
        var reading = new Reading(distribution);
        String order = " ORDER BY timestamp, result_type = 'Hit', request_id";
        for (List<@Nullable Object> row : rows(table, "SELECT " + COLUMNS + mine + some + order)) {
            LoggedRequest request = reading.request(row);
            if (request != null) requests.add(request);
        }
        long seconds = requests.isEmpty()
                ? 0
                : requests.getLast().second() - requests.getFirst().second() + 1;
        return new Traffic(requests, Math.max(1, times), seconds);
    }

    private static List<List<@Nullable Object>> rows(RequestTable table, String sql) throws IOException {
        var all = new ArrayList<List<@Nullable Object>>();
        table.ask(sql, new RequestTable.Rows() {
            @Override
            public void columns(List<String> names) {}

            @Override
            public void row(List<@Nullable Object> values) {
                all.add(values);
            }
        });
        return all;
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    /** From rows to requests; equal texts become one. */
    private static final class Reading {
        private final Distribution distribution;
        private final Map<String, String> texts = new HashMap<>();

        Reading(Distribution distribution) {
            this.distribution = distribution;
        }

        @Nullable
        LoggedRequest request(List<@Nullable Object> row) {
            String path = text(row.get(3));
            String result = text(row.get(6));
            Method method = Method.of(String.valueOf(row.get(2)));
            if (path == null || result == null || method == null) return null;
            String root = distribution.defaultRootObject();
            if (path.equals("/") && root != null) path = "/" + root;
            String query = text(row.get(4));
            // What proves a viewer's right is taken off before the key is made.
            if (Routes.behavior(distribution, path).trustedKeys() != null) query = QueryString.select(query, UNSIGNED);
            int status = (int) number(row.get(5));
            Fields fields = fields(text(row.get(11)), text(row.get(12)));
            String host = fields.first("host");
            RequestHead head =
                    new RequestHead(method.name(), path, query, host == null ? "" : host, HttpVersion.HTTP_1_1, fields);
            String agent = text(row.get(10));
            boolean fetched = result.equals("Miss") || (result.equals("Error") && row.get(20) != null);
            // It was asked and gave no answer, or none that was one.
            boolean refused = result.equals("Error")
                    && status >= 500
                    && String.valueOf(row.get(21)).startsWith("Origin");
            return new LoggedRequest(
                    number(row.getFirst()),
                    String.valueOf(text(row.get(1))),
                    method,
                    head,
                    status,
                    result,
                    number(row.get(7)),
                    row.get(8) instanceof Number taken ? taken.doubleValue() : 0,
                    Usage.isSecure(String.valueOf(row.get(9))),
                    agent != null && agent.startsWith("Mozilla/"),
                    fetched || refused || result.equals("RefreshHit") ? answer(status, row) : null,
                    fetched && method == Method.GET ? signature(status, row) : null);
        }

        private @Nullable String text(@Nullable Object value) {
            if (value == null) return null;
            String decoded = decoded(value.toString());
            String known = texts.putIfAbsent(decoded, decoded);
            return known == null ? decoded : known;
        }

        /** The key's headers and cookies, with what tells values apart in the place of values. */
        private static Fields fields(@Nullable String keyed, @Nullable String encoding) {
            Fields.Builder fields = Fields.builder(4);
            if (encoding != null) fields.add("Accept-Encoding", encoding);
            if (keyed == null) return fields.build();
            var cookies = new StringBuilder();
            for (String part : keyed.split(";", -1)) {
                int equals = part.lastIndexOf('=');
                if (equals < 3) continue;
                String value = part.substring(equals + 1);
                if (part.startsWith("c:")) {
                    if (!cookies.isEmpty()) cookies.append("; ");
                    cookies.append(part, 2, part.length());
                } else if (!value.equals("0")) {
                    fields.add(part.substring(2, equals), value);
                }
            }
            if (!cookies.isEmpty()) fields.add("Cookie", cookies.toString());
            return fields.build();
        }

        private ResponseHead answer(int status, List<@Nullable Object> row) {
            Fields.Builder fields = Fields.builder(6);
            String caching = text(row.get(13));
            String expires = text(row.get(14));
            if (caching != null) fields.add("Cache-Control", caching);
            else if (expires != null) {
                // By then: a replay asks for it at other times.
                long until = HttpDate.parse(expires);
                long left = until == HttpDate.NONE ? 0 : Math.max(0, until - number(row.getFirst()));
                fields.add("Cache-Control", "max-age=" + left);
            }
            add(fields, "ETag", text(row.get(15)));
            add(fields, "Last-Modified", text(row.get(16)));
            add(fields, "Content-Encoding", text(row.get(17)));
            add(fields, "Content-Type", text(row.get(18)));
            if (row.get(19) != null) fields.add("Content-Length", Long.toString(number(row.get(19))));
            return new ResponseHead(Math.max(200, status), fields.build());
        }

        private static void add(Fields.Builder fields, String name, @Nullable String value) {
            if (value != null) fields.add(name, value);
        }

        /** By the content itself where the edge has seen it whole. */
        private @Nullable String signature(int status, List<@Nullable Object> row) {
            Object sum = row.get(20);
            String type = status + " " + row.get(18) + " ";
            return text(
                    sum != null
                            ? type + sum
                            : type + row.get(15) + " " + row.get(16) + " " + row.get(19) + " " + row.get(7));
        }

        /** As it was before the log encoded it. */
        private static String decoded(String text) {
            if (text.indexOf('%') < 0) return text;
            var plain = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    plain.append(c);
                } else {
                    plain.append((char) (high * 16 + low));
                    i += 2;
                }
            }
            return plain.toString();
        }
    }
}
