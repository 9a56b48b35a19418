package dev.perigee.app.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What {@code perigee advise} says. In a process of its own: it reads all that was logged, and takes memory and time that are the
 * edges' here. One at a time.
 */
final class AdviceRun {
    private static final int SECONDS_MAX = 120;
    private static final int OUTPUT_MAX = 8 << 20;

    private final Path folder;
    private final Semaphore free = new Semaphore(1);

    /** @param folder of the system */
    AdviceRun(Path folder) {
        this.folder = folder;
    }

    Answer document() throws IOException {
        if (!free.tryAcquire()) return Answer.error(503, "advice is being sought already");
        try {
            return run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.error(503, "the console is closing");
        } finally {
            free.release();
        }
    }

    private Answer run() throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(List.of(
                        java.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.perigee.app.Main",
                        "advise",
                        "--json",
                        "--data=" + folder))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Ends the reading below as well.
        Thread watch = Thread.ofVirtual().start(() -> endAfter(process));
        try (InputStream said = process.getInputStream()) {
            byte[] document = said.readNBytes(OUTPUT_MAX);
            int code = process.waitFor();
            if (code == 0) return new Answer(200, "application/json", document);
            String text = new String(document, StandardCharsets.UTF_8).strip();
            return Answer.error(502, "./perigee advise ended with " + code + (text.isEmpty() ? "" : ": " + text));
        } finally {
            watch.interrupt();
            process.destroyForcibly();
        }
    }

    private static void endAfter(Process process) {
        try {
            boolean _ = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
