package dev.perigee.edge.geo;

import dev.perigee.core.geo.CountryTable;
import dev.perigee.core.geo.Location;
import dev.perigee.core.geo.Locations;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The table that Perigee has inside (decision 017), unpacked by a thread of its own while everything else starts. */
final class EmbeddedCountries implements Locations {
    private static final Map<String, Location> LOCATIONS = locations();

    private final FutureTask<CountryTable> unpacking = new FutureTask<>(EmbeddedCountries::unpack);
    private volatile @Nullable CountryTable table;

    /** One for all edges of a process, unpacked when the first of them wants it. */
    private static final class Shared {
        private static final EmbeddedCountries TABLE = new EmbeddedCountries();
    }

    static EmbeddedCountries table() {
        return Shared.TABLE;
    }

    private EmbeddedCountries() {
        Thread.ofPlatform().daemon().name("geo-table").start(unpacking);
    }

    @Override
    public Location at(byte[] address) {
        String code = unpackedTable().of(address);
        Location known = code == null ? null : LOCATIONS.get(code);
        return known == null ? Location.UNKNOWN : known;
    }

    String source() {
        return unpackedTable().source();
    }

    private CountryTable unpackedTable() {
        CountryTable unpacked = table;
        return unpacked == null ? unpacked() : unpacked;
    }

    /** The first who asks may have to wait some milliseconds, once. */
    private CountryTable unpacked() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    CountryTable made = unpacking.get();
                    table = made;
                    return made;
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (java.util.concurrent.ExecutionException damaged) {
                    throw new IllegalStateException("the table of countries is damaged", damaged);
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static CountryTable unpack() throws IOException {
        try (InputStream in = EmbeddedCountries.class.getResourceAsStream("countries.bin")) {
            if (in == null) throw new IOException("countries.bin is missing");
            return CountryTable.unpack(in.readAllBytes());
        }
    }

    /** English name of a country by its code, as CloudFront writes it; null for what is none. */
    static @Nullable String name(String code) {
        Location location = LOCATIONS.get(code);
        return location == null ? null : location.countryName();
    }

    private static Map<String, Location> locations() {
        var all = new HashMap<String, Location>();
        for (String code : Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2)) {
            all.put(code, Location.in(code, Locale.of("", code).getDisplayCountry(Locale.ENGLISH)));
        }
        return Map.copyOf(all);
    }
}
