package dev.perigee.app.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private final Path folder;

    SettingsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Settings settings(Map<String, String> environment) {
        return Settings.of(SystemFolder.at(folder), environment);
    }

    @Test
    void nothingIsSaidWithoutAFile() {
        assertNull(settings(Map.of()).list("extensions"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "extensions = 'vary' | vary",
                "extensions = ['vary', 'cache-status'] # both | vary,cache-status",
                "extensions = [] | ''"
            })
    void theFileHasAListOrAText(String toml, String expected) throws IOException {
        Files.writeString(folder.resolve("perigee.toml"), toml);
        assertEquals(expected, settings(Map.of()).list("extensions"));
        assertEquals("", settings(Map.of("PERIGEE_EXTENSIONS", "")).list("extensions"));
    }

    @Test
    void aPathOfTheFileIsBelowTheFolder() throws IOException {
        assertNull(settings(Map.of()).path("origin-ca"));
        Files.writeString(folder.resolve("perigee.toml"), "origin-ca = 'roots.pem'");
        assertEquals(folder.resolve("roots.pem"), settings(Map.of()).path("origin-ca"));
        assertEquals(
                Path.of("/r.pem"),
                settings(Map.of("PERIGEE_ORIGIN_CA", "/r.pem")).path("origin-ca"));
        assertNull(settings(Map.of("PERIGEE_ORIGIN_CA", "")).path("origin-ca"), "empty: none after all");
        Files.writeString(folder.resolve("perigee.toml"), "origin-ca = ['a']");
        assertThrows(IllegalArgumentException.class, () -> settings(Map.of()).path("origin-ca"));
    }

    @Test
    void aTextIsOfTheEnvironmentOrTheFile() throws IOException {
        assertNull(settings(Map.of()).text("acme-email"));
        Files.writeString(folder.resolve("perigee.toml"), "acme-email = 'a@b.test'");
        assertEquals("a@b.test", settings(Map.of()).text("acme-email"));
        assertEquals(
                "c@d.test", settings(Map.of("PERIGEE_ACME_EMAIL", "c@d.test")).text("acme-email"));
        assertNull(settings(Map.of("PERIGEE_ACME_EMAIL", "")).text("acme-email"), "empty: none after all");
        Files.writeString(folder.resolve("perigee.toml"), "acme-email = 1");
        assertThrows(IllegalArgumentException.class, () -> settings(Map.of()).text("acme-email"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "extention = 'vary' | unknown key extention",
                "extensions = 1 | not a list",
                "extensions = [1] | not a list",
                "extensions = { a = 'b' } | not a list",
                "extensions | perigee.toml"
            })
    void mistakesAreNamed(String toml, String part) throws IOException {
        Files.writeString(folder.resolve("perigee.toml"), toml);
        var refusal = assertThrows(
                IllegalArgumentException.class, () -> settings(Map.of()).list("extensions"));
        assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal.getMessage());
    }
}
