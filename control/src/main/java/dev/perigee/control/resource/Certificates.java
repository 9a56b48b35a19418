package dev.perigee.control.resource;

import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.tls.ServerCertificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The certificates at rest. */
final class Certificates {
    private static final String COLUMNS =
            "arn, type, names, key_algorithm, chain, sealed_key, validation, token, request,"
                    + " created, issued, not_before, not_after";

    private Certificates() {}

    /**
     * A certificate at rest.
     *
     * @param type as the API has it: IMPORTED or AMAZON_ISSUED
     * @param chain DER in Base64, its own first, one a line
     * @param validation method, for those that were requested; else empty
     * @param token of the request, likewise
     * @param request what was requested, likewise
     * @param issued when it was issued or imported last
     */
    record Entry(
            String arn,
            String type,
            List<String> names,
            String keyAlgorithm,
            String chain,
            String sealedKey,
            String validation,
            String token,
            String request,
            Instant created,
            Instant issued,
            Instant notBefore,
            Instant notAfter) {
        static final String IMPORTED = "IMPORTED";
        static final String REQUESTED = "AMAZON_ISSUED";

        boolean isImported() {
            return type.equals(IMPORTED);
        }

        String status(Instant now) {
            return now.isAfter(notAfter) ? "EXPIRED" : "ISSUED";
        }

        List<String> encoded() {
            return chain.lines().toList();
        }

        ServerCertificate inPlan() {
            return new ServerCertificate(arn, names, encoded(), sealedKey);
        }

        @Override
        public String toString() {
            return "Entry[" + arn + ", " + names + "]";
        }
    }

    /** What edges may present: also what has expired, since an outage helps nobody who was warned. */
    static List<ServerCertificate> all(Tables tables) throws SQLException {
        return entries(tables, "1 = 1 ORDER BY arn").stream().map(Entry::inPlan).toList();
    }

    static @Nullable Entry find(Tables tables, String arn) throws SQLException {
        List<Entry> found = entries(tables, "arn = ?", arn);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Newest first. */
    static List<Entry> list(Tables tables) throws SQLException {
        return entries(tables, "1 = 1 ORDER BY created DESC, arn");
    }

    static List<Entry> requestedWith(Tables tables, String token) throws SQLException {
        return entries(tables, "token = ? AND token <> ''", token);
    }

    static long count(Tables tables) throws SQLException {
        return tables.number("SELECT COUNT(*) FROM certificates");
    }

    /** Inserts, or replaces what has this ARN. */
    static void put(Tables tables, Entry entry) throws SQLException {
        tables.update(
                "INSERT OR REPLACE INTO certificates (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entry.arn(),
                entry.type(),
                String.join(" ", entry.names()),
                entry.keyAlgorithm(),
                entry.chain(),
                entry.sealedKey(),
                entry.validation(),
                entry.token(),
                entry.request(),
                entry.created().toEpochMilli(),
                entry.issued().toEpochMilli(),
                entry.notBefore().toEpochMilli(),
                entry.notAfter().toEpochMilli());
    }

    static void delete(Tables tables, String arn) throws SQLException {
        tables.update("DELETE FROM certificates WHERE arn = ?", arn);
    }

    /** The distributions that present it. */
    static List<Row> users(Tables tables, String arn) throws SQLException {
        return Distributions.using(
                tables, config -> arn.equals(config.viewerCertificate().acmCertificateArn()));
    }

    /** The ARNs of those that some distribution presents. */
    static Set<String> used(Tables tables) throws SQLException {
        Set<String> used = new HashSet<>();
        for (Row row : tables.all(Tables.Kind.DISTRIBUTION)) {
            String arn = Distributions.configOf(row).viewerCertificate().acmCertificateArn();
            if (arn != null) used.add(arn);
        }
        return used;
    }

    private static List<Entry> entries(Tables tables, String where, Object... arguments) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        tables.query(
                "SELECT " + COLUMNS + " FROM certificates WHERE " + where, row -> entries.add(entry(row)), arguments);
        return entries;
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getString("arn"),
                row.getString("type"),
                List.of(row.getString("names").split(" ", -1)),
                row.getString("key_algorithm"),
                row.getString("chain"),
                row.getString("sealed_key"),
                row.getString("validation"),
                row.getString("token"),
                row.getString("request"),
                Instant.ofEpochMilli(row.getLong("created")),
                Instant.ofEpochMilli(row.getLong("issued")),
                Instant.ofEpochMilli(row.getLong("not_before")),
                Instant.ofEpochMilli(row.getLong("not_after")));
    }
}
