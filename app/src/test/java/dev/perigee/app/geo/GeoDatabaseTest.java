package dev.perigee.app.geo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.geo.Location;
import dev.perigee.edge.geo.GeoDatabase;
import dev.perigee.testkit.GeoFileWriter;
import dev.perigee.testkit.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GeoDatabaseTest {
    private static final GeoDatabase EMBEDDED = GeoDatabase.embedded();
    private static final String HERE = "192.0.2.7";

    @TempDir
    Path folder = Path.of("");

    /** The addresses of docs/geo.md. */
    @ParameterizedTest(name = "{0} is in {1}")
    @CsvSource({
        "139.130.4.5, AU, Australia",
        "1.128.0.1, AU, Australia",
        "2001:8000::1, AU, Australia",
        "194.25.0.60, DE, Germany",
        "2003::1, DE, Germany",
        "8.8.8.8, US, United States",
        "2001:4860:4860::8888, US, United States",
        "212.58.244.20, GB, United Kingdom",
        "2001:630::1, GB, United Kingdom",
        "::ffff:212.58.244.20, GB, United Kingdom"
    })
    void theTableInsideKnows(String address, String code, String name) {
        Location location = EMBEDDED.at(bytes(address));
        assertEquals(code, location.country());
        assertEquals(name, location.countryName());
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "192.0.2.1", "0.0.0.0", "255.255.255.255", "fe80::1"})
    void nobodyIsNowhere(String address) {
        assertSame(Location.UNKNOWN, EMBEDDED.at(bytes(address)));
    }

    @Test
    void aCityDatabaseKnowsMore() throws IOException {
        Path file = write("city.mmdb", city());
        try (GeoDatabase database = GeoDatabase.of(List.of(file))) {
            Location location = database.at(bytes(HERE));
            assertEquals("AU", location.country());
            assertEquals("NSW", location.region());
            assertEquals("New South Wales", location.regionName());
            assertEquals("Sydney", location.city());
            assertEquals("2000", location.postalCode());
            assertEquals("-33.8688", location.latitude());
            assertEquals("151.2093", location.longitude());
            assertEquals("Australia/Sydney", location.timeZone());
            assertNull(location.metroCode());
            assertNull(location.asn());
            // The file is asked, and only the file.
            assertNull(database.at(bytes("8.8.8.8")).country());
        }
    }

    @Test
    void systemsComeFromAFileOfTheirOwn() throws IOException {
        Path systems = write("asn.mmdb", systems());
        try (GeoDatabase alone = GeoDatabase.of(List.of(systems))) {
            assertEquals("64500", alone.at(bytes("8.8.8.8")).asn());
            assertEquals("US", alone.at(bytes("8.8.8.8")).country());
        }
        try (GeoDatabase both = GeoDatabase.of(List.of(write("city.mmdb", city()), systems))) {
            assertEquals("Sydney", both.at(bytes(HERE)).city());
            assertNull(both.at(bytes(HERE)).asn());
        }
    }

    @Test
    void flatRecordsAreRead() throws IOException {
        Map<String, ?> record =
                Map.of("country_code", "DE", "city", "Bonn", "state1", "NRW", "timezone", "Europe/Berlin");
        Path file = write(
                "flat.mmdb",
                new GeoFileWriter("dbip-city").put("192.0.2.0/24", record).toBytes());
        try (GeoDatabase database = GeoDatabase.of(List.of(file))) {
            Location location = database.at(bytes(HERE));
            assertEquals("DE", location.country());
            assertEquals("Bonn", location.city());
            assertEquals("Europe/Berlin", location.timeZone());
        }
    }

    @Test
    void aChangedFileIsLiveAndABadOneIsNot() throws IOException {
        Path file = write("live.mmdb", country("DE"));
        try (GeoDatabase database = GeoDatabase.of(List.of(file))) {
            assertEquals("DE", database.of(bytes(HERE)));
            replace(file, country("AU"));
            await(() -> "AU".equals(database.of(bytes(HERE))));
            byte[] good = country("GB");
            // In place, as a careless copy does it.
            Files.write(file, Arrays.copyOf(good, good.length - 20));
            await(() -> database.status().refused() == 1);
            assertEquals("AU", database.of(bytes(HERE)));
            assertTrue(
                    database.status().lastRefusal().contains("live.mmdb"),
                    database.status().lastRefusal());
            replace(file, systems());
            await(() -> database.status().refused() == 2);
            assertEquals("AU", database.of(bytes(HERE)));
            Files.delete(file);
            await(() -> database.status().refused() == 3);
            assertEquals("AU", database.of(bytes(HERE)));
            replace(file, good);
            await(() -> "GB".equals(database.of(bytes(HERE))));
            assertEquals(3, database.status().loaded());
        }
    }

    @Test
    void aMissingFileAtTheStartIsSaid() {
        IOException failure =
                assertThrows(IOException.class, () -> GeoDatabase.of(List.of(folder.resolve("none.mmdb"))));
        assertTrue(String.valueOf(failure.getMessage()).contains("none.mmdb"), failure.toString());
    }

    /** Cut anywhere, the file is refused: the metadata, which everything hangs on, stand at its end. */
    @Test
    void everyCutIsRefused() throws IOException {
        byte[] whole = city();
        Path file = folder.resolve("cut.mmdb");
        for (int length = 0; length < whole.length; length += 13) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(IOException.class, () -> GeoDatabase.of(List.of(file)), "cut to " + length);
        }
    }

    /** Whatever is damaged, it is refused or read: it never breaks a look-up. */
    @Test
    void damageNeverBreaksALookUp() throws IOException {
        long seed = Long.getLong("perigee.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] whole = city();
        Path file = folder.resolve("damaged.mmdb");
        for (int round = 0; round < 400; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i <= random.nextInt(4); i++)
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            Files.write(file, damaged);
            try (GeoDatabase database = GeoDatabase.of(List.of(file))) {
                String country = database.of(bytes(HERE));
                assertTrue(country == null || country.matches("[A-Z]{2}"), "seed " + seed + ": " + country);
            } catch (IOException refused) {
                assertTrue(String.valueOf(refused.getMessage()).contains("damaged.mmdb"));
            }
        }
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private void replace(Path file, byte[] content) throws IOException {
        Files.move(write("next", content), file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] country(String code) {
        return new GeoFileWriter("GeoLite2-Country")
                .put("192.0.2.0/24", Map.of("country", Map.of("iso_code", code)))
                .toBytes();
    }

    private static byte[] systems() {
        return new GeoFileWriter("GeoLite2-ASN")
                .put("8.8.8.0/24", Map.of("autonomous_system_number", 64_500))
                .toBytes();
    }

    private static byte[] city() {
        return new GeoFileWriter("GeoLite2-City")
                .put(
                        "192.0.2.0/24",
                        Map.of(
                                "country", Map.of("iso_code", "AU", "names", Map.of("en", "Australia")),
                                "subdivisions",
                                        List.of(Map.of("iso_code", "NSW", "names", Map.of("en", "New South Wales"))),
                                "city", Map.of("names", Map.of("en", "Sydney", "de", "Sydney")),
                                "postal", Map.of("code", "2000"),
                                "location",
                                        Map.of(
                                                "latitude",
                                                -33.8688,
                                                "longitude",
                                                151.2093,
                                                "time_zone",
                                                "Australia/Sydney")))
                .put("2001:db8::/32", Map.of("country", Map.of("iso_code", "DE")))
                .toBytes();
    }

    private static byte[] bytes(String address) {
        return InetAddress.ofLiteral(address).getAddress();
    }

    private static void await(BooleanSupplier wanted) {
        Patience.eventually("live within 10 s", wanted);
    }
}
