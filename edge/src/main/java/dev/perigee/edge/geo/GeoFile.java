package dev.perigee.edge.geo;

import com.maxmind.db.Metadata;
import com.maxmind.db.Reader;
import dev.perigee.core.geo.Location;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A database in MaxMind's format, whole and checked from end to end. It is read from a copy that nobody else can change: a
 * file that is overwritten or cut short under a mapping would take the process down.
 */
final class GeoFile {
    private static final long OCTETS_MAX = 1L << 30;

    private final Reader reader;
    private final boolean sixToo;
    private final GeoFileCheck.Found found;
    private final String name;

    private GeoFile(Reader reader, GeoFileCheck.Found found, String name) {
        this.reader = reader;
        this.sixToo = reader.getMetadata().ipVersion() == 6;
        this.found = found;
        this.name = name;
    }

    /**
     * Copies, checks and opens.
     *
     * @throws IOException with a reason for people, when it is missing, damaged, or says nothing of places
     */
    // Decoding what somebody else has written may fail in every way.
    @SuppressWarnings("RemoveUnusedThrow")
    static GeoFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) throw new IOException("there is no such file");
        long size = Files.size(file);
        if (size == 0 || size > OCTETS_MAX) throw new IOException("it has " + size + " octets");
        Path copy = Files.createTempFile("perigee-geo", ".mmdb");
        try {
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            Reader reader = new Reader(copy.toFile(), Reader.FileMode.MEMORY_MAPPED);
            GeoFileCheck.Found found;
            try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.READ)) {
                found = GeoFileCheck.check(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), reader);
            }
            return new GeoFile(reader, found, name(file, reader.getMetadata()));
        } catch (RuntimeException | StackOverflowError damaged) {
            throw new IOException("it is damaged: " + damaged.getMessage(), damaged);
        } finally {
            // What is mapped stays until nobody looks at it any more.
            Files.deleteIfExists(copy);
        }
    }

    private static String name(Path file, Metadata metadata) {
        return file.getFileName() + " (" + metadata.databaseType() + ", " + metadata.buildTime() + ")";
    }

    /** For people: file, kind and time. */
    String name() {
        return name;
    }

    boolean knowsCountries() {
        return found.countries();
    }

    /** Whether it knows every kind of thing that the other knows. */
    boolean knowsAllOf(GeoFile other) {
        return (found.countries() || !other.found.countries())
                && (found.cities() || !other.found.cities())
                && (found.systems() || !other.found.systems());
    }

    /** What it says of an address, null for nothing. */
    @Nullable
    Location at(byte[] address) {
        if (address.length == 16 && !sixToo) return null;
        try {
            Map<?, ?> record = reader.get(InetAddress.getByAddress(address), Map.class);
            return record == null ? null : GeoRecord.location(record);
        } catch (IOException | RuntimeException unreadable) {
            // Everything in it was read once when it was checked.
            return null;
        }
    }
}
