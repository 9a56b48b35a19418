package dev.perigee.control.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.control.access.AuditEvent.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-26T03:00:00Z"));

    private final Path file;

    AuditLogTest(@TempDir Path folder) {
        file = folder.resolve("audit.log");
    }

    private static AuditEvent event(String resource) {
        return new AuditEvent(
                "AKPG234567ABCDEFGHIJ", "s3", "PutObject", resource, Outcome.DONE, 200, null, "127.0.0.1", "r1");
    }

    @Test
    void aLineIsOneDocumentWhateverIsInIt() throws IOException {
        String odd = "/a\n\"b\"\u0000\\ \u2028é\uD800";
        try (AuditLog log = AuditLog.open(file, CLOCK)) {
            log.write(event(odd));
            log.write(event("x".repeat(5_000)));
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(2, lines.size());
        JsonNode line = new ObjectMapper().readTree(lines.getFirst());
        assertEquals("2026-11-26T03:00:00Z", line.path("time").textValue());
        assertEquals("AKPG234567ABCDEFGHIJ", line.path("accessKeyId").textValue());
        assertEquals("done", line.path("outcome").textValue());
        assertTrue(line.path("code").isNull());
        assertEquals(odd.replace('\uD800', '?'), line.path("resource").textValue());
        assertEquals(
                1_024,
                new ObjectMapper()
                        .readTree(lines.getLast())
                        .path("resource")
                        .textValue()
                        .length());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void whatWasThereStays() throws IOException {
        Files.writeString(file, "{\"old\":1}\n");
        try (AuditLog log = AuditLog.open(file, CLOCK)) {
            log.write(event("/new"));
        }
        assertEquals("{\"old\":1}", Files.readAllLines(file).getFirst());
    }

    @Test
    void filesRotateAndTheOldestGoes() throws IOException {
        try (AuditLog log = AuditLog.open(file, CLOCK, 1_000)) {
            for (int i = 0; i < 100; i++) log.write(event("/" + i));
            assertEquals(0, log.failures());
        }
        long files = 0;
        for (int age = 1; Files.exists(file.resolveSibling("audit.log." + age)); age++) {
            assertTrue(Files.size(file.resolveSibling("audit.log." + age)) <= 1_000);
            files++;
        }
        assertEquals(5, files);
        assertTrue(Files.readString(file).contains("/99\""));
        String before = Files.readAllLines(file.resolveSibling("audit.log.1")).getLast();
        String first = Files.readAllLines(file).getFirst();
        int last = Integer.parseInt(
                new ObjectMapper().readTree(before).path("resource").textValue().substring(1));
        assertEquals(
                "/" + (last + 1),
                new ObjectMapper().readTree(first).path("resource").textValue());
    }

    @Test
    void aFileThatWasMovedAwayIsMadeAgain() throws IOException {
        try (AuditLog log = AuditLog.open(file, CLOCK)) {
            log.write(event("/1"));
            Files.move(file, file.resolveSibling("kept"));
            log.write(event("/2"));
        }
        assertTrue(Files.readString(file).contains("/2"));
    }

    @Test
    void whatCannotBeWrittenIsCounted() throws IOException {
        try (AuditLog log = AuditLog.open(file, CLOCK)) {
            Files.delete(file);
            Files.createDirectory(file);
            log.write(event("/1"));
            log.write(event("/2"));
            assertEquals(2, log.failures());
            assertFalse(log.lastFailure().isEmpty());
            Files.delete(file);
            log.write(event("/3"));
            assertEquals(2, log.failures());
        }
        try (Stream<String> lines = Files.lines(file)) {
            assertEquals(1, lines.count());
        }
    }

    @Test
    void aLogThatCannotBeOpenedKeepsTheSystemFromStarting() throws IOException {
        Files.createDirectory(file);
        assertThrows(IOException.class, () -> AuditLog.open(file, CLOCK));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6iJ9l",
                "test",
                "",
                "AKIA SECRET",
                "AKPG\n"
            })
    void whatMayBeASecretIsNotTakenForAKeyId(String claimed) {
        assertNull(AuditEvent.unverified(claimed));
    }

    @Test
    void aKeyIdIsKept() {
        assertEquals("AKIAIOSFODNN7EXAMPLE", AuditEvent.unverified("AKIAIOSFODNN7EXAMPLE"));
    }
}
