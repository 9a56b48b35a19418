package dev.perigee.control.resource;

import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.ServerCertificate;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is under way to have certificates issued, at rest: orders, and what proves to authorities that names are ours. */
final class CertificateOrders {
    private CertificateOrders() {}

    /**
     * The state of one certificate's issuance or renewal.
     *
     * @param directory of the ACME order in progress, empty without one; so are its location and its key
     * @param attempts that failed in a row
     * @param refusals those of them that an authority refused
     * @param retryAt not before, by the wall's time
     * @param lastError empty when nothing has failed
     */
    record Order(
            String arn,
            String directory,
            String location,
            String sealedKey,
            int attempts,
            int refusals,
            Instant retryAt,
            String lastError) {
        /** With another order in progress. */
        Order at(String newDirectory, String newLocation, String newKey) {
            return new Order(arn, newDirectory, newLocation, newKey, attempts, refusals, retryAt, lastError);
        }

        Order failed(boolean refusal, Instant next, String error) {
            int refused = refusals + (refusal ? 1 : 0);
            return new Order(arn, directory, location, sealedKey, attempts + 1, refused, next, error);
        }

        @Override
        public String toString() {
            return "Order[" + arn + ", " + attempts + " failed, " + lastError + "]";
        }
    }

    /** One proof at rest; a token for http-01, a chain for tls-alpn-01. */
    record Proof(String host, String token, String answer, String chain, String sealedKey) {}

    /** Of this certificate; a fresh one when there is none. */
    static Order of(Tables tables, String arn) throws SQLException {
        List<Order> found = orders(tables, " WHERE arn = ?", arn);
        return found.isEmpty() ? new Order(arn, "", "", "", 0, 0, Instant.EPOCH, "") : found.getFirst();
    }

    static List<Order> all(Tables tables) throws SQLException {
        return orders(tables, "");
    }

    private static List<Order> orders(Tables tables, String where, Object... arguments) throws SQLException {
        List<Order> orders = new ArrayList<>();
        tables.query(
                "SELECT arn, directory, location, sealed_key, attempts, refusals, retry_at, last_error FROM certificate_orders"
                        + where,
                row -> orders.add(new Order(
                        row.getString("arn"),
                        row.getString("directory"),
                        row.getString("location"),
                        row.getString("sealed_key"),
                        row.getInt("attempts"),
                        row.getInt("refusals"),
                        Instant.ofEpochMilli(row.getLong("retry_at")),
                        row.getString("last_error"))),
                arguments);
        return orders;
    }

    static void put(Tables tables, Order order) throws SQLException {
        tables.update(
                "INSERT OR REPLACE INTO certificate_orders (arn, directory, location, sealed_key, attempts, refusals,"
                        + " retry_at, last_error) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                order.arn(),
                order.directory(),
                order.location(),
                order.sealedKey(),
                order.attempts(),
                order.refusals(),
                order.retryAt().toEpochMilli(),
                order.lastError());
    }

    /** Nothing is under way any more for this certificate. */
    static void delete(Tables tables, String arn) throws SQLException {
        tables.update("DELETE FROM certificate_orders WHERE arn = ?", arn);
        withdraw(tables, arn);
    }

    // ---- proofs

    /** In place of those before. */
    static void publish(Tables tables, String arn, List<Proof> proofs) throws SQLException {
        withdraw(tables, arn);
        for (Proof proof : proofs) {
            tables.update(
                    "INSERT INTO acme_challenges (arn, host, token, answer, chain, sealed_key)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    arn,
                    proof.host(),
                    proof.token(),
                    proof.answer(),
                    proof.chain(),
                    proof.sealedKey());
        }
    }

    /** Whether there were any: plans have them. */
    static boolean withdraw(Tables tables, String arn) throws SQLException {
        return tables.update("DELETE FROM acme_challenges WHERE arn = ?", arn) > 0;
    }

    /** As plans have them; null without any. A token is answered for every name of its order. */
    static @Nullable Challenges challenges(Tables tables) throws SQLException {
        List<Challenges.Http> http = new ArrayList<>();
        List<ServerCertificate> tls = new ArrayList<>();
        tables.query(
                "SELECT c.host, c.token, c.answer, c.chain, c.sealed_key, c.arn, n.names FROM acme_challenges c"
                        + " JOIN certificates n ON n.arn = c.arn ORDER BY c.arn, c.host",
                row -> {
                    String host = row.getString("host");
                    String chain = row.getString("chain");
                    if (chain.isEmpty()) {
                        List<String> hosts = List.of(row.getString("names").split(" ", -1));
                        http.add(new Challenges.Http(row.getString("token"), row.getString("answer"), hosts));
                    } else {
                        String id = proofId(row.getString("arn"), host);
                        tls.add(new ServerCertificate(id, List.of(host), List.of(chain), row.getString("sealed_key")));
                    }
                });
        return http.isEmpty() && tls.isEmpty() ? null : new Challenges(http, tls);
    }

    /** The name that the key of a proof is sealed under. */
    static String proofId(String arn, String host) {
        return Challenges.PROTOCOL + " " + host + " " + arn;
    }

    // ---- accounts

    /** An account at rest; its key is sealed under the directory. */
    record Account(String location, String sealedKey) {
        @Override
        public String toString() {
            return "Account[" + location + "]";
        }
    }

    static @Nullable Account account(Tables tables, String directory) throws SQLException {
        List<Account> found = new ArrayList<>();
        tables.query(
                "SELECT location, sealed_key FROM acme_accounts WHERE directory = ?",
                row -> found.add(new Account(row.getString("location"), row.getString("sealed_key"))),
                directory);
        return found.isEmpty() ? null : found.getFirst();
    }

    static void putAccount(Tables tables, String directory, Account account) throws SQLException {
        tables.update(
                "INSERT OR REPLACE INTO acme_accounts (directory, location, sealed_key) VALUES (?, ?, ?)",
                directory,
                account.location(),
                account.sealedKey());
    }
}
