package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.testkit.DistributionBuilder;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What testssl.sh finds: of protocols and ciphers exactly what CloudFront lists for a policy, and no weakness that it knows. */
@Tag("full")
class TestsslTest {
    private static final Path PROGRAM = Path.of("/usr/bin/testssl");
    private static final Set<String> HARMLESS = Set.of("OK", "INFO", "LOW");
    private static final List<String> PROTOCOLS = List.of("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3");
    private static final Set<String> TLS_1_3 =
            Set.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    private static final int MINUTES_MAX = 8;

    private record Site(
            String name,
            TestCertificate certificate,
            SecurityPolicy policy,
            Set<String> protocols,
            Set<String> ciphers) {}

    private static Set<String> tls12(String key) {
        Set<String> ciphers = new HashSet<>(TLS_1_3);
        for (String each : List.of("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")) {
            ciphers.add("TLS_ECDHE_" + key + "_WITH_" + each);
        }
        return ciphers;
    }

    private static final List<Site> SITES = List.of(
            new Site(
                    "ec21.test",
                    TestCertificate.selfSigned("ec21.test"),
                    SecurityPolicy.TLS_V1_2_2021,
                    Set.of("TLS1_2", "TLS1_3"),
                    tls12("ECDSA")),
            new Site(
                    "rsa21.test",
                    TestCertificate.rsa("rsa21.test"),
                    SecurityPolicy.TLS_V1_2_2021,
                    Set.of("TLS1_2", "TLS1_3"),
                    tls12("RSA")),
            new Site(
                    "ec25.test",
                    TestCertificate.selfSigned("ec25.test"),
                    SecurityPolicy.TLS_V1_3_2025,
                    Set.of("TLS1_3"),
                    TLS_1_3),
            new Site(
                    "rsa25.test",
                    TestCertificate.rsa("rsa25.test"),
                    SecurityPolicy.TLS_V1_3_2025,
                    Set.of("TLS1_3"),
                    TLS_1_3));

    @Scenario
    @Timeout(600)
    void exactlyWhatThePolicyLists(ScenarioEdge edge, ScriptedOrigin origin, @TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "Debian's testssl.sh is not installed");
        origin.on("GET", "*").reply(200, maxAge(600), body("hello"));
        edge.certificates(SITES.stream()
                .map(site -> site.certificate().inPlan("arn:" + site.name(), edge.seal(), site.name()))
                .toArray(ServerCertificate[]::new));
        edge.serve(SITES.stream()
                .map(site -> distribution(origin)
                        .named("E" + site.name(), "d" + site.name().replace(".test", "") + ".cloudfront.net")
                        .alias(site.name())
                        .offers(OfferedVersions.HTTP_2_AND_3)
                        .tls("arn:" + site.name(), site.policy()))
                .toArray(DistributionBuilder[]::new));
        // Most of its time it waits.
        List<Process> scans = new ArrayList<>();
        for (Site site : SITES) scans.add(scan(edge.https().getPort(), site, folder));
        try {
            for (Process each : scans)
                assertTrue(each.waitFor(MINUTES_MAX, TimeUnit.MINUTES), "testssl.sh did not end");
        } finally {
            scans.forEach(Process::destroyForcibly);
        }
        for (Site site : SITES) judge(site, report(site, folder));
    }

    private static File report(Site site, Path folder) {
        return folder.resolve(site.name() + ".json").toFile();
    }

    private static Process scan(int port, Site site, Path folder) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(PROGRAM.toString(), "--warnings", "off", "--color", "0", "--quiet"));
        command.addAll(List.of("-p", "-E", "-U", "--ip", "127.0.0.1"));
        command.addAll(List.of("--jsonfile", report(site, folder).toString(), site.name() + ":" + port));
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(site.name() + ".out").toFile())
                .start();
    }

    private static void judge(Site site, File report) throws Exception {
        Set<String> protocols = new HashSet<>();
        Set<String> ciphers = new HashSet<>();
        List<String> weaknesses = new ArrayList<>();
        for (JsonNode each : new ObjectMapper().readTree(report)) {
            String id = each.path("id").asText();
            String finding = each.path("finding").asText();
            if (PROTOCOLS.contains(id) && finding.startsWith("offered")) protocols.add(id);
            if (id.startsWith("cipher-tls")) ciphers.add(finding.substring(finding.lastIndexOf(' ') + 1));
            if (!HARMLESS.contains(each.path("severity").asText())) weaknesses.add(each.toString());
        }
        assertEquals(site.protocols(), protocols, site.name());
        assertEquals(site.ciphers(), ciphers, site.name());
        assertEquals(List.of(), weaknesses, site.name());
    }
}
