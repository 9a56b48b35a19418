package dev.perigee.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.perigee.control.resource.Configs;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.serve.PolicyFields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;

/**
 * From the policy that is given to the API to the header fields of a response, one row for each sentence of the developer
 * guide's "Understand response headers policies" and "Use managed response headers policies".
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResponseHeadersTest {
    private static final long NOON = 1_795_608_000;
    private static final String METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

    private Running running;
    private String distribution = "";

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        running = new Running(folder.resolve("store.db"), null);
        distribution = running.client
                .createDistribution(r -> r.distributionConfig(Configs.of("d")))
                .distribution()
                .id();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    /** What the distribution is served by once it has the policy with this id. */
    private ResponseHeadersPolicy published(String policyId) throws Exception {
        attach(policyId);
        Running.await("in the plan", () -> {
            ResponseHeadersPolicy served = served();
            return served != null && served.id().equals(policyId);
        });
        ResponseHeadersPolicy policy = served();
        if (policy == null) throw new AssertionError("no policy in the plan");
        return policy;
    }

    private @Nullable ResponseHeadersPolicy served() {
        return running.edge.plan().distributions().stream()
                .findFirst()
                .map(distribution -> distribution.behaviors().getFirst().responseHeaders())
                .orElse(null);
    }

    /** One distribution for all rows: a plan with one for each would take longer than what the rows are about. */
    private void attach(String policyId) {
        var read = running.client.getDistributionConfig(r -> r.id(distribution));
        var behavior = read.distributionConfig().defaultCacheBehavior();
        running.client.updateDistribution(r -> r.id(distribution)
                .ifMatch(read.eTag())
                .distributionConfig(read.distributionConfig().toBuilder()
                        .defaultCacheBehavior(behavior.toBuilder()
                                .responseHeadersPolicyId(policyId)
                                .build())
                        .build()));
    }

    /** Fields as lines, without those that no row is about. */
    private static List<String> shown(ResponseHeadersPolicy policy, String method, String asked, String answered) {
        var request = new RequestHead(method, "/", null, "h", HttpVersion.HTTP_1_1, fields(asked));
        Fields applied =
                PolicyFields.apply(policy, fields(answered), request, PolicyFields.allowOrigin(policy, request), NOON);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < applied.size(); i++) {
            if (!applied.name(i).equals("ETag")) lines.add(applied.name(i) + ": " + applied.value(i));
        }
        return lines.stream().sorted().toList();
    }

    private static Fields fields(String lines) {
        Fields.Builder fields = Fields.builder(4).add("ETag", "\"v\"");
        for (String line : lines.split("\n", -1)) {
            if (!line.isBlank())
                fields.add(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2));
        }
        return fields.build();
    }

    private static Arguments row(
            String what,
            Consumer<ResponseHeadersPolicyConfig.Builder> config,
            String method,
            String asked,
            String answered,
            String... expected) {
        return arguments(
                what,
                config,
                method,
                asked,
                answered,
                Stream.of(expected).sorted().toList());
    }

    private static Consumer<ResponseHeadersPolicyConfig.Builder> security(
            Consumer<ResponseHeadersPolicySecurityHeadersConfig.Builder> settings) {
        return policy -> policy.securityHeadersConfig(settings);
    }

    private static Consumer<ResponseHeadersPolicyConfig.Builder> cors(
            boolean override, List<String> origins, Consumer<ResponseHeadersPolicyCorsConfig.Builder> settings) {
        return policy -> policy.corsConfig(cors -> {
            cors.accessControlAllowOrigins(o -> o.quantity(origins.size()).items(origins))
                    .accessControlAllowHeaders(h -> h.quantity(2).items("X-A", "content-type"))
                    .accessControlAllowMethods(m -> m.quantity(2).itemsWithStrings("GET", "POST"))
                    .accessControlAllowCredentials(false)
                    .originOverride(override);
            settings.accept(cors);
        });
    }

    private static Consumer<ResponseHeadersPolicyConfig.Builder> custom(String name, String value, boolean override) {
        ResponseHeadersPolicyCustomHeader header = ResponseHeadersPolicyCustomHeader.builder()
                .header(name)
                .value(value)
                .override(override)
                .build();
        return policy -> policy.customHeadersConfig(c -> c.quantity(1).items(header));
    }

    private static Consumer<ResponseHeadersPolicyConfig.Builder> removing(String... names) {
        return policy -> policy.removeHeadersConfig(r -> r.quantity(names.length)
                .items(Stream.of(names)
                        .map(name -> ResponseHeadersPolicyRemoveHeader.builder()
                                .header(name)
                                .build())
                        .toList()));
    }

    static Stream<Arguments> securityRows() {
        Consumer<ResponseHeadersPolicyConfig.Builder> frame =
                security(s -> s.frameOptions(f -> f.frameOption("DENY").override(false)));
        Consumer<ResponseHeadersPolicyConfig.Builder> override =
                security(s -> s.frameOptions(f -> f.frameOption("DENY").override(true)));
        return Stream.of(
                row("added where the origin has none", frame, "GET", "", "", "X-Frame-Options: DENY"),
                row(
                        "the origin's stays",
                        frame,
                        "GET",
                        "",
                        "x-frame-options: SAMEORIGIN",
                        "x-frame-options: SAMEORIGIN"),
                row(
                        "the origin's goes",
                        override,
                        "GET",
                        "",
                        "x-frame-options: A\nX-Frame-Options: B",
                        "X-Frame-Options: DENY"),
                row(
                        "HSTS with everything",
                        security(s -> s.strictTransportSecurity(h -> h.accessControlMaxAgeSec(63072000)
                                .includeSubdomains(true)
                                .preload(true)
                                .override(true))),
                        "GET",
                        "",
                        "",
                        "Strict-Transport-Security: max-age=63072000; includeSubDomains; preload"),
                row(
                        "HSTS with nothing",
                        security(s -> s.strictTransportSecurity(
                                h -> h.accessControlMaxAgeSec(0).override(false))),
                        "GET",
                        "",
                        "",
                        "Strict-Transport-Security: max-age=0"),
                row(
                        "CSP",
                        security(s -> s.contentSecurityPolicy(c ->
                                c.contentSecurityPolicy("default-src 'none'").override(true))),
                        "GET",
                        "",
                        "Content-Security-Policy: a",
                        "Content-Security-Policy: default-src 'none'"),
                row(
                        "content type options",
                        security(s -> s.contentTypeOptions(o -> o.override(false))),
                        "GET",
                        "",
                        "",
                        "X-Content-Type-Options: nosniff"),
                row(
                        "XSS off",
                        security(s -> s.xssProtection(x -> x.protection(false).override(true))),
                        "GET",
                        "",
                        "",
                        "X-XSS-Protection: 0"),
                row(
                        "XSS on",
                        security(s -> s.xssProtection(x -> x.protection(true).override(true))),
                        "GET",
                        "",
                        "",
                        "X-XSS-Protection: 1"),
                row(
                        "XSS block",
                        security(s -> s.xssProtection(
                                x -> x.protection(true).modeBlock(true).override(true))),
                        "GET",
                        "",
                        "",
                        "X-XSS-Protection: 1; mode=block"),
                row(
                        "XSS report",
                        security(s -> s.xssProtection(x -> x.protection(true)
                                .reportUri("https://r.example/x")
                                .override(true))),
                        "GET",
                        "",
                        "",
                        "X-XSS-Protection: 1; report=https://r.example/x"));
    }

    static Stream<Arguments> customAndRemovedRows() {
        return Stream.of(
                row("custom added", custom("X-A", "edge", false), "GET", "", "", "X-A: edge"),
                row("custom yields", custom("X-A", "edge", false), "GET", "", "x-a: origin", "x-a: origin"),
                row("custom overrides", custom("X-A", "edge", true), "GET", "", "x-a: 1\nx-a: 2", "X-A: edge"),
                row("custom without a value", custom("X-A", "", true), "GET", "", "", "X-A: "),
                row("removed", removing("X-Powered-By", "vary"), "GET", "", "x-powered-by: a\nVary: b\nX: c", "X: c"),
                row(
                        "removed and added",
                        removing("X-A").andThen(custom("X-A", "edge", false)),
                        "GET",
                        "",
                        "X-A: origin",
                        "X-A: edge"),
                row("Server removed", removing("Server"), "GET", "", "Server: Apache", "Server: CloudFront"),
                row(
                        "Server replaced",
                        removing("Server").andThen(custom("Server", "mine", true)),
                        "GET",
                        "",
                        "Server: Apache",
                        "Server: mine"),
                row(
                        "Date removed",
                        removing("Date"),
                        "GET",
                        "",
                        "Date: Mon, 01 Jan 2024 00:00:00 GMT",
                        "Date: Wed, 25 Nov 2026 12:00:00 GMT"));
    }

    static Stream<Arguments> corsRows() {
        List<String> any = List.of("*");
        List<String> some = List.of("https://a.example", "https://*.b.example");
        String origin = "Access-Control-Allow-Origin: ";
        return Stream.of(
                row("no Origin", cors(true, any, c -> {}), "GET", "", "", new String[0]),
                row("any origin", cors(true, any, c -> {}), "GET", "Origin: https://x.example", "", origin + "*"),
                row(
                        "an allowed one",
                        cors(true, some, c -> {}),
                        "GET",
                        "Origin: https://c.b.example",
                        "",
                        origin + "https://c.b.example",
                        "Vary: Origin"),
                row(
                        "Vary is joined",
                        cors(true, some, c -> {}),
                        "GET",
                        "Origin: https://a.example",
                        "Vary: Accept-Encoding",
                        origin + "https://a.example",
                        "Vary: Accept-Encoding, Origin"),
                row(
                        "Vary has it",
                        cors(true, some, c -> {}),
                        "GET",
                        "Origin: https://a.example",
                        "Vary: origin",
                        origin + "https://a.example",
                        "Vary: origin"),
                row("another origin", cors(true, some, c -> {}), "GET", "Origin: https://x.example", "", new String[0]),
                row(
                        "another origin, whatever the origin says",
                        cors(true, some, c -> {}),
                        "GET",
                        "Origin: https://x.example",
                        "access-control-allow-origin: *\nX: y",
                        "X: y"),
                row(
                        "another origin, without override",
                        cors(false, some, c -> {}),
                        "GET",
                        "Origin: https://x.example",
                        "access-control-allow-origin: *",
                        "access-control-allow-origin: *"),
                row(
                        "credentials, exposed",
                        cors(
                                true,
                                some,
                                c -> c.accessControlAllowCredentials(true)
                                        .accessControlMaxAgeSec(600)
                                        .accessControlExposeHeaders(
                                                h -> h.quantity(2).items("X-B", "X-C"))),
                        "POST",
                        "Origin: https://a.example",
                        "",
                        "Access-Control-Allow-Credentials: true",
                        origin + "https://a.example",
                        "Access-Control-Expose-Headers: X-B, X-C",
                        "Vary: Origin"),
                row(
                        "preflight",
                        cors(true, any, c -> c.accessControlMaxAgeSec(600)),
                        "OPTIONS",
                        "Origin: https://x.example\nAccess-Control-Request-Method: POST",
                        "",
                        "Access-Control-Allow-Headers: X-A, content-type",
                        "Access-Control-Allow-Methods: GET, POST",
                        origin + "*",
                        "Access-Control-Max-Age: 600"),
                row(
                        "OPTIONS that is no preflight",
                        cors(true, any, c -> c.accessControlMaxAgeSec(600)),
                        "OPTIONS",
                        "Origin: https://x.example",
                        "",
                        origin + "*"),
                row(
                        "all methods, all headers",
                        cors(
                                true,
                                any,
                                c -> c.accessControlAllowMethods(
                                                m -> m.quantity(1).itemsWithStrings("ALL"))
                                        .accessControlAllowHeaders(
                                                h -> h.quantity(1).items("*"))),
                        "OPTIONS",
                        "Origin: https://x.example\nAccess-Control-Request-Method: POST",
                        "",
                        "Access-Control-Allow-Headers: *",
                        "Access-Control-Allow-Methods: " + METHODS,
                        origin + "*"),
                row(
                        "headers by pattern",
                        cors(
                                true,
                                any,
                                c -> c.accessControlAllowHeaders(
                                        h -> h.quantity(3).items("x-amz-*", "x-*-amz", "X-B"))),
                        "OPTIONS",
                        "Origin: https://x.example\nAccess-Control-Request-Method: PUT\n"
                                + "Access-Control-Request-Headers: x-amz, x-amz-test,X-1-AMZ, y",
                        "",
                        "Access-Control-Allow-Headers: x-amz-test, x-1-amz, X-B",
                        "Access-Control-Allow-Methods: GET, POST",
                        origin + "*"),
                row(
                        "override replaces",
                        cors(true, any, c -> {}),
                        "GET",
                        "Origin: https://x.example",
                        "access-control-allow-origin: https://old.example",
                        origin + "*"),
                row(
                        "one of the origin's keeps all away",
                        cors(
                                false,
                                any,
                                c -> c.accessControlExposeHeaders(
                                        h -> h.quantity(1).items("*"))),
                        "GET",
                        "Origin: https://x.example",
                        "access-control-max-age: 5",
                        "access-control-max-age: 5"),
                row(
                        "unless it was removed",
                        removing("Access-Control-Max-Age").andThen(cors(false, any, c -> {})),
                        "GET",
                        "Origin: https://x.example",
                        "access-control-max-age: 5",
                        origin + "*"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"securityRows", "customAndRemovedRows", "corsRows"})
    void isAsDocumented(
            String what,
            Consumer<ResponseHeadersPolicyConfig.Builder> config,
            String method,
            String asked,
            String answered,
            List<String> expected)
            throws Exception {
        String id = running.client
                .createResponseHeadersPolicy(r -> r.responseHeadersPolicyConfig(c -> {
                    c.name("row");
                    config.accept(c);
                }))
                .responseHeadersPolicy()
                .id();
        ResponseHeadersPolicy policy = published(id);
        assertEquals(expected, shown(policy, method, asked, answered));
        drop(id);
    }

    /** Only so many policies exist at once. */
    private void drop(String id) {
        attach("");
        String etag = running.client.getResponseHeadersPolicy(r -> r.id(id)).eTag();
        running.client.deleteResponseHeadersPolicy(r -> r.id(id).ifMatch(etag));
    }

    @ParameterizedTest(name = "{1} for {2} {3} with {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "60669652-455b-4ae9-85a4-c4c02393f86c | SimpleCORS | GET | simple | none | O",
                "60669652-455b-4ae9-85a4-c4c02393f86c | SimpleCORS | OPTIONS | preflight | none | O",
                "60669652-455b-4ae9-85a4-c4c02393f86c | SimpleCORS | GET | none | none | ''",
                "60669652-455b-4ae9-85a4-c4c02393f86c | SimpleCORS | GET | simple | cors | origin's",
                "5cc3b908-e619-4b99-88e5-2cf7f45965bd | CORS-With-Preflight | GET | simple | none | O E",
                "5cc3b908-e619-4b99-88e5-2cf7f45965bd | CORS-With-Preflight | OPTIONS | preflight | none | O E M",
                "67f7725c-6f97-4210-82d7-5512b31e9d03 | SecurityHeadersPolicy | GET | simple | none | S",
                "67f7725c-6f97-4210-82d7-5512b31e9d03 | SecurityHeadersPolicy | GET | none | security | mixed",
                "e61eb60c-9c35-4d20-a928-2b84e02af89c | CORS-and-SecurityHeadersPolicy | GET | simple | none | O S",
                "eaab4381-ed33-4a86-88ca-d9558dc6cd63 | CORS-with-preflight-and-SecurityHeadersPolicy"
                        + " | OPTIONS | preflight | none | O E M S",
                "eaab4381-ed33-4a86-88ca-d9558dc6cd63 | CORS-with-preflight-and-SecurityHeadersPolicy"
                        + " | GET | none | none | S",
            })
    void managedPoliciesHaveTheirValues(
            String id, String name, String method, String asked, String answered, String expected) throws Exception {
        String request = switch (asked) {
            case "simple" -> "Origin: https://x.example";
            case "preflight" -> "Origin: https://x.example\nAccess-Control-Request-Method: PUT";
            default -> "";
        };
        String response = switch (answered) {
            case "cors" -> "Access-Control-Allow-Origin: https://o.example";
            case "security" ->
                "Referrer-Policy: a\nStrict-Transport-Security: b\nX-Content-Type-Options: c\n"
                        + "X-Frame-Options: d\nX-XSS-Protection: e";
            default -> "";
        };
        List<String> lines = new ArrayList<>();
        for (String part : expected.split(" ", -1)) lines.addAll(managed(part));
        assertEquals(lines.stream().sorted().toList(), shown(published(id), method, request, response));
    }

    private static List<String> managed(String part) {
        return switch (part) {
            case "O" -> List.of("Access-Control-Allow-Origin: *");
            case "E" -> List.of("Access-Control-Expose-Headers: *");
            case "M" -> List.of("Access-Control-Allow-Methods: " + METHODS);
            case "S" ->
                List.of(
                        "Referrer-Policy: strict-origin-when-cross-origin",
                        "Strict-Transport-Security: max-age=31536000",
                        "X-Content-Type-Options: nosniff",
                        "X-Frame-Options: SAMEORIGIN",
                        "X-XSS-Protection: 1; mode=block");
            case "mixed" ->
                List.of(
                        "Referrer-Policy: a",
                        "Strict-Transport-Security: b",
                        "X-Content-Type-Options: nosniff",
                        "X-Frame-Options: d",
                        "X-XSS-Protection: e");
            case "origin's" -> List.of("Access-Control-Allow-Origin: https://o.example");
            default -> List.of();
        };
    }
}
