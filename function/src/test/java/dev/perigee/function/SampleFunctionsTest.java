package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.JsRuntime;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.KeyValueStore.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The functions that AWS publishes as samples (github.com/aws-samples/amazon-cloudfront-functions), unmodified, with the events
 * that come with them. They are no part of this project: the environment variable PERIGEE_SAMPLE_FUNCTIONS names a folder that
 * has them.
 */
@Tag("full")
class SampleFunctionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** While the token of the sample was valid. */
    private static final long NOW = 1_700_000_000_000L;

    private static final KeyValueStore STORE = new KeyValueStore(
            "KVS_ID",
            1,
            1,
            List.of(
                    // With this the token of the sample is signed.
                    new Pair("jwt.secret", "LzdWGpAToQ1DqYuzHxE6YOqi7G3X2yvNBot9mCXfx5k"),
                    new Pair("latest", "{\"a_weightage\":1,\"a_url\":\"v1\",\"b_url\":\"v2\"}"),
                    new Pair("blog", "blog-v2")));

    @SuppressWarnings("NullAway.Init")
    private static FunctionEngine engine;

    private static @Nullable Path folder;

    @BeforeAll
    static void start() {
        String named = System.getenv("PERIGEE_SAMPLE_FUNCTIONS");
        folder = named == null ? null : Path.of(named);
        engine = new FunctionEngine(Functions.limits(), "samples");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private static Path folder() {
        Path found = folder;
        assumeTrue(
                found != null,
                "PERIGEE_SAMPLE_FUNCTIONS names no folder with a copy of github.com/aws-samples/amazon-cloudfront-functions");
        if (found == null) throw new IllegalStateException();
        return found;
    }

    private static FunctionTrial.Report report(Path sample, byte[] event) throws Exception {
        var function = new EdgeFunction(
                sample.toString().replace('/', '_'),
                JsRuntime.JS_2_0,
                Files.readString(folder().resolve(sample)),
                List.of(STORE.id()));
        return FunctionTrial.run(engine, Functions.limits(), function, List.of(STORE), event, NOW);
    }

    @ParameterizedTest(name = "{0} with {1}: {2} is {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "add-cache-control-header/index.js | test-event.json | /response/headers/cache-control/value | public, max-age=63072000",
                "add-cors-header/index.js | test-objects/cors-header.json | /response/headers/access-control-allow-origin/value | https://www.example.com",
                "add-cors-header/index.js | test-objects/no-cors-header.json | /response/headers/access-control-allow-origin/value | https://www.example.com",
                "add-origin-header/index.js | test-objects/no-origin-header.json | /request/headers/origin/value | https://www.example.com",
                "add-origin-header/index.js | test-objects/origin-header.json | /request/headers/origin/value | https://originexample.com",
                "add-security-headers/index.js | test-event.json | /response/headers/x-frame-options/value | DENY",
                "add-security-headers/index.js | test-event.json | /response/cookies/loggedIn/value | true",
                "add-true-client-ip-header/index.js | test-event.json | /request/headers/true-client-ip/value | 0.0.0.0",
                "kvs-jwt-verify/verify-jwt.js | test-objects/valid-jwt.json | /request/querystring | {\"test\":{\"value\":\"anotherQueryString\"}}",
                "kvs-jwt-verify/verify-jwt.js | test-objects/valid-jwt.json | /request/cookies | {}",
                "kvs-jwt-verify/verify-jwt.js | test-objects/expired-jwt.json | /response/statusCode | 401",
                "kvs-jwt-verify/verify-jwt.js | test-objects/invalid-jwt.json | /response/statusCode | 401",
                "kvs-jwt-verify/verify-jwt.js | test-objects/invalid-nbe-jwt.json | /response/statusCode | 401",
                "kvs-jwt-verify/verify-jwt.js | test-objects/missing-jwt.json | /response/statusCode | 401",
                "redirect-based-on-country/index.js | test-objects/country-de.json | /response/headers/location/value | https://www.example.com/de/index.html",
                "redirect-based-on-country/index.js | test-objects/country-not-de.json | /request/uri | /index.html",
                "url-rewrite-single-page-apps/index.js | test-objects/file-name-and-extension.json | /request/uri | /blog/index.html",
                "url-rewrite-single-page-apps/index.js | test-objects/file-name-no-extension.json | /request/uri | /blog/index.html",
                "url-rewrite-single-page-apps/index.js | test-objects/no-file-name.json | /request/uri | /index.html",
            })
    void doesWhatItSays(String sample, String event, String pointer, String expected) throws Exception {
        Path path = Path.of(sample);
        Path folderOfSample = path.getParent();
        assertTrue(folderOfSample != null);
        byte[] given = Files.readAllBytes(folder().resolve(folderOfSample).resolve(event));
        assertMakes(report(path, given), pointer, expected);
    }

    /** The samples that have no events of their own. */
    @ParameterizedTest(name = "{0} with {1} {2}: {4} is {5}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "kvs-conditional-read/ABUriMappingFunction.js | /latest/a | {} | `` | /request/uri | /v1/a",
                "kvs-conditional-read/ABUriMappingFunction.js | /other/a | {} | `` | /request/uri | /other/a",
                "kvs-key-value-pairs/kvs-key-value-pairs.js | /blog/a | {} | `` | /request/uri | /blog-v2/a",
                "kvs-key-value-pairs/kvs-key-value-pairs.js | /other/a | {} | `` | /request/uri | /other/a",
                "normalize-query-string-parameters/normalize-query-string.js | / | {\"b\":{\"value\":\"2\",\"multiValue\":[{\"value\":\"2\"},{\"value\":\"1\"}]},\"a\":{\"value\":\"3\"}} | `` | /request/querystring | a=3&b=1&b=2",
                "select-origin-based-on-country/index.js | / | {} | ,\"cloudfront-viewer-country\":{\"value\":\"JP\"} | /request/uri | /",
            })
    void soDoTheOthers(String sample, String uri, String query, String headers, String pointer, String expected)
            throws Exception {
        byte[] event = """
                {"version":"1.0","context":{"eventType":"viewer-request"},"viewer":{"ip":"198.51.100.11"},
                "request":{"method":"GET","uri":"%s","querystring":%s,"headers":{"host":{"value":"www.example.com"}%s}}}""".formatted(uri, query, headers).getBytes(StandardCharsets.UTF_8);
        assertMakes(report(Path.of(sample), event), pointer, expected);
    }

    private static void assertMakes(FunctionTrial.Report report, String pointer, String expected) throws IOException {
        assertEquals("", report.error());
        JsonNode at = JSON.readTree(report.output()).at(pointer);
        assertEquals(expected, at.isContainerNode() ? at.toString() : at.asText());
    }

    /** Whether there are samples that nothing above tries. */
    @Test
    void noneIsLeftOut() throws Exception {
        Set<String> known = new HashSet<>();
        for (var each : SampleFunctionsTest.class.getDeclaredMethods()) {
            CsvSource rows = each.getAnnotation(CsvSource.class);
            if (rows == null) continue;
            for (String row : rows.value())
                known.add(row.substring(0, row.indexOf('|')).strip());
        }
        Set<String> found = new TreeSet<>();
        try (Stream<Path> all = Files.walk(folder())) {
            all.filter(each -> each.toString().endsWith(".js"))
                    .forEach(each -> found.add(folder().relativize(each).toString()));
        }
        assertEquals(new TreeSet<>(known), found);
    }
}
