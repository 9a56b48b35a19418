package dev.perigee.control.compile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import dev.perigee.wire.PlanDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ItemSelection;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningBehaviors;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.SslProtocol;

/**
 * Snapshots against the plans they become. After an intended change: run with {@code -Dperigee.golden.update=true} and
 * read the difference.
 */
@SuppressWarnings("unchecked") // the SDK's builders take arrays of lambdas
final class GoldenPlanTest {
    private static final Path FOLDER = Path.of("src/test/resources/plans");
    private static final boolean UPDATE = Boolean.getBoolean("perigee.golden.update");

    static Stream<Arguments> snapshots() {
        return Stream.of(
                Arguments.of("command-line", Samples.snapshot(Samples.commandLine())),
                Arguments.of("private-photos", privatePhotos()),
                Arguments.of("behaviors", behaviors()),
                Arguments.of("legacy-settings", legacySettings()),
                Arguments.of("custom-origin", customOrigin()),
                Arguments.of("response-headers", responseHeaders()),
                Arguments.of("disabled-with-purges", disabledWithPurges()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("snapshots")
    void becomes(String name, Snapshot snapshot) throws IOException {
        Compilation compilation = new PlanCompiler(Samples.OPTIONS).compile(snapshot);
        assertEquals(List.of(), compilation.problems());
        Path file = FOLDER.resolve(name + ".json");
        String plan = readable(compilation.plan());
        if (UPDATE) Files.writeString(file, plan);
        assertTrue(Files.exists(file), () -> file + " is missing");
        assertEquals(Files.readString(file), plan);
    }

    private static Snapshot privatePhotos() {
        Origin bucket = Samples.bucket("bucket", "pettracker-images.s3.ap-southeast-2.amazonaws.com").toBuilder()
                .originPath("/production")
                .originAccessControlId("EOAC")
                .build();
        return new Samples.Builder()
                .distributions(Samples.distribution(
                        "EPHOTOS",
                        "d222222abcdef8",
                        config -> config.origins(origins -> origins.quantity(1).items(bucket))
                                .aliases(aliases ->
                                        aliases.quantity(2).items("Images.PetTracker.com", "*.photos.example.org"))
                                .defaultCacheBehavior(Samples.behavior(behavior -> behavior.compress(true)))))
                .accessControls(Samples.accessControl("EOAC", OriginAccessControlSigningBehaviors.ALWAYS))
                .snapshot();
    }

    private static Snapshot behaviors() {
        return Samples.snapshot(Samples.distribution(
                "EBEHAVIORS",
                "d333333abcdef8",
                config -> config.origins(origins -> origins.quantity(2)
                                .items(
                                        Samples.bucket("bucket", "pettracker-images.s3.amazonaws.com"),
                                        Samples.server("api", "api.pettracker.com")))
                        .cacheBehaviors(behaviors -> behaviors
                                .quantity(3)
                                .items(
                                        Samples.behavior(
                                                "api/*",
                                                api -> api.targetOriginId("api")
                                                        .cachePolicyId("4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
                                                        .originRequestPolicyId("b689b0a8-53d0-40ab-baf2-68738e2966ac")
                                                        .allowedMethods(methods -> methods.quantity(7)
                                                                .items(
                                                                        Method.GET,
                                                                        Method.HEAD,
                                                                        Method.POST,
                                                                        Method.PUT,
                                                                        Method.PATCH,
                                                                        Method.OPTIONS,
                                                                        Method.DELETE)
                                                                .cachedMethods(cached -> cached.quantity(2)
                                                                        .items(Method.GET, Method.HEAD)))),
                                        Samples.behavior(
                                                "*.jpg",
                                                pictures -> pictures.originRequestPolicyId(
                                                                "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf")
                                                        .responseHeadersPolicyId(
                                                                "60669652-455b-4ae9-85a4-c4c02393f86c")),
                                        Samples.behavior(
                                                "/live/*",
                                                live -> live.cachePolicyId("08627262-05a9-4f76-9ded-b50ca2e3a84f"))))
                        .defaultCacheBehavior(Samples.behavior(behavior -> behavior.compress(true)))));
    }

    private static Snapshot legacySettings() {
        return Samples.snapshot(
                Samples.distribution(
                        "EALLHEADERS",
                        "d444444abcdef8",
                        config -> config.defaultCacheBehavior(Samples.legacyBehavior(values -> values.queryString(true)
                                .cookies(cookies -> cookies.forward(ItemSelection.ALL))
                                .headers(headers -> headers.quantity(1).items("*"))))),
                Samples.distribution(
                        "ECHOSEN",
                        "d555555abcdef8",
                        config -> config.defaultCacheBehavior(Samples.legacyBehavior(values -> values.queryString(true)
                                .queryStringCacheKeys(keys -> keys.quantity(2).items("size", "format"))
                                .cookies(cookies -> cookies.forward(ItemSelection.WHITELIST)
                                        .whitelistedNames(
                                                names -> names.quantity(1).items("session_*")))
                                .headers(headers -> headers.quantity(2).items("Origin", "Accept-Language"))))));
    }

    private static Snapshot customOrigin() {
        Origin origin = Samples.server("bucket", "LOCALHOST").toBuilder()
                .originPath("/v1/")
                .connectionAttempts(1)
                .connectionTimeout(2)
                .responseCompletionTimeout(90)
                .customHeaders(headers -> headers.quantity(1)
                        .items(header -> header.headerName("X-Origin-Secret").headerValue("open sesame")))
                .customOriginConfig(custom -> custom.httpPort(8081)
                        .httpsPort(8444)
                        .originProtocolPolicy(OriginProtocolPolicy.HTTPS_ONLY)
                        .originSslProtocols(
                                protocols -> protocols.quantity(2).items(SslProtocol.TLS_V1_2, SslProtocol.TLS_V1_1))
                        .originReadTimeout(60)
                        .originKeepaliveTimeout(30))
                .build();
        return Samples.snapshot(Samples.distribution(
                "ECUSTOM",
                "d666666abcdef8",
                config -> config.origins(origins -> origins.quantity(1).items(origin))
                        .customErrorResponses(errors -> errors.quantity(2)
                                .items(
                                        error -> error.errorCode(404)
                                                .responseCode("200")
                                                .responsePagePath("/index.html")
                                                .errorCachingMinTTL(60L),
                                        error -> error.errorCode(503).errorCachingMinTTL(0L)))));
    }

    private static Snapshot responseHeaders() {
        return Samples.snapshot(
                Samples.distribution(
                        "ECORS",
                        "d777777abcdef8",
                        config -> withResponseHeaders(config, "5cc3b908-e619-4b99-88e5-2cf7f45965bd")),
                Samples.distribution(
                        "ESECURITY",
                        "d888888abcdef8",
                        config -> withResponseHeaders(config, "e61eb60c-9c35-4d20-a928-2b84e02af89c")));
    }

    private static void withResponseHeaders(DistributionConfig.Builder config, String policyId) {
        config.defaultCacheBehavior(Samples.behavior(behavior -> behavior.responseHeadersPolicyId(policyId)));
    }

    private static Snapshot disabledWithPurges() {
        return new Samples.Builder()
                .distributions(Samples.distribution("EOFF", "d999999abcdef8", config -> config.enabled(false)))
                .purges(
                        3,
                        new Purge(5, "EOFF", List.of("/b*"), List.of("red")),
                        new Purge(4, "EOFF", List.of("/a", "/a?x=1"), List.of()))
                .snapshot();
    }

    private static String readable(Plan plan) throws IOException {
        String document = new String(PlanDocument.encode(plan), UTF_8);
        var mapper = new ObjectMapper();
        var printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        var json = mapper.readTree(document.substring(document.indexOf('\n') + 1));
        return mapper.writer(printer).writeValueAsString(json) + "\n";
    }
}
