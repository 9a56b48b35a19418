package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.tls.Seal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;

/** Whoever uses a changed policy is in progress until the edges have the change. */
class PolicyUpdateTest {
    private final AtomicLong acknowledged = new AtomicLong();
    private final Settings settings = new Settings(
            "123456789012",
            "cloudfront.localhost",
            InstantSource.fixed(Instant.EPOCH),
            acknowledged::get,
            new Ids(),
            Seal.ephemeral(),
            null,
            null);
    private final Store store;

    PolicyUpdateTest(@TempDir Path folder) throws IOException {
        store = Store.open(folder.resolve("store.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static CachePolicyConfig config(long minTtl) {
        return CachePolicyConfig.builder().name("mine").minTTL(minTtl).build();
    }

    private Row distribution(String id) throws Refused {
        return store.read(tables -> Distributions.existing(tables, id));
    }

    private void insert(String id, String policy) throws Refused {
        var config = Defaults.fill(Configs.behavior(b -> b.cachePolicyId(policy)));
        store.write(tables -> {
            Row row = new Row(
                    id,
                    id,
                    id.toLowerCase(Locale.ROOT) + ".cloudfront.localhost",
                    tables.advance(),
                    "ETAG" + id,
                    Xml.write("DistributionConfig", config),
                    Instant.EPOCH,
                    Instant.EPOCH);
            tables.insert(Kind.DISTRIBUTION, row);
            return row;
        });
    }

    @Test
    void usersAreInProgressUntilTheChangeIsAcknowledged() throws Refused {
        var policy = Policies.CACHE.create(store, settings, config(1));
        insert("E1", policy.id());
        insert("E2", "658327ea-f89d-4fab-a63d-7e88639e58f6");
        acknowledged.set(store.read(Tables::revision));
        var views = new DistributionViews(settings);
        assertTrue(views.deployed(distribution("E1")) && views.deployed(distribution("E2")));

        Policies.CACHE.update(store, settings, policy.id(), policy.etag(), config(2));
        assertFalse(views.deployed(distribution("E1")));
        assertTrue(views.deployed(distribution("E2")), "does not use it");
        assertEquals("ETAGE1", distribution("E1").etag(), "its own config is the same");

        acknowledged.set(store.read(Tables::revision));
        assertTrue(views.deployed(distribution("E1")));
    }
}
