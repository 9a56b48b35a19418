package dev.perigee.app.local;

import dev.perigee.edge.TrustedProxies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How viewers are known.
 *
 * @param geoDatabases files in MaxMind's format, absolute; none for the table inside
 * @param proxies whose PROXY headers are believed
 */
public record ViewerChoice(List<Path> geoDatabases, TrustedProxies proxies) {
    public static final ViewerChoice USUAL = new ViewerChoice(List.of(), TrustedProxies.NONE);

    private static final int DATABASES_MAX = 4;

    public ViewerChoice {
        geoDatabases = List.copyOf(geoDatabases);
    }

    /**
     * What the flags of {@code up} say.
     *
     * @param databases paths, separated by commas; null for none
     * @param proxies networks, separated by commas, or {@code loopback}; null for none
     * @throws IllegalArgumentException with a line for the user
     */
    public static ViewerChoice of(@Nullable String databases, @Nullable String proxies) {
        return new ViewerChoice(files(databases), proxies(proxies));
    }

    private static TrustedProxies proxies(@Nullable String list) {
        if (list == null || list.isBlank()) return TrustedProxies.NONE;
        return new TrustedProxies(Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .flatMap(
                        name -> name.equals("loopback") ? TrustedProxies.LOOPBACK.networks().stream() : Stream.of(name))
                .toList());
    }

    private static List<Path> files(@Nullable String databases) {
        if (databases == null || databases.isBlank()) return List.of();
        List<Path> files = Arrays.stream(databases.split(",", -1))
                .map(name -> Path.of(name.strip()).toAbsolutePath().normalize())
                .toList();
        if (files.size() > DATABASES_MAX)
            throw new IllegalArgumentException("more than " + DATABASES_MAX + " geo databases");
        for (Path file : files) {
            if (!Files.isRegularFile(file) || !Files.isReadable(file))
                throw new IllegalArgumentException("the geo database " + file + " is not a file that can be read");
        }
        return files;
    }
}
