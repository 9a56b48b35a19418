package dev.perigee.app.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.cache.Extension;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * http-tests/cache-tests by its npm package. Every required or optional test that does not pass is on the list with its
 * reason, and every one on the list does not pass.
 */
@Tag("full")
class CacheTestsTest {
    /** Of the suite's 160 required tests the package carries 141. */
    private static final int REQUIRED = 141;

    private static final String LIST = "/conformance/cache-tests.tsv";

    @Test
    void asCloudFrontBehaves() throws IOException, InterruptedException, URISyntaxException {
        CacheTestsScore score = run("off");
        assertTrue(score.passed("required") >= 123, () -> score.passed("required") + " required");
        assertTrue(score.passed("optimal") >= 66, () -> score.passed("optimal") + " optional");
    }

    @Test
    void withExtensions() throws IOException, InterruptedException, URISyntaxException {
        CacheTestsScore score = run("on", Extension.values());
        assertTrue(score.passed("required") >= 136, () -> score.passed("required") + " required");
    }

    private static CacheTestsScore run(String mode, Extension... extensions)
            throws IOException, InterruptedException, URISyntaxException {
        NodePackage suite = NodePackage.installed("http-cache-tests", "0.4.5");
        List<String[]> rows = rows();
        Map<String, String> kinds = new HashMap<>();
        var expected = new TreeSet<String>();
        for (String[] row : rows) {
            if (!row[1].equals("same")) kinds.put(row[0], row[1]);
            if (row[2].equals("both") || row[2].equals(mode)) expected.add(row[0]);
        }
        CacheTestsScore score = CacheTestsScore.of(CacheTestsRun.of(suite, extensions), kinds);
        Files.writeString(Path.of("target", "cache-tests-extensions-" + mode + ".txt"), score.table());
        assertEquals(REQUIRED, score.all("required"), "required tests in the package");
        var failed = new TreeSet<String>(score.notPassed("required"));
        failed.addAll(score.notPassed("optimal"));
        assertEquals(String.join("\n", expected), String.join("\n", failed), "tests not passed, extensions " + mode);
        return score;
    }

    /** Id, kind, in which modes it does not pass, reason, source. */
    private static List<String[]> rows() throws IOException {
        try (InputStream in = Objects.requireNonNull(CacheTestsTest.class.getResourceAsStream(LIST))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }
}
