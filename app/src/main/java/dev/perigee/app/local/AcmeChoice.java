package dev.perigee.app.local;

import dev.perigee.app.tls.PemRoots;
import dev.perigee.control.acme.AcmeConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where requested certificates are ordered, instead of being issued by the local CA.
 *
 * @param ca the file that the directory's roots were read from; null for none
 */
public record AcmeChoice(AcmeConfig config, @Nullable Path ca) {
    /**
     * What the flags of {@code up} say together; null when they say nothing.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public static @Nullable AcmeChoice of(@Nullable String directory, @Nullable Path ca, @Nullable String email) {
        if (directory == null) {
            if (ca == null && email == null) return null;
            throw new IllegalArgumentException((ca == null ? "--acme-email" : "--acme-ca")
                    + " is of no use without --acme-directory, the URL of an ACME authority's directory");
        }
        try {
            URI uri = new URI(directory);
            Path file = ca == null ? null : ca.toAbsolutePath().normalize();
            return new AcmeChoice(
                    new AcmeConfig(uri, file == null ? List.of() : PemRoots.read("ACME CA", file), email), file);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the ACME directory is an https URL, not " + directory, e);
        }
    }
}
