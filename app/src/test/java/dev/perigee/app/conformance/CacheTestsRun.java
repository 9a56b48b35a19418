package dev.perigee.app.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.cache.Extension;
import dev.perigee.core.plan.Selection;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.ScenarioEdge;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** One run of http-tests/cache-tests: its origin, an edge, its client. */
final class CacheTestsRun {
    private static final int RUN_SECONDS = 400;
    private static final int[] ERRORS = {400, 403, 404, 405, 412, 414, 415, 416, 500, 501, 502, 503, 504};

    private CacheTestsRun() {}

    /** What the suite's client says. */
    static JsonNode of(NodePackage suite, Extension... extensions)
            throws IOException, InterruptedException, URISyntaxException {
        Path script = Path.of(Objects.requireNonNull(CacheTestsRun.class.getResource("/conformance/cache-tests.mjs"))
                .toURI());
        Process origin = node(script, "origin", suite).start();
        try (BufferedReader out = origin.inputReader();
                ScenarioEdge edge = ScenarioEdge.start(InstantSource.system())) {
            int port = Integer.parseInt(Objects.requireNonNull(out.readLine(), "the suite's origin did not start"));
            edge.extend(extensions);
            DistributionBuilder distribution = distribution(port);
            edge.serve(distribution);
            edge.answerUnknownHostsWith(distribution.build().id());
            return client(node(script, "client", suite), edge.httpPort());
        } finally {
            origin.destroy();
            assertTrue(origin.waitFor(10, TimeUnit.SECONDS), "the suite's origin does not stop");
        }
    }

    private static JsonNode client(ProcessBuilder builder, int port) throws IOException, InterruptedException {
        builder.command().add("http://127.0.0.1:" + port);
        Path result = Path.of("target", "cache-tests-" + port + ".json");
        Process client = builder.redirectOutput(result.toFile()).start();
        try {
            assertTrue(client.waitFor(RUN_SECONDS, TimeUnit.SECONDS), "the suite's client does not end");
        } finally {
            client.destroyForcibly();
        }
        assertEquals(0, client.exitValue(), "exit code of the suite's client");
        return new ObjectMapper().readTree(Files.readString(result, StandardCharsets.UTF_8));
    }

    private static ProcessBuilder node(Path script, String role, NodePackage suite) {
        var command = new ArrayList<>(List.of(
                "node", "--no-warnings", script.toString(), role, suite.folder().toString()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** Everything forwarded; fresh only by the origin's word; errors kept only by it; three headers in the key. */
    private static DistributionBuilder distribution(int originPort) {
        DistributionBuilder distribution = DistributionBuilder.distribution(originPort)
                .byDefault(b -> b.allMethods()
                        .forwardAll()
                        .ttl(0, 0, 31_536_000)
                        .keyQueries(Selection.ALL)
                        .keyHeaders("foo", "bar", "baz"));
        for (int status : ERRORS) distribution.errorTtl(status, 0);
        return distribution;
    }
}
