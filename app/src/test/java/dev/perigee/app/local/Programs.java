package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** Programs that others made, if they are installed. */
final class Programs {
    private static final long PATIENCE_SECONDS = 60;

    private Programs() {}

    /** What a program printed, and how it ended. */
    record Ended(int code, String printed) {}

    /**
     * Runs a program to its end.
     *
     * @param comes from which Debian package
     * @param input what it reads
     */
    static Ended run(String comes, Map<String, String> environment, String input, List<String> command)
            throws IOException, InterruptedException {
        requireInstalled(command.getFirst(), comes);
        Path in = Files.createTempFile("program", ".in");
        Path out = Files.createTempFile("program", ".out");
        try {
            Files.writeString(in, input, StandardCharsets.ISO_8859_1);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), command.getFirst() + " takes too long");
                return new Ended(process.exitValue(), Files.readString(out));
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(in);
            Files.delete(out);
        }
    }

    /** Whether Lambda functions can be run, for {@code EnabledIf}. */
    static boolean haveNodeAndPython() {
        return installed("node") && installed("python3");
    }

    private static boolean installed(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, program))) return true;
        }
        return false;
    }

    private static void requireInstalled(String program, String comes) {
        if (installed(program)) return;
        String why = "Debian's " + comes + " is not installed";
        // Nothing is left out in continuous integration.
        if (System.getenv("CI") != null) fail(why);
        throw new TestAbortedException(why);
    }
}
