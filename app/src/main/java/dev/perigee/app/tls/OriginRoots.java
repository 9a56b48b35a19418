package dev.perigee.app.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that are trusted for origins besides the JDK's: those of private authorities, or self-signed ones.
 *
 * @param file where they were read; null when nobody named one
 */
public record OriginRoots(@Nullable Path file, List<X509Certificate> certificates) {
    public static final OriginRoots NONE = new OriginRoots(null, List.of());

    public OriginRoots {
        certificates = List.copyOf(certificates);
    }

    /**
     * The certificates of a PEM file.
     *
     * @throws IllegalArgumentException with a line for the user when there is no such file, or it holds something else
     */
    public static OriginRoots read(Path file) {
        return new OriginRoots(PemRoots.place(file), PemRoots.read("origin CA", file));
    }
}
