package dev.perigee.app.cli;

import dev.perigee.app.folder.OwnerFile;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts the launcher again, in a session of its own, and waits until that system is ready. */
final class Background {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PAUSE_MILLIS = 25;

    /** What lines that a start in the background has for the user begin with. */
    static final String WARNING = "perigee: warning: ";

    private final Console console;
    private final SystemFolder folder;

    Background(Console console, SystemFolder folder) {
        this.console = console;
        this.folder = folder;
    }

    int start(List<String> arguments) throws IOException, InterruptedException {
        String launcher = System.getProperty("perigee.launcher");
        if (launcher == null) {
            console.err().println("perigee: --detach needs the launcher: type ./perigee up --detach");
            return Exit.FAILED;
        }
        RunFile running = RunFile.live(folder);
        if (running != null) {
            console.err()
                    .println("perigee: a Perigee system already runs in " + folder.root() + " (pid " + running.pid()
                            + "): stop it with ./perigee down, or choose another folder with --data");
            return Exit.FAILED;
        }
        Path log = OwnerFile.folder(folder.create().logs()).resolve("start.log");
        OwnerFile.write(log, "");
        Process process = spawn(launcher, arguments, log);
        RunFile ready = waitUntilReady(process);
        if (ready != null) {
            Files.readAllLines(log).stream()
                    .filter(line -> line.startsWith(WARNING))
                    .forEach(console.err()::println);
            console.out().print(AddressTable.of(folder, ready, !arguments.contains(UpCommand.NO_TEST_KEY)));
            console.out().println("Stop: ./perigee down");
            return Exit.OK;
        }
        return explain(process, log);
    }

    private static Process spawn(String launcher, List<String> arguments, Path log) throws IOException {
        var command = new ArrayList<String>();
        // A session of its own: closing the terminal or Ctrl-C in it does not reach the system.
        command.add(isOnPath("setsid") ? "setsid" : "nohup");
        command.add(launcher);
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true);
        // This launcher has just built; the sources that changed since then are the next start's business.
        builder.environment().put("PERIGEE_NO_BUILD", "1");
        return builder.start();
    }

    private @Nullable RunFile waitUntilReady(Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) return null;
            RunFile run = RunFile.live(folder);
            if (run != null && run.pid() == process.pid()) return run;
        }
        return null;
    }

    private int explain(Process process, Path log) throws IOException {
        if (process.isAlive()) {
            console.err().println("perigee: not ready after " + PATIENCE.toSeconds() + " s; stopping it. Log: " + log);
            process.destroy();
            return Exit.FAILED;
        }
        String said = Files.readString(log).strip();
        console.err().println(said.isEmpty() ? "perigee: it ended with code " + process.exitValue() : said);
        return process.exitValue() == 0 ? Exit.FAILED : process.exitValue();
    }

    private static boolean isOnPath(String command) {
        for (String place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(place, command))) return true;
        }
        return false;
    }
}
