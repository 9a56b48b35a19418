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

/** Reads the certificates that a user wants to be trusted. */
public final class PemRoots {
    /** The bundle of all public authorities together is a fifth of this. */
    private static final long BYTES_MAX = 1 << 20;

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    private PemRoots() {}

    /** Where a file is, whatever the folder of the process. */
    static Path place(Path file) {
        return file.toAbsolutePath().normalize();
    }

    /**
     * The certificates of a PEM file; text around them, as many tools write it, is passed over.
     *
     * @param what it is for, such as {@code origin CA}
     * @throws IllegalArgumentException with a line for the user when there is no such file, or one in it is none
     */
    public static List<X509Certificate> read(String what, Path file) {
        Path absolute = place(file);
        String text = text(what, absolute);
        List<X509Certificate> found = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int end = text.indexOf(END, at);
            if (end < 0) throw unusable(what, absolute, "certificate " + (found.size() + 1) + " has no end line");
            found.add(certificate(what, absolute, found.size() + 1, text.substring(at + BEGIN.length(), end)));
            at = text.indexOf(BEGIN, end);
        }
        if (found.isEmpty())
            throw unusable(what, absolute, text.isBlank() ? "is empty" : "has no certificate in PEM form");
        return found;
    }

    private static String text(String what, Path file) {
        try {
            if (Files.isDirectory(file)) throw unusable(what, file, "is a folder");
            if (Files.size(file) > BYTES_MAX) throw unusable(what, file, "is larger than 1 MiB");
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw unusable(what, file, "does not exist");
        } catch (IOException e) {
            throw unusable(what, file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static X509Certificate certificate(String what, Path file, int number, String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw unusable(what, file, "certificate " + number + " is damaged");
        }
    }

    private static IllegalArgumentException unusable(String what, Path file, String why) {
        return new IllegalArgumentException(what + " " + file + " " + why);
    }
}
