package dev.perigee.app.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.clock.ClockChoice;
import dev.perigee.app.doctor.Finding.Level;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
    private final Path temporary;

    DoctorTest(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    private Map<String, Finding> examine(String path) throws IOException {
        List<Finding> findings = new Doctor(SystemFolder.at(temporary.resolve("data")), Map.of("PATH", path)).examine();
        return findings.stream().collect(Collectors.toMap(Finding::check, Function.identity()));
    }

    private static Finding of(Map<String, Finding> findings, String check) {
        Finding finding = findings.get(check);
        if (finding == null) throw new AssertionError("no check " + check + " in " + findings.keySet());
        return finding;
    }

    @Test
    void everyCheckHasAFinding() throws IOException {
        Map<String, Finding> findings = examine("");
        for (String check : List.of("java", "memory", "files", "ports", "names", "aws", "disk", "ca"))
            of(findings, check);
        assertEquals(Level.OK, of(findings, "java").level(), "these tests run on JDK 25");
        assertFalse(Files.exists(temporary.resolve("data")), "looking changes nothing");
    }

    @Test
    void whatIsWrongComesWithAdvice() throws IOException {
        for (Finding finding : examine("").values()) {
            assertEquals(finding.level() == Level.OK, finding.advice().isEmpty(), finding.toString());
        }
    }

    @Test
    void findsTheAwsCommand() throws IOException {
        assertEquals(Level.WARN, of(examine(temporary.toString()), "aws").level());
        var executable = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createFile(temporary.resolve("aws"), executable);
        Finding found = of(examine("/nowhere:" + temporary), "aws");
        assertEquals(Level.OK, found.level());
        assertTrue(found.found().endsWith("/aws"), found.found());
    }

    @ParameterizedTest(name = "{0} MB: {1}")
    @CsvSource({"8000, ENOUGH", "1536, ENOUGH", "1535, TIGHT", "600, TIGHT", "599, TOO_LITTLE"})
    void memory(long megabytes, MemoryVerdict expected) {
        assertEquals(expected, MemoryVerdict.of(megabytes << 20));
    }

    @Test
    void readsTheKernelsFiles() {
        assertEquals(2048, LinuxFacts.availableMemoryBytes(List.of("MemTotal: 9 kB", "MemAvailable:       2 kB")));
        assertEquals(-1, LinuxFacts.availableMemoryBytes(List.of("MemTotal: 9 kB")));
        assertEquals(1024, LinuxFacts.openFilesMax(List.of("Max open files            1024       4096       files")));
        assertEquals(
                Long.MAX_VALUE,
                LinuxFacts.openFilesMax(List.of("Max open files            unlimited  unlimited  files")));
    }

    @Test
    void theConsolesPortIsOurs() {
        var edge =
                new RunFile.PopAddresses("IAD", "http://127.0.0.1:1", "https://127.0.0.1:2", "", "http://127.0.0.1:3");
        var running = new RunFile(
                1,
                "http://127.0.0.1:4",
                "http://127.0.0.1:5",
                "cloudfront.localhost",
                Path.of("ca.pem"),
                List.of(edge),
                "token",
                "test",
                Instant.EPOCH,
                ClockChoice.REAL,
                "http://127.0.0.1:6");
        assertEquals(Set.of(1, 2, 3, 4, 6), Doctor.portsOf(running));
    }
}
