package dev.perigee.app.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs copies of the launcher against JDKs and Mavens that only note how they were called. */
class LauncherTest {
    private static final Path LAUNCHER =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("perigee");

    private final Path temporary;
    private final Path tree;
    private final Path jdks;

    /** What a run of the launcher printed, and its exit code. */
    private record Outcome(int code, String out, String err) {}

    LauncherTest(@TempDir Path temporary) throws IOException {
        this.temporary = temporary;
        tree = temporary.resolve("a tree with spaces");
        jdks = temporary.resolve("jdks");
        Files.createDirectories(tree.resolve("core/src/main"));
        Files.createDirectories(tree.resolve("app/src/main"));
        Files.createDirectories(tree.resolve(".mvn"));
        Files.writeString(tree.resolve("pom.xml"), "<project/>");
        executable(tree.resolve("perigee"), Files.readString(LAUNCHER));
        // A Maven that assembles an empty jar and says what Maven says.
        executable(tree.resolve("mvnw"), """
                #!/usr/bin/env bash
                echo "mvnw $*" >>"%s"
                [ ! -f broken ] || { echo "[ERROR] it is broken"; exit 1; }
                echo "[INFO] Building perigee-core 0.1.0-SNAPSHOT      [1/1]"
                mkdir -p app/target/perigee/lib && : >app/target/perigee/lib/perigee.jar
                """.formatted(temporary.resolve("calls")));
        jdk("temurin-25-jdk", "25.0.1");
    }

    private static void executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(jdks.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(home.resolve("bin/java"), "#!/bin/sh\necho \"java of " + name + "\"\nprintf '<%s>\\n' \"$@\"\n");
        executable(home.resolve("bin/javac"), "#!/bin/sh\n");
        return home;
    }

    private Outcome run(Map<String, String> environment, String... command) throws Exception {
        var builder = new ProcessBuilder(command).directory(temporary.toFile());
        Map<String, String> inherited = builder.environment();
        inherited.clear();
        inherited.putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", temporary.toString()));
        inherited.put("PERIGEE_JDK_FOLDERS", jdks.toString());
        inherited.putAll(environment);
        File out = temporary.resolve("out").toFile();
        File err = temporary.resolve("err").toFile();
        Process process = builder.redirectOutput(out).redirectError(err).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher ends");
        return new Outcome(process.exitValue(), read(out), read(err));
    }

    private static String read(File file) throws IOException {
        return Files.readString(file.toPath(), StandardCharsets.UTF_8);
    }

