package dev.perigee.app.acme;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** Pebble and the DNS server that comes with it: installed ones, else Debian's package, unpacked below {@code target}. */
record PebblePrograms(Path pebble, Path dns) {
    private static final Path FOLDER = Path.of("target", "pebble").toAbsolutePath();
    private static final int SECONDS = 300;

    /** Skips the test where there are none, unless this is continuous integration: nothing is left out there. */
    static synchronized PebblePrograms found() throws IOException, InterruptedException {
        PebblePrograms present = present();
        if (present != null) return present;
        String failure = download();
        present = present();
        if (present != null) return present;
        String missing = "Pebble is missing: install the Debian or Ubuntu package pebble, which could not be had here ("
                + failure + ")";
        if (System.getenv("CI") != null) fail(missing);
        throw new TestAbortedException(missing);
    }

    private static @Nullable PebblePrograms present() {
        List<Path> folders = new ArrayList<>(List.of(FOLDER.resolve("root/usr/bin")));
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (!folder.isEmpty()) folders.add(Path.of(folder));
        }
        for (Path folder : folders) {
            Path pebble = folder.resolve("pebble");
            Path dns = folder.resolve("pebble-challtestsrv");
            if (Files.isExecutable(pebble) && Files.isExecutable(dns)) return new PebblePrograms(pebble, dns);
        }
        return null;
    }

    /** With lists of its own, so that neither root's rights nor an up-to-date system are needed. Returns what went wrong. */
    private static String download() throws IOException, InterruptedException {
        Path apt = Files.createDirectories(FOLDER.resolve("apt"));
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.createDirectories(apt.resolve("cache/archives/partial"));
        String[] own = {
            "-o", "Dir::State=" + apt,
            "-o", "Dir::State::status=/var/lib/dpkg/status",
            "-o", "Dir::State::lists=" + apt.resolve("lists"),
            "-o", "Dir::Cache=" + apt.resolve("cache")
        };
        for (String action : List.of("update", "download pebble")) {
            List<String> command = new ArrayList<>(List.of("apt-get", "-q"));
            command.addAll(List.of(own));
            command.addAll(List.of(action.split(" ", -1)));
            if (!run(command)) return "apt-get " + action + " failed; see " + FOLDER.resolve("install.log");
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".deb")).toList()) {
                if (!run(List.of(
                        "dpkg-deb",
                        "-x",
                        file.toString(),
                        FOLDER.resolve("root").toString()))) return "dpkg-deb failed";
            }
        }
        return "no program in the package";
    }

    private static boolean run(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            FOLDER.resolve("install.log").toFile()))
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS))
                process.destroyForcibly().waitFor();
            return process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
