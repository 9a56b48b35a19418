package dev.perigee.app.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** An npm package, installed under {@code target} the first time it is asked for. */
public record NodePackage(Path folder) {
    private static final int INSTALL_SECONDS = 300;

    /** Skips the test where Node.js is missing, unless this is continuous integration: nothing is left out there. */
    public static NodePackage installed(String name, String version) throws IOException, InterruptedException {
        requireProgram("node");
        requireProgram("npm");
        Path prefix = Path.of("target", "npm", name + '-' + version).toAbsolutePath();
        Path folder = prefix.resolve("node_modules").resolve(name);
        Path done = prefix.resolve("installed");
        if (Files.exists(done)) return new NodePackage(folder);
        Files.createDirectories(prefix);
        Process npm = new ProcessBuilder(List.of(
                        "npm",
                        "install",
                        "--no-audit",
                        "--no-fund",
                        "--prefix",
                        prefix.toString(),
                        name + '@' + version))
                .redirectErrorStream(true)
                .redirectOutput(prefix.resolve("install.log").toFile())
                .start();
        if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS))
            npm.destroyForcibly().waitFor();
        assertEquals(0, npm.exitValue(), () -> "npm install failed; see " + prefix.resolve("install.log"));
        Files.writeString(done, version);
        return new NodePackage(folder);
    }

    private static void requireProgram(String program) throws InterruptedException {
        try {
            Process asked = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (asked.waitFor(30, TimeUnit.SECONDS) && asked.exitValue() == 0) return;
            asked.destroyForcibly();
        } catch (IOException missing) {
            // Said below.
        }
        String missing = program + " is not installed: this test needs Node.js 20 or newer with npm";
        if (System.getenv("CI") != null) fail(missing);
        throw new TestAbortedException(missing);
    }
}
