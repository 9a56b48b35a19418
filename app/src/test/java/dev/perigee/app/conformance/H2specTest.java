package dev.perigee.app.conformance;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** h2spec 2.2.0, which nobody here wrote, against an edge over TLS. */
@Tag("full")
class H2specTest {
    private static final Path FOLDER = Path.of("target", "h2spec");
    private static final Path PACKED = FOLDER.resolve("h2spec/2.2.0/h2spec_linux_amd64.tar.gz");
    private static final int RUN_SECONDS = 300;

    private static Path unpacked() throws IOException, InterruptedException {
        Path binaries = Files.createDirectories(FOLDER.resolve("bin"));
        Process tar = new ProcessBuilder("tar", "-xzf", PACKED.toString(), "-C", binaries.toString())
                .inheritIO()
                .start();
        assertEquals(0, tar.waitFor(), "exit code of tar");
        return binaries.resolve("h2spec");
    }

    @Test
    @Timeout(RUN_SECONDS + 30)
    @ExtendWith(ScenarioExtension.class)
    void passesAllOfH2spec(ScenarioEdge edge, ScriptedOrigin origin) throws IOException, InterruptedException {
        var served = distribution(origin).byDefault(b -> b.allMethods());
        edge.serve(served);
        edge.answerUnknownHostsWith(served.build().id());
        // Large enough that the connection's window is used up, which some of its cases wait for.
        for (String method : new String[] {"GET", "HEAD", "POST"}) {
            origin.on(method, "/large").reply(200, maxAge(600), body(Content.generated(200_000, 1)));
        }
        Path report = FOLDER.resolve("report.txt");
        Process h2spec = new ProcessBuilder(
                        unpacked().toString(), "-h", "127.0.0.1", "-p", port(edge), "-t", "-k", "-P", "/large")
                .redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start();
        try {
            assertTrue(h2spec.waitFor(RUN_SECONDS, TimeUnit.SECONDS), "h2spec does not end");
        } finally {
            h2spec.destroyForcibly();
        }
        String said = Files.readString(report);
        assertTrue(said.contains("145 tests, 145 passed, 0 skipped, 0 failed"), said);
    }

    private static String port(ScenarioEdge edge) {
        return Integer.toString(edge.edge().https().getPort());
    }
}
