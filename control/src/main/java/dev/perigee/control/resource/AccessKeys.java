package dev.perigee.control.resource;

import dev.perigee.control.access.Caller;
import dev.perigee.control.access.KeyDesk;
import dev.perigee.control.access.Keyring;
import dev.perigee.control.access.Role;
import dev.perigee.core.tls.Seal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the API. SigV4 is checked with the secret itself, not with a hash of it, so secrets rest sealed. What holds is
 * also kept in memory, where each request looks it up; it changes when the database has.
 */
public final class AccessKeys implements Keyring, KeyDesk {
    private static final Logger LOG = LoggerFactory.getLogger(AccessKeys.class);

    static final int KEYS_MAX = 500;
    private static final int REVOKED_KEPT = 500;
    private static final String ID_PREFIX = "AKPG";
    private static final String ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ID_CHARS = 20;
    private static final String SECRET_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int SECRET_CHARS = 40;

    private final Store store;
    private final Seal seal;
    private final InstantSource clock;
    private final Map<String, String> builtIn;
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();

    /**
     * @param clock of the wall
     * @param builtIn secrets of keys that are always there, with the role of an administrator
     */
    public AccessKeys(Store store, Seal seal, InstantSource clock, Map<String, String> builtIn) {
        this.store = store;
        this.seal = seal;
        this.clock = clock;
        this.builtIn = Map.copyOf(builtIn);
        builtIn.forEach((id, secret) -> callers.put(id, new Caller(id, secret, Role.ADMIN, null)));
        for (Row row : store.readUnrefused(AccessKeys::rows)) {
            Caller caller = row.revoked() == 0 ? opened(row) : null;
            if (caller != null) callers.put(caller.accessKeyId(), caller);
        }
    }

    private record Row(String id, String role, String distribution, String sealedSecret, long created, long revoked) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getString("id"),
                    row.getString("role"),
                    row.getString("distribution"),
                    row.getString("sealed_secret"),
                    row.getLong("created"),
                    row.getLong("revoked"));
        }

        @Nullable
        String limit() {
            return distribution.isEmpty() ? null : distribution;
        }
    }

    private static List<Row> rows(Tables tables) throws SQLException {
        List<Row> rows = new ArrayList<>();
        tables.query("SELECT * FROM access_keys ORDER BY created, id", row -> rows.add(Row.of(row)));
        return rows;
    }

    /** A key that cannot be opened is as good as revoked; the others are not to suffer by it. */
    private @Nullable Caller opened(Row row) {
        Role role = Role.of(row.role());
        try {
            String secret = new String(seal.open(sealName(row.id()), row.sealedSecret()), StandardCharsets.US_ASCII);
            if (role != null) return new Caller(row.id(), secret, role, row.limit());
            LOG.error("the access key {} has the unknown role '{}' and cannot be used", row.id(), row.role());
        } catch (GeneralSecurityException e) {
            LOG.error("the access key {} does not open with this folder's seal.key and cannot be used", row.id());
        }
        return null;
    }

    private static String sealName(String id) {
        return "access-key/" + id;
    }

    @Override
    public @Nullable Caller find(String accessKeyId) {
        return callers.get(accessKeyId);
    }

    @Override
    public Outcome add(Role role, @Nullable String distribution) {
        Caller fresh = new Caller(
                ID_PREFIX + letters(ID_LETTERS, ID_CHARS - ID_PREFIX.length()),
                letters(SECRET_LETTERS, SECRET_CHARS),
                role,
                distribution);
        String sealed = seal.close(sealName(fresh.accessKeyId()), fresh.secret().getBytes(StandardCharsets.US_ASCII));
        Outcome outcome = store.writeUnrefused(tables -> {
            if (distribution != null && tables.find(Tables.Kind.DISTRIBUTION, distribution) == null) {
                return new Outcome.Declined("there is no distribution " + distribution);
            }
            if (tables.number("SELECT COUNT(*) FROM access_keys WHERE revoked = 0") >= KEYS_MAX) {
                return new Outcome.Declined("there are " + KEYS_MAX + " keys, which is the limit; revoke some");
            }
            tables.update(
                    "INSERT INTO access_keys (id, role, distribution, sealed_secret, created, revoked)"
                            + " VALUES (?, ?, ?, ?, ?, 0)",
                    fresh.accessKeyId(),
                    role.label(),
                    distribution == null ? "" : distribution,
                    sealed,
                    clock.millis());
            return new Outcome.Added(fresh);
        });
        if (outcome instanceof Outcome.Added(Caller added)) callers.put(added.accessKeyId(), added);
        return outcome;
    }

    @Override
    public Outcome revoke(String accessKeyId) {
        if (builtIn.containsKey(accessKeyId)) {
            return new Outcome.Declined(
                    "the key " + accessKeyId + " is built in: start with --no-test-key to do without it");
        }
        Outcome outcome = store.writeUnrefused(tables -> {
            int changed = tables.update(
                    "UPDATE access_keys SET revoked = ?, sealed_secret = '' WHERE id = ? AND revoked = 0",
                    Math.max(1, clock.millis()),
                    accessKeyId);
            if (changed == 0) return new Outcome.Declined("there is no key " + accessKeyId + " to revoke");
            tables.update(
                    "DELETE FROM access_keys WHERE revoked > 0 AND id NOT IN"
                            + " (SELECT id FROM access_keys WHERE revoked > 0 ORDER BY revoked DESC, id LIMIT ?)",
                    REVOKED_KEPT);
            return new Outcome.Revoked();
        });
        if (outcome instanceof Outcome.Revoked) callers.remove(accessKeyId);
        return outcome;
    }

    @Override
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        builtIn.keySet().stream().sorted().forEach(id -> entries.add(new Entry(id, Role.ADMIN, null, null, null)));
        for (Row row : store.readUnrefused(AccessKeys::rows)) {
            Role role = Role.of(row.role());
            // One that a newer version knows: it cannot be used here, but it is there.
            if (role == null) continue;
            entries.add(new Entry(
                    row.id(),
                    role,
                    row.limit(),
                    Instant.ofEpochMilli(row.created()),
                    row.revoked() == 0 ? null : Instant.ofEpochMilli(row.revoked())));
        }
        return entries;
    }

    private String letters(String alphabet, int count) {
        StringBuilder text = new StringBuilder(count);
        while (text.length() < count) text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        return text.toString();
    }
}
