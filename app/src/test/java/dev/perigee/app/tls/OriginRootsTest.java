package dev.perigee.app.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginRootsTest {
    private static final TestCertificate ONE = TestCertificate.authority("One");
    private static final TestCertificate TWO = TestCertificate.authority("Two");

    private final Path file;

    OriginRootsTest(@TempDir Path folder) {
        file = folder.resolve("roots.pem");
    }

    @Test
    void everyCertificateOfTheFileIsTaken() throws IOException {
        Files.writeString(
                file,
                "# One \u00e9\n" + ONE.pem() + "subject=Two\r\n" + TWO.pem().replace("\n", "\r\n") + ONE.keyPem(),
                StandardCharsets.ISO_8859_1);
        OriginRoots roots = OriginRoots.read(file);
        assertEquals(List.of(ONE.certificate(), TWO.certificate()), roots.certificates());
        assertEquals(file.toAbsolutePath().normalize(), roots.file());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | does not exist",
                "'' | is empty",
                "'\n \n' | is empty",
                "garbage | has no certificate in PEM form",
                "KEY | has no certificate in PEM form",
                "'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' | certificate 1 is damaged",
                "'-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n' | certificate 1 is damaged",
                "'CERT-----BEGIN CERTIFICATE-----\nMIIB' | certificate 2 has no end line",
                "'CERT-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----' | certificate 2 is damaged",
            })
    void aFileThatIsNoListOfCertificatesIsRefused(String content, String why) throws IOException {
        if (content != null) {
            Files.writeString(file, content.replace("KEY", ONE.keyPem()).replaceFirst("^CERT", ONE.pem()));
        }
        var refusal = assertThrows(IllegalArgumentException.class, () -> OriginRoots.read(file));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith(file + " " + why), refusal.getMessage());
    }

    @Test
    void aFolderAndAHugeFileAreRefused() throws IOException {
        var folder = assertThrows(IllegalArgumentException.class, () -> OriginRoots.read(file.resolveSibling(".")));
        assertTrue(String.valueOf(folder.getMessage()).endsWith("is a folder"), folder.getMessage());
        Files.write(file, new byte[(1 << 20) + 1]);
        var huge = assertThrows(IllegalArgumentException.class, () -> OriginRoots.read(file));
        assertTrue(String.valueOf(huge.getMessage()).endsWith("is larger than 1 MiB"), huge.getMessage());
    }
}
