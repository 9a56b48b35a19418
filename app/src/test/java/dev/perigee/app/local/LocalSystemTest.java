package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.FolderLock;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSystemTest {
    private final SystemFolder folder;

    LocalSystemTest(@TempDir Path temporary) {
        folder = SystemFolder.at(temporary.resolve("data"));
    }

    private LocalSystem.Started start() throws StartFailure {
        return LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "1.2.3");
    }

    @Test
    void whatRunJsonSaysIsThere() throws Exception {
        try (LocalSystem _ = start().system()) {
            RunFile run = RunFile.live(folder);
            assertNotNull(run);
            assertEquals(
                    List.of("IAD", "FRA", "SYD"),
                    run.pops().stream().map(RunFile.PopAddresses::pop).toList());
            for (RunFile.PopAddresses pop : run.pops()) {
                assertEquals("200", Http.get(pop.admin() + "/health").status());
                assertEquals("403", Http.get(pop.http() + "/").status(), "no distribution yet");
            }
            assertEquals("403", Http.get(run.api() + "/2020-05-31/distribution").status(), "not signed");
            assertEquals("403", Http.get(run.s3() + "/").status(), "not signed");
        }
        assertFalse(Files.exists(folder.runFile()), "a clean stop removes it");
        assertFalse(FolderLock.held(folder));
    }

    @Test
    void aWarmUpEndsWithItsSystemAndLeavesNothing() throws Exception {
        LocalSystem.Started started = start();
        try (LocalSystem system = started.system()) {
            system.warmUp();
            Path plan = folder.warmUp().resolve("edge").resolve("plan");
            long due = System.nanoTime() + 30_000_000_000L;
            while (!Files.exists(plan)) {
                assertTrue(System.nanoTime() < due, "no plan");
                LockSupport.parkNanos(10_000_000);
            }
            for (RunFile.PopAddresses pop : started.runFile().pops()) {
                String status = Http.get(pop.admin() + "/status").whole();
                assertTrue(status.contains("\"requests\":0"), status);
            }
        }
        assertFalse(Files.exists(folder.warmUp()));
    }

    @Test
    void aDefaultDistributionThatDoesNotExistIsAWarning() throws Exception {
        var usual = LocalOptions.on(PortChoice.AUTO);
        var options = new LocalOptions(
                PortChoice.AUTO,
                usual.domainSuffix(),
                usual.clock(),
                "EABCDEFGHIJKL",
                usual.memoryBytes(),
                usual.diskBytes(),
                usual.extensions(),
                usual.originRoots());
        List<String> warnings = new ArrayList<>();
        LocalSystem.start(folder, options, "1.2.3", warnings::add).system().close();
        assertEquals(
                List.of("there is no distribution EABCDEFGHIJKL for --default-distribution;"
                        + " until there is, unknown hosts get 403"),
                warnings);
        warnings.clear();
        LocalSystem.start(folder, usual, "1.2.3", warnings::add).system().close();
        assertEquals(List.of(), warnings);
    }

    @Test
    void aSecondSystemInAFolderIsRefused() throws Exception {
        try (LocalSystem _ = start().system()) {
            String line = message(assertThrows(StartFailure.class, this::start));
            assertTrue(line.contains("already runs in " + folder.root()), line);
            assertTrue(line.contains("pid " + ProcessHandle.current().pid()), line);
            assertNotNull(RunFile.live(folder), "the first goes on");
        }
    }

    @Test
    void nothingIsLeftRunningAfterAFailedStart() throws Exception {
        Files.createDirectories(folder.root());
        Files.writeString(folder.control(), "a file where the control plane wants its folder");
        assertThrows(StartFailure.class, this::start);
        assertFalse(FolderLock.held(folder));
        assertNull(RunFile.live(folder));
        assertEquals(Set.of(), threadsOfPerigee());
    }

    @Test
    void stoppingEndsEveryThread() throws Exception {
        start().system().close();
        assertEquals(Set.of(), threadsOfPerigee());
    }

    @Test
    void aFreePortIsFreeAndATakenOneIsNot() throws IOException {
        int port;
        try (var taken = new ServerSocket()) {
            taken.bind(Listeners.loopback(0));
            port = taken.getLocalPort();
            assertFalse(Listeners.free(port));
        }
        assertTrue(Listeners.free(port));
    }

    @Test
    void theUsualPortsAreTheDocumentedOnes() {
        assertEquals(
                List.of(4566, 4580, 8080, 8443, 9101, 8081, 8444, 9102, 8082, 8445, 9103),
                Listeners.of(PortChoice.USUAL).all().stream()
                        .map(Listeners.NamedPort::port)
                        .toList());
    }

    @Test
    void secretsAreForTheirOwnerOnly() throws Exception {
        start().system().close();
        try (Stream<Path> files = Files.walk(folder.root())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!name.contains("key") && !name.contains("plan")) continue;
                Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(file);
                assertEquals(
                        Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE),
                        allowed,
                        file.toString());
            }
        }
    }

    @Test
    void theKeyOfTheEdgesStays() throws Exception {
        Files.createDirectories(folder.root());
        EdgeKey first = EdgeKey.of(folder);
        assertEquals(first, EdgeKey.of(folder));
        assertFalse(first.toString().contains(first.secretAccessKey()), "never printed");
        assertEquals(20, first.accessKeyId().length());
        assertEquals(40, first.secretAccessKey().length());
    }

    private static String message(Exception failure) {
        return String.valueOf(failure.getMessage());
    }

    /** Platform threads that a stopped system must not have left behind; those of shared pools have other names. */
    private static Set<String> threadsOfPerigee() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !thread.isDaemon())
                .map(Thread::getName)
                .filter(name -> name.matches("(edge|perigee|s3|api|control|publisher).*"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
