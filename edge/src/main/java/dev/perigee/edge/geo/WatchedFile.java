package dev.perigee.edge.geo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** A file and the last good content of it. One thread refreshes, any thread reads. */
final class WatchedFile {
    private final Path path;
    private volatile GeoFile current;
    /** What was last opened, well or not. */
    private Stamp tried;

    private Stamp seen;

    /** What tells one content of a file from another without reading it. */
    private record Stamp(
            @Nullable FileTime changed, long size, @Nullable Object file) {
        static Stamp of(Path path) throws IOException {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
        }
    }

    private static final Stamp MISSING = new Stamp(null, -1, null);

    private WatchedFile(Path path, Stamp stamp, GeoFile current) {
        this.path = path;
        this.current = current;
        this.tried = stamp;
        this.seen = stamp;
    }

    static WatchedFile open(Path path) throws IOException {
        // The stamp first: what changes while it is read is read again.
        Stamp stamp = Files.exists(path) ? Stamp.of(path) : MISSING;
        return new WatchedFile(path, stamp, GeoFile.open(path));
    }

    Path path() {
        return path;
    }

    GeoFile current() {
        return current;
    }

    /**
     * Takes the file if it has changed since it was last tried, and not since the last look.
     *
     * @return whether another content is in force now
     * @throws IOException with the reason why it is not, once for each content
     */
    boolean refresh() throws IOException {
        Stamp now;
        try {
            now = Stamp.of(path);
        } catch (NoSuchFileException gone) {
            now = MISSING;
        }
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(tried)) return false;
        tried = now;
        if (now.equals(MISSING)) throw new IOException("the file is gone");
        GeoFile fresh = GeoFile.open(path);
        if (!fresh.knowsAllOf(current))
            throw new IOException("it knows less than " + current.name() + " did; to change that, restart");
        current = fresh;
        return true;
    }
}
