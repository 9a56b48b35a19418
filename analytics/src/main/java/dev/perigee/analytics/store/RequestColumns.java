package dev.perigee.analytics.store;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The columns of the table {@code requests}: CloudFront's fields without their prefixes, where that is plain enough, and what
 * an edge remarks beside a line of its own.
 */
final class RequestColumns {
    /** Fields of a line in the standard format. */
    static final int FIELDS = 33;

    /**
     * What an edge remarks on the line that follows: what the cache key is made from that the line does not have, and what
     * came from the origin.
     */
    static final List<String> REMARKS = List.of(
            "keyed",
            "cache_control",
            "expires",
            "etag",
            "last_modified",
            "content_encoding",
            "accept_encoding",
            "checksum");

    private static final List<Column> COLUMNS = columns();

    private RequestColumns() {}

    /**
     * A column.
     *
     * @param from an expression over the fields {@code f0} to {@code f32} and the remarks
     */
    private record Column(String name, String type, String from) {
        String selected() {
            return from + " AS \"" + name + "\"";
        }

        String missing() {
            return "NULL::" + type + " AS \"" + name + "\"";
        }
    }

    private static List<Column> columns() {
        var all = new ArrayList<Column>();
        all.add(new Column("timestamp", "TIMESTAMP", "moment"));
        all.add(new Column("date", "DATE", "moment::DATE"));
        all.add(new Column("time", "TIME", "moment::TIME"));
        text(all, "edge_location", 2);
        number(all, "sc_bytes", 3);
        text(all, "c_ip", 4);
        text(all, "method", 5);
        text(all, "host", 6);
        text(all, "uri_stem", 7);
        all.add(new Column("status", "INTEGER", "TRY_CAST(f8 AS INTEGER)"));
        text(all, "referer", 9);
        text(all, "user_agent", 10);
        text(all, "uri_query", 11);
        text(all, "cookie", 12);
        text(all, "result_type", 13);
        text(all, "request_id", 14);
        text(all, "host_header", 15);
        text(all, "protocol", 16);
        number(all, "cs_bytes", 17);
        all.add(new Column("time_taken", "DOUBLE", "TRY_CAST(f18 AS DOUBLE)"));
        text(all, "forwarded_for", 19);
        text(all, "ssl_protocol", 20);
        text(all, "ssl_cipher", 21);
        text(all, "response_result_type", 22);
        text(all, "protocol_version", 23);
        text(all, "fle_status", 24);
        number(all, "fle_encrypted_fields", 25);
        number(all, "c_port", 26);
        all.add(new Column("time_to_first_byte", "DOUBLE", "TRY_CAST(f27 AS DOUBLE)"));
        text(all, "detailed_result_type", 28);
        text(all, "content_type", 29);
        number(all, "content_len", 30);
        number(all, "range_start", 31);
        number(all, "range_end", 32);
        for (String remark : REMARKS) all.add(new Column(remark, "VARCHAR", "\"" + remark + "\""));
        return List.copyOf(all);
    }

    private static void text(List<Column> all, String name, int field) {
        all.add(new Column(name, "VARCHAR", "f" + field));
    }

    private static void number(List<Column> all, String name, int field) {
        all.add(new Column(name, "BIGINT", "TRY_CAST(f" + field + " AS BIGINT)"));
    }

    /** Reads lines as {@link LogChunk} writes them into rows with the columns, and day, hour and pop of their partition. */
    static String read(Object file) {
        var fields = new ArrayList<String>();
        for (int i = 0; i < FIELDS; i++) fields.add("'f" + i + "': 'VARCHAR'");
        for (String remark : REMARKS) fields.add("'" + remark + "': 'VARCHAR'");
        return "SELECT "
                + COLUMNS.stream().map(Column::selected).collect(Collectors.joining(", "))
                + ", strftime(moment, '%Y-%m-%d') AS \"day\", strftime(moment, '%H') AS \"hour\""
                + ", upper(regexp_extract(f2, '^[A-Za-z]{3}')) AS \"pop\""
                + " FROM (SELECT *, TRY_CAST(f0 || ' ' || f1 AS TIMESTAMP) AS moment FROM read_csv("
                + Duck.quoted(file)
                + ", auto_detect = false, header = false, delim = '\\t', quote = '', escape = '', nullstr = '-', columns = {"
                + String.join(", ", fields)
                + "})) WHERE moment IS NOT NULL AND f2 SIMILAR TO '[A-Za-z]{3}.*'";
    }

    /** Names of the columns that are in a file; the partition's are in its path. */
    static String names() {
        return COLUMNS.stream().map(column -> "\"" + column.name() + "\"").collect(Collectors.joining(", "));
    }

    /** The columns of the view, in its order: the PoP comes after the time, as in the log. */
    static String shown() {
        return COLUMNS.stream()
                .map(column -> "\"" + column.name() + "\"")
                .collect(Collectors.joining(", "))
                .replace("\"edge_location\"", "\"pop\", \"edge_location\"");
    }

    /** A table without rows. */
    static String none() {
        return "SELECT " + COLUMNS.stream().map(Column::missing).collect(Collectors.joining(", "))
                + ", NULL::VARCHAR AS pop WHERE false";
    }
}
