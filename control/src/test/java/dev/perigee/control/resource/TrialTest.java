package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.core.tls.Seal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

class TrialTest {
    static final Settings SETTINGS = new Settings(
            "123456789012",
            "cloudfront.localhost",
            InstantSource.fixed(Instant.EPOCH),
            () -> 0L,
            new Ids(),
            Seal.ephemeral(),
            null,
            null);

    private static Tables.Row row(DistributionConfig config) {
        return new Tables.Row(
                "E1",
                "r",
                "d1.cloudfront.localhost",
                1,
                "ETAG",
                Xml.write("DistributionConfig", Defaults.fill(config)),
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static void check(Path folder, DistributionConfig config) throws Refused, IOException {
        try (Store store = Store.open(folder.resolve("store.db"))) {
            store.read(tables -> {
                Trial.check(tables, SETTINGS, row(config));
                return true;
            });
        }
    }

    @Test
    void acceptsWhatMakesAPlan(@TempDir Path folder) throws Exception {
        check(folder, Configs.of("r"));
    }

    @Test
    void namesWhyNoPlanCanBeMade(@TempDir Path folder) {
        DistributionConfig config = Configs.behavior(b -> b.cachePolicyId("gone"));
        Refused refused = assertThrows(Refused.class, () -> check(folder, config));
        assertEquals("InvalidArgument", refused.code());
        assertTrue(refused.text().contains("E1") && refused.text().contains("gone"), refused.text());
    }
}
