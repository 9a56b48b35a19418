package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.tls.Seal;
import dev.perigee.core.tls.ServerCertificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;

/** The certificates at rest. */
final class Certificates {
    private static final String COLUMNS =
            "arn, type, names, key_algorithm, chain, sealed_key, validation, token, request,"
                    + " created, issued, not_before, not_after, state, failure, authority, clock_ahead";

    private Certificates() {}

    /**
     * A certificate at rest.
     *
     * @param type as the API has it: IMPORTED or AMAZON_ISSUED
     * @param chain DER in Base64, its own first, one a line; empty until it is issued
     * @param validation method, for those that were requested; else empty
     * @param token of the request, likewise
     * @param request what was requested, likewise
     * @param issued when it was issued or imported last
     * @param state as the API has it, except that the end is not noted
     * @param failure why it was not issued, as the API has it; else empty
     * @param authority the ACME directory that it is from; empty when from the local CA, or imported
     * @param clockAhead of the wall's time, when it was issued
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
            Instant notAfter,
            String state,
            String failure,
            String authority,
            Duration clockAhead) {
        static final String IMPORTED = "IMPORTED";
        static final String REQUESTED = "AMAZON_ISSUED";
        static final String ISSUED = "ISSUED";
        static final String PENDING = "PENDING_VALIDATION";
        static final String FAILED = "FAILED";
        static final String TIMED_OUT = "VALIDATION_TIMED_OUT";

        boolean isImported() {
            return type.equals(IMPORTED);
        }

        boolean isIssued() {
            return state.equals(ISSUED);
        }

        boolean isPending() {
            return state.equals(PENDING);
        }

        String status(Instant now) {
            return isIssued() && now.isAfter(end(now)) ? "EXPIRED" : state;
        }

        /**
         * When it ends by this system's clock. Authorities issue by the time of the wall: where the clock was moved on before
         * that, the lifetime counts from there.
         */
        Instant end(Instant now) {
            return notAfter.plus(ahead(now));
        }

        /** When it is to be renewed, by this system's clock: after two thirds of its lifetime. */
        Instant renewal(Instant now) {
            Duration lifetime = Duration.between(notBefore, notAfter);
            Instant usual =
                    notBefore.plus(lifetime.multipliedBy(2).dividedBy(3)).plus(ahead(now));
            // An authority that dates far back must not be asked again and again.
            Instant earliest = issued.plus(Duration.between(issued, end(now)).dividedBy(3));
            return issued.isAfter(now) || usual.isAfter(earliest) ? usual : earliest;
        }

        /** Nothing where the clock was set back since, as by a restart without the manual one. */
        private Duration ahead(Instant now) {
            return issued.isAfter(now) ? Duration.ZERO : clockAhead;
        }

        /** What was asked for, before there is anything. */
        static Entry unissued(
                String arn,
                String type,
                List<String> names,
                String keyAlgorithm,
                String validation,
                String token,
                String request,
                Instant created,
                String authority) {
            return new Entry(
                    arn,
                    type,
                    names,
                    keyAlgorithm,
                    "",
                    "",
                    validation,
                    token,
                    request,
                    created,
                    created,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    PENDING,
                    "",
                    authority,
                    Duration.ZERO);
        }

        /** Issued or imported, or again. The names that were asked for stay the first, whatever order the authority has. */
        Entry with(CertificateMaterial material, Seal seal, Instant now, Duration ahead) {
            Set<String> all = new LinkedHashSet<>(names);
            all.addAll(material.names());
            return new Entry(
                    arn,
                    type,
                    List.copyOf(all),
                    material.keyAlgorithm(),
                    material.encodedChain(),
                    material.sealedKey(seal, arn),
                    validation,
                    token,
                    request,
                    created,
                    now,
                    material.leaf().getNotBefore().toInstant(),
                    material.leaf().getNotAfter().toInstant(),
                    ISSUED,
                    "",
                    authority,
                    ahead.isNegative() ? Duration.ZERO : ahead);
        }

        /** It will not be issued, or it is from another authority from now on. */
        Entry as(String newState, String why, String from) {
            return new Entry(
                    arn,
                    type,
                    names,
                    keyAlgorithm,
                    chain,
                    sealedKey,
                    validation,
                    token,
                    request,
                    created,
                    issued,
                    notBefore,
                    notAfter,
                    newState,
                    why,
                    from,
                    clockAhead);
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
        return entries(tables, "state = ? ORDER BY arn", Entry.ISSUED).stream()
                .map(Entry::inPlan)
                .toList();
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
                "INSERT OR REPLACE INTO certificates (" + COLUMNS
                        + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                entry.notAfter().toEpochMilli(),
                entry.state(),
                entry.failure(),
                entry.authority(),
                entry.clockAhead().toMillis());
    }

    static void delete(Tables tables, String arn) throws SQLException {
        tables.update("DELETE FROM certificates WHERE arn = ?", arn);
        CertificateOrders.delete(tables, arn);
    }

    /** The distributions that present it. */
    static List<Row> users(Tables tables, String arn) throws SQLException {
        return Distributions.using(tables, config -> presented(config).contains(arn));
    }

    /** The ARNs of those that some distribution presents. */
    static Set<String> used(Tables tables) throws SQLException {
        Set<String> used = new HashSet<>();
        for (Row row : tables.all(Tables.Kind.DISTRIBUTION)) {
            used.addAll(presented(Distributions.configOf(row)));
        }
        return used;
    }

    /** The ARNs of those that a distribution presents, to viewers and to origins. */
    private static Set<String> presented(DistributionConfig config) {
        Set<String> arns = new HashSet<>();
        String toViewers = config.viewerCertificate().acmCertificateArn();
        if (toViewers != null) arns.add(toViewers);
        for (Origin origin : config.origins().items()) {
            String toOrigin = OriginMtlsRules.certificateOf(origin);
            if (toOrigin != null) arns.add(toOrigin);
        }
        return arns;
    }

    /** Whether another certificate may take the place of this one, at the distribution that presents it. */
    static void checkReplacement(String arn, CertificateMaterial material, Row user) throws Refused {
        DistributionConfig config = Distributions.configOf(user);
        if (arn.equals(config.viewerCertificate().acmCertificateArn())) {
            for (String alias : config.aliases().items()) {
                unless(
                        ServerCertificate.covers(material.names(), alias),
                        "ValidationException",
                        "The certificate does not cover " + alias + ", an alias of distribution " + user.id()
                                + ", which uses " + arn + ".");
            }
        }
        for (Origin origin : config.origins().items()) {
            unless(
                    !arn.equals(OriginMtlsRules.certificateOf(origin)) || OriginMtlsRules.isForClients(material.leaf()),
                    "ValidationException",
                    "The certificate does not have the extended key usage TLS client authentication; distribution "
                            + user.id() + " shows " + arn + " to its origin '" + origin.id() + "'.");
        }
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
                Instant.ofEpochMilli(row.getLong("not_after")),
                row.getString("state"),
                row.getString("failure"),
                row.getString("authority"),
                Duration.ofMillis(row.getLong("clock_ahead")));
    }
}