    private Outcome launch(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(tree.resolve("perigee").toString()));
        command.addAll(List.of(arguments));
        return run(Map.of(), command.toArray(String[]::new));
    }

    private long builds() throws IOException {
        Path calls = temporary.resolve("calls");
        return Files.exists(calls)
                ? Files.readAllLines(calls).stream()
                        .filter(line -> line.contains("package"))
                        .count()
                : 0;
    }

    @Test
    void buildsOnFirstUseAndThenRuns() throws Exception {
        Outcome first = launch("status", "--data", "a b");
        assertEquals(0, first.code(), first.err());
        assertTrue(first.err().contains("1/1 perigee-core"), first.err());
        assertTrue(first.out().contains("java of temurin-25-jdk"), first.out());
        assertTrue(first.out().contains("<dev.perigee.app.Main>\n<status>\n<--data>\n<a b>\n"), first.out());
        Outcome second = launch("status");
        assertEquals("", second.err(), "nothing is built twice");
        assertEquals(1, builds());
    }

    @ParameterizedTest
    @CsvSource({"pom.xml, true", "core/src/main/New.java, true", ".mvn/jvm.config, true", "README.md, false"})
    void buildsAgainWhenSourcesChanged(String changed, boolean builds) throws Exception {
        launch("version");
        Path stamp = tree.resolve("app/target/run/built");
        Path file = Files.writeString(tree.resolve(changed), "changed");
        var later = FileTime.fromMillis(Files.getLastModifiedTime(stamp).toMillis() + 2_000);
        Files.setLastModifiedTime(file, later);
        launch("version");
        assertEquals(builds ? 2 : 1, builds());
    }

    @Test
    void aFailedBuildIsShownAndNotRun() throws Exception {
        Files.writeString(tree.resolve("broken"), "");
        Outcome outcome = launch("up");
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().contains("[ERROR] it is broken"), outcome.err());
        assertTrue(outcome.err().contains("build.log"), outcome.err());
        assertFalse(outcome.out().contains("java of"), outcome.out());
        Files.delete(tree.resolve("broken"));
        assertEquals(0, launch("version").code(), "the next one builds again");
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), tree.resolve("perigee"));
        Outcome outcome = run(Map.of(), link.toString(), "version");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(Files.exists(tree.resolve("app/target/run/built")));
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        Files.writeString(jdks.resolve("temurin-25-jdk/release"), "JAVA_VERSION=\"21.0.2\"\n");
        Path old = jdks.resolve("temurin-25-jdk");
        Outcome outcome = run(
                Map.of("JAVA_HOME", old.toString(), "PATH", old.resolve("bin") + ":/usr/bin:/bin"),
                tree.resolve("perigee").toString(),
                "version");
        assertEquals(1, outcome.code());
        for (String advice : List.of("no JDK 25", "temurin-25-jdk", "brew install openjdk@25", "sdk install java")) {
            assertTrue(outcome.err().contains(advice), outcome.err());
        }
        assertEquals("", outcome.out());
        assertEquals(0, builds());
    }

    @Test
    void theChosenJdkWins() throws Exception {
        Path chosen = jdk("mine", "26");
        Outcome outcome = run(
                Map.of("PERIGEE_JAVA_HOME", chosen.toString(), "PERIGEE_JVM_OPTS", "-Xmx1g -Da=b"),
                tree.resolve("perigee").toString(),
                "version");
        assertTrue(outcome.out().contains("java of mine"), outcome.out());
        assertTrue(outcome.out().contains("<-Xmx1g>\n<-Da=b>\n"), outcome.out());
    }

    @Test
    void aChosenJdkThatIsTooOldIsRefused() throws Exception {
        Path old = jdk("old", "17.0.2");
        Outcome outcome = run(
                Map.of("PERIGEE_JAVA_HOME", old.toString()),
                tree.resolve("perigee").toString(),
                "version");
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().contains("not a JDK 25"), outcome.err());
    }

    @ParameterizedTest(name = "{0} tests, {1} errors, {2} failures, {3} skipped: exit {5}")
    @CsvSource({
        "7, 0, 0, 0, '7 passed, 0 failed, 0 skipped', 0",
        "7, 1, 2, 1, '3 passed, 3 failed, 1 skipped', 1",
        "0, 0, 0, 0, '0 passed, 0 failed, 0 skipped', 1"
    })
    void testsEndWithOneLineOfSums(int tests, int errors, int failures, int skipped, String line, int code)
            throws Exception {
        executable(tree.resolve("mvnw"), """
                #!/usr/bin/env bash
                mkdir -p core/target/surefire-reports
                printf '<?xml version="1.0"?>\\n<testsuite name="a" time="1" tests="%d" errors="%d" skipped="%d" failures="%d">\\n' \
                  >core/target/surefire-reports/TEST-a.xml
                """.formatted(tests, errors, skipped, failures));
        Outcome outcome = launch("test");
        assertEquals(line, outcome.out().strip());
        assertEquals(code, outcome.code(), outcome.err());
    }

    @Test
    void testsOfABrokenTreeFail() throws Exception {
        Files.writeString(tree.resolve("broken"), "");
        Outcome outcome = launch("test");
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().contains("[ERROR] it is broken"), outcome.err());
    }
}
