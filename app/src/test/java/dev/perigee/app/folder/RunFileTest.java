package dev.perigee.app.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.app.clock.ClockChoice;
import dev.perigee.app.folder.RunFile.PopAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFileTest {
    private static final RunFile RUN = new RunFile(
            ProcessHandle.current().pid(),
            "http://127.0.0.1:4566",
            "http://127.0.0.1:4600",
            "cloudfront.localhost",
            Path.of("/data/ca/ca.pem"),
            List.of(
                    new PopAddresses(
                            "IAD",
                            "http://127.0.0.1:8080",
                            "https://127.0.0.1:8443",
                            "https://127.0.0.1:8443",
                            "http://127.0.0.1:9101"),
                    new PopAddresses(
                            "SYD",
                            "http://127.0.0.1:8082",
                            "https://127.0.0.1:8445",
                            "https://127.0.0.1:50123",
                            "http://127.0.0.1:9103")),
            "token",
            "1.2.3",
            Instant.parse("2026-11-01T12:00:00Z"),
            ClockChoice.MANUAL,
            "http://127.0.0.1:4580");

    private final SystemFolder folder;

    RunFileTest(@TempDir Path temporary) throws IOException {
        folder = SystemFolder.at(temporary.resolve("perigee")).create();
    }

    @Test
    void hasTheDocumentedMembers() throws IOException {
        var json = new ObjectMapper().readTree(RUN.toJson());
        assertEquals(ProcessHandle.current().pid(), json.get("pid").longValue());
        assertEquals("http://127.0.0.1:4566", json.get("api").textValue());
        assertEquals("cloudfront.localhost", json.get("domainSuffix").textValue());
        assertEquals("/data/ca/ca.pem", json.get("ca").textValue());
        assertEquals(2, json.get("pops").size());
        var iad = json.get("pops").get(0);
        assertEquals("IAD", iad.get("pop").textValue());
        assertEquals("http://127.0.0.1:8080", iad.get("http").textValue());
        assertEquals("https://127.0.0.1:8443", iad.get("https").textValue());
        assertEquals(
                "https://127.0.0.1:50123", json.get("pops").get(1).get("http3").textValue());
        assertEquals("http://127.0.0.1:9101", iad.get("admin").textValue());
        assertEquals("token", json.get("adminToken").textValue());
        assertEquals("1.2.3", json.get("version").textValue());
        assertEquals("2026-11-01T12:00:00Z", json.get("startedAt").textValue());
        assertEquals("manual", json.get("clock").textValue());
        assertEquals("http://127.0.0.1:4580", json.get("console").textValue());
        assertFalse(json.has("dns"), "what does not exist is absent");
    }

    @Test
    void readsWhatItWrote() throws IOException {
        assertEquals(RUN, RunFile.parse(RUN.toJson()));
    }

    @Test
    void isForItsOwnerOnly() throws IOException {
        RUN.write(folder);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.runFile())));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.root())));
    }

    @Test
    void countsWhileItsSystemHoldsTheLock() throws IOException {
        assertNull(RunFile.live(folder), "nothing there");
        try (FolderLock lock = FolderLock.take(folder)) {
            assertNotNull(lock);
            assertNull(RunFile.live(folder), "still starting");
            RUN.write(folder);
            assertEquals(RUN, RunFile.live(folder));
        }
        assertNull(RunFile.live(folder), "left behind by a killed process");
    }

    @Test
    void theFileOfAPredecessorDoesNotCount() throws IOException {
        var predecessor = new RunFile(
                1,
                RUN.api(),
                RUN.s3(),
                RUN.domainSuffix(),
                RUN.ca(),
                RUN.pops(),
                RUN.adminToken(),
                RUN.version(),
                RUN.startedAt(),
                RUN.clock(),
                RUN.console());
        predecessor.write(folder);
        try (FolderLock lock = FolderLock.take(folder)) {
            assertNotNull(lock);
            assertNull(RunFile.live(folder));
        }
    }

    @Test
    void oneSystemPerFolder() throws IOException {
        try (FolderLock first = FolderLock.take(folder)) {
            assertNotNull(first);
            assertTrue(FolderLock.held(folder));
            assertNull(FolderLock.take(folder));
            assertEquals(Long.toString(ProcessHandle.current().pid()), FolderLock.holder(folder));
        }
        assertFalse(FolderLock.held(folder));
    }

    @Test
    void damageIsReported() {
        assertThrows(IOException.class, () -> RunFile.parse("{\"pid\":1}"));
        assertThrows(IOException.class, () -> RunFile.parse("{"));
    }

    @ParameterizedTest(name = "XDG_DATA_HOME={0} -> {1}")
    @CsvSource({
        "/srv/data, /srv/data/perigee",
        "'', /home/ann/.local/share/perigee",
        "relative, /home/ann/.local/share/perigee"
    })
    void theUsualFolder(String shared, String expected) {
        assertEquals(
                Path.of(expected),
                SystemFolder.usual(Map.of("XDG_DATA_HOME", shared), "/home/ann").root());
    }
}
