package dev.perigee.control.acme;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which authority certificates are ordered from.
 *
 * @param directory its ACME directory, by HTTPS
 * @param roots trusted for the directory besides the JDK's
 * @param email that the authority may write to; null for none
 */
public record AcmeConfig(
        URI directory,
        List<X509Certificate> roots,
        @Nullable String email) {
    private static final Pattern EMAIL = Pattern.compile("[^\\s@,<>\"?&%]{1,64}@[^\\s@,<>\"?&%]{1,255}");

    /**
     * Checks.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public AcmeConfig {
        roots = List.copyOf(roots);
        if (!"https".equalsIgnoreCase(directory.getScheme())
                || directory.getHost() == null
                || directory.getRawUserInfo() != null
                || directory.getRawFragment() != null) {
            throw new IllegalArgumentException("the ACME directory is an https URL, not " + directory);
        }
        if (email != null && !EMAIL.matcher(email).matches()) {
            throw new IllegalArgumentException("not an e-mail address for the ACME account: " + email);
        }
    }
}
