package dev.perigee.app.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that are trusted for origins besides the JDK's: those of private authorities, or self-signed ones.
 *
 * @param file where they were read; null when nobody named one
 */
public record OriginRoots(@Nullable Path file, List<X509Certificate> certificates) {
    public static final OriginRoots NONE = new OriginRoots(null, List.of());

    /** The bundle of all public authorities together is a fifth of this. */
    private static final long BYTES_MAX = 1 << 20;

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    public OriginRoots {
        certificates = List.copyOf(certificates);
    }

    /**
     * The certificates of a PEM file; text around them, as many tools write it, is passed over.
     *
     * @throws IllegalArgumentException with a line for the user when there is no such file, or one in it is none
     */
    public static OriginRoots read(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        String text = text(absolute);
        List<X509Certificate> found = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int end = text.indexOf(END, at);
            if (end < 0) throw unusable(absolute, "certificate " + (found.size() + 1) + " has no end line");
            found.add(certificate(absolute, found.size() + 1, text.substring(at + BEGIN.length(), end)));
            at = text.indexOf(BEGIN, end);
        }
        if (found.isEmpty()) throw unusable(absolute, text.isBlank() ? "is empty" : "has no certificate in PEM form");
        return new OriginRoots(absolute, found);
    }

    private static String text(Path file) {
        try {
            if (Files.isDirectory(file)) throw unusable(file, "is a folder");
            if (Files.size(file) > BYTES_MAX) throw unusable(file, "is larger than 1 MiB");
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw unusable(file, "does not exist");
        } catch (IOException e) {
            throw unusable(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static X509Certificate certificate(Path file, int number, String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw unusable(file, "certificate " + number + " is damaged");
        }
    }

    private static IllegalArgumentException unusable(Path file, String why) {
        return new IllegalArgumentException("origin CA " + file + " " + why);
    }
}
