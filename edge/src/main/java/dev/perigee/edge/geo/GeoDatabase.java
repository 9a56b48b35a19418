package dev.perigee.edge.geo;

import dev.perigee.core.geo.Location;
import dev.perigee.core.geo.Locations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where addresses are: by the files that were given, as they are now, else by the table inside. A file that changes is looked
 * at beside the traffic and takes the other's place when it is whole and knows as much; any other leaves everything as it
 * was. Of two files that know countries, the first one counts. Any thread.
 */
public final class GeoDatabase implements Locations, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GeoDatabase.class);
    /** A file is taken once it has looked the same twice. */
    private static final int POLL_MILLIS = 700;
    /** Addresses that were decoded lately; a power of two. */
    private static final int RECENT = 4096;

    private final List<WatchedFile> files;
    private final LongAdder loaded = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile String lastRefusal = "";
    private volatile AtomicReferenceArray<@Nullable Recent> recent = new AtomicReferenceArray<>(RECENT);
    private volatile boolean closed;
    private final @Nullable Thread watcher;

    // Never compared as a whole.
    @SuppressWarnings("ArrayRecordComponent")
    private record Recent(byte[] address, Location location) {}

    private GeoDatabase(List<WatchedFile> files) {
        this.files = List.copyOf(files);
        this.watcher = files.isEmpty()
                ? null
                : Thread.ofPlatform().daemon().name("geo-watch").unstarted(this::watch);
    }

    /** The table inside, and nothing else. */
    public static GeoDatabase embedded() {
        // Unpacked from now on, so that it is there when somebody asks.
        var _ = EmbeddedCountries.table();
        return new GeoDatabase(List.of());
    }

    /**
     * These files, or the table inside where they know nothing; watches them from now on.
     *
     * @throws IOException with a line for the user, when one of them cannot be used
     */
    public static GeoDatabase of(List<Path> paths) throws IOException {
        List<WatchedFile> files = new ArrayList<>();
        if (paths.isEmpty()) return embedded();
        for (Path path : paths) {
            try {
                files.add(WatchedFile.open(path));
            } catch (IOException e) {
                throw new IOException("the geo database " + path + " cannot be used: " + e.getMessage(), e);
            }
        }
        GeoDatabase database = new GeoDatabase(files);
        database.loaded.add(files.size());
        if (database.watcher != null) database.watcher.start();
        return database;
    }

    @Override
    public Location at(byte[] address) {
        if (files.isEmpty()) return EmbeddedCountries.table().at(address);
        AtomicReferenceArray<@Nullable Recent> known = recent;
        int slot = (Arrays.hashCode(address) * 0x9E3779B9) >>> 20;
        Recent before = known.get(slot);
        if (before != null && Arrays.equals(before.address(), address)) return before.location();
        Location found = decode(address);
        known.set(slot, new Recent(address.clone(), found));
        return found;
    }

    private Location decode(byte[] address) {
        Location country = null;
        Location system = null;
        boolean countries = false;
        for (WatchedFile file : files) {
            GeoFile now = file.current();
            Location said = now.at(address);
            if (now.knowsCountries() && !countries) {
                countries = true;
                country = said;
            }
            if (system == null && said != null && said.asn() != null) system = said;
        }
        if (!countries) country = EmbeddedCountries.table().at(address);
        if (country == null) country = Location.UNKNOWN;
        return system == null ? country : withSystem(country, system.asn());
    }

    private static Location withSystem(Location at, @Nullable String asn) {
        return new Location(
                at.country(),
                at.countryName(),
                at.region(),
                at.regionName(),
                at.city(),
                at.postalCode(),
                at.metroCode(),
                at.latitude(),
                at.longitude(),
                at.timeZone(),
                asn);
    }

    private void watch() {
        while (!closed) {
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException _) {
                return;
            }
            for (WatchedFile file : files) look(file);
        }
    }

    private void look(WatchedFile file) {
        try {
            if (!file.refresh()) return;
            loaded.increment();
            // What was decoded with the file before is forgotten with it.
            recent = new AtomicReferenceArray<>(RECENT);
            LOG.info("geo database {} is in force", file.current().name());
        } catch (IOException | RuntimeException e) {
            // In this order: who sees the count go up finds the reason.
            lastRefusal = file.path() + ": " + e.getMessage();
            refused.increment();
            LOG.warn("geo database {} was refused, the one before stays in force: {}", file.path(), e.getMessage());
        }
    }

    public GeoStatus status() {
        String names = files.isEmpty()
                ? EmbeddedCountries.table().source()
                : String.join(
                        "; ", files.stream().map(file -> file.current().name()).toList());
        return new GeoStatus(names, loaded.sum(), refused.sum(), lastRefusal);
    }

    /** Watches no file any more. */
    @Override
    public void close() {
        closed = true;
        if (watcher != null) watcher.interrupt();
    }
}
