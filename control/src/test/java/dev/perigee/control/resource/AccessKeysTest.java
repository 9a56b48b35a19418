package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.access.Caller;
import dev.perigee.control.access.KeyDesk.Entry;
import dev.perigee.control.access.KeyDesk.Outcome;
import dev.perigee.control.access.Role;
import dev.perigee.core.tls.Seal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessKeysTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-26T03:00:00Z"));
    private static final Map<String, String> TEST = Map.of("test", "test");

    private final Path database;
    private final Seal seal = Seal.ephemeral();

    AccessKeysTest(@TempDir Path folder) {
        database = folder.resolve("store.db");
    }

    private static Caller added(AccessKeys keys, Role role) {
        return assertInstanceOf(Outcome.Added.class, keys.add(role, null)).key();
    }

    @Test
    void keysSurviveARestartAndRevokedOnesDoNot() throws IOException {
        Caller kept;
        Caller gone;
        try (Store store = Store.open(database)) {
            AccessKeys keys = new AccessKeys(store, seal, CLOCK, TEST);
            kept = added(keys, Role.READ_ONLY);
            gone = added(keys, Role.DEPLOY);
            assertEquals(kept, keys.find(kept.accessKeyId()));
            assertTrue(kept.accessKeyId().matches("AKPG[A-Z2-7]{16}"), kept.accessKeyId());
            assertTrue(kept.secret().matches("[A-Za-z0-9]{40}"));
            assertFalse(kept.toString().contains(kept.secret()));
            assertInstanceOf(Outcome.Revoked.class, keys.revoke(gone.accessKeyId()));
            assertNull(keys.find(gone.accessKeyId()));
            assertInstanceOf(Outcome.Declined.class, keys.revoke(gone.accessKeyId()));
        }
        try (Store store = Store.open(database)) {
            AccessKeys keys = new AccessKeys(store, seal, CLOCK, Map.of());
            assertEquals(kept, keys.find(kept.accessKeyId()));
            assertNull(keys.find(gone.accessKeyId()));
            assertNull(keys.find("test"));
            List<Entry> list = keys.list();
            assertEquals(2, list.size());
            for (Entry entry : list) {
                assertEquals(entry.accessKeyId().equals(gone.accessKeyId()), entry.revoked() != null);
            }
        }
    }

    @Test
    void aKeyThatDoesNotOpenIsNotFound() throws IOException {
        Caller key;
        try (Store store = Store.open(database)) {
            key = added(new AccessKeys(store, seal, CLOCK, TEST), Role.ADMIN);
        }
        try (Store store = Store.open(database)) {
            AccessKeys keys = new AccessKeys(store, Seal.ephemeral(), CLOCK, TEST);
            assertNull(keys.find(key.accessKeyId()));
            assertNotNull(keys.find("test"));
        }
    }

    @Test
    void aDistributionThatDoesNotExistHasNoKey() throws IOException {
        try (Store store = Store.open(database)) {
            AccessKeys keys = new AccessKeys(store, seal, CLOCK, TEST);
            assertInstanceOf(Outcome.Declined.class, keys.add(Role.DEPLOY, "E0000000000000"));
            assertEquals(1, keys.list().size());
        }
    }

    @Test
    void keysAreLimitedAndRevokingMakesRoom() throws IOException {
        try (Store store = Store.open(database)) {
            AccessKeys keys = new AccessKeys(store, seal, CLOCK, Map.of());
            Caller first = added(keys, Role.READ_ONLY);
            for (int i = 1; i < AccessKeys.KEYS_MAX; i++) added(keys, Role.READ_ONLY);
            assertInstanceOf(Outcome.Declined.class, keys.add(Role.READ_ONLY, null));
            keys.revoke(first.accessKeyId());
            added(keys, Role.READ_ONLY);
        }
    }
}
