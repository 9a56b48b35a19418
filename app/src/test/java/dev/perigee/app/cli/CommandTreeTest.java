package dev.perigee.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.cli.ClockCommand.DurationConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class CommandTreeTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Console console;
    private final String data;

    CommandTreeTest(@TempDir Path temporary) {
        console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), Map.of(), temporary.toString());
        data = "--data=" + temporary.resolve("data");
    }

    @Test
    void withoutACommandItExplainsItself() {
        assertEquals(0, CommandTree.execute(console));
        assertTrue(out.toString().contains("up "), out.toString());
        assertFalse(out.toString().contains("rehearse"), "what is hidden stays hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"import", "control", "edge", "dns"})
    void whatIsNotBuiltIsNotListed(String command) {
        CommandTree.execute(console, "help");
        assertFalse(out.toString().lines().anyMatch(line -> line.startsWith("  " + command + " ")), out.toString());
        assertEquals(2, CommandTree.execute(console, command));
        assertTrue(err.toString().contains("there is no command " + command), err.toString());
    }

    @Test
    void extensionsThatDoNotExistAreRefusedWithThoseThatDo() {
        assertEquals(2, CommandTree.execute(console, "up", data, "--ports=auto", "--extensions=vary,etag"));
        assertTrue(err.toString().contains("unknown extension etag; there are cdn-cache-control,"), err.toString());
    }

    @Test
    void rootsForOriginsMustBeCertificates(@TempDir Path folder) throws IOException {
        assertEquals(2, CommandTree.execute(console, "up", data, "--ports=auto", "--origin-ca=" + folder + "/none"));
        assertTrue(err.toString().contains("origin CA " + folder + "/none does not exist"), err.toString());
        Files.createDirectories(Path.of(data.substring("--data=".length())));
        Files.writeString(Path.of(data.substring("--data=".length()), "perigee.toml"), "origin-ca = 'perigee.toml'");
        assertEquals(2, CommandTree.execute(console, "up", data, "--detach"));
        assertTrue(err.toString().contains("data/perigee.toml has no certificate in PEM form"), err.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--acme-directory=http://ca.example/dir | is an https URL",
                "--acme-directory=https:///dir | is an https URL",
                "--acme-directory=ca.example | is an https URL",
                "--acme-directory=https://a b/ | is an https URL",
                "--acme-directory=https://ca.example/dir --acme-email=ops | not an e-mail address",
                "--acme-directory=https://ca.example/dir --acme-ca=none.pem | none.pem does not exist",
                "--acme-email=ops@pettracker.test | --acme-email is of no use without --acme-directory",
                "--acme-ca=none.pem | --acme-ca is of no use without --acme-directory"
            })
    void whatIsSaidOfAcmeMustMakeSense(String flags, String expected) {
        var arguments = new ArrayList<>(List.of("up", data, "--ports=auto"));
        for (String flag : flags.split(" --", -1)) arguments.add(flag.startsWith("--") ? flag : "--" + flag);
        assertEquals(2, CommandTree.execute(console, arguments.toArray(String[]::new)));
        assertTrue(err.toString().contains(expected), err.toString());
    }

    @Test
    void aSlipIsCorrected() {
        assertEquals(2, CommandTree.execute(console, "statsu"));
        assertTrue(err.toString().contains("Did you mean") && err.toString().contains("status"), err.toString());
        assertEquals("", out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"up", "down", "status", "tour", "doctor", "hosts", "ca", "clock", "test", "completion", "version"
            })
    void everyCommandHasHelp(String command) {
        assertEquals(0, CommandTree.execute(console, command, "--help"));
        assertTrue(out.toString().startsWith("Usage: perigee " + command), out.toString());
    }

    @Test
    void withNothingRunningStatusSaysSo() {
        assertEquals(3, CommandTree.execute(console, "status", data));
        assertTrue(err.toString().contains("No system runs in"), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void withNothingRunningTheJsonIsClean() {
        assertEquals(3, CommandTree.execute(console, "status", "--json", data));
        assertEquals("{\"running\":false}", out.toString().strip());
    }

    @ParameterizedTest
    @CsvSource({"hosts, 3", "clock advance 1h, 3", "ca, 3", "down, 0"})
    void withNothingRunning(String line, int expected) {
        var arguments = new ArrayList<>(List.of(line.split(" ", -1)));
        arguments.add(data);
        assertEquals(expected, CommandTree.execute(console, arguments.toArray(String[]::new)));
        assertEquals("", out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up --ports some",
                "up --clock fast",
                "up --memory much",
                "up --memory 1K",
                "up --domain-suffix no_domain",
                "up --domain-suffix -a.example",
                "up extra",
                "up --warm-up perhaps",
                "clock back 1h",
                "clock advance soon",
                "clock advance"
            })
    void aWrongLineIsRefused(String line) {
        assertEquals(2, CommandTree.execute(console, line.split(" ", -1)), line);
        assertTrue(err.toString().startsWith("perigee: "), err.toString());
        assertEquals("", out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "25h, PT25H",
        "90s, PT1M30S",
        "15m, PT15M",
        "1d, P1D",
        "1d12h30m, PT36H30M",
        "PT25H, PT25H",
        "p1d, PT24H"
    })
    void durations(String text, Duration expected) {
        assertEquals(expected, new DurationConverter().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "25", "h", "1y", "25 h"})
    void noDurations(String text) {
        assertThrows(TypeConversionException.class, () -> new DurationConverter().convert(text));
    }

    @ParameterizedTest
    @CsvSource({"1048576, 1048576", "512k, 524288", "256M, 268435456", "1G, 1073741824", "2MiB, 2097152"})
    void sizes(String text, long expected) {
        assertEquals(expected, ByteSize.parse(text).bytes());
    }

    @Test
    void completionKnowsTheCommands() {
        assertEquals(0, CommandTree.execute(console, "completion"));
        assertTrue(out.toString().contains("--default-distribution"), "flags are completed");
        assertTrue(out.toString().contains("--origin-ca"), "flags are completed");
    }

    @Test
    void namesComeFromTheDistributionsAndNotFromTheirOrigins() throws Exception {
        List<DistributionNames> names = DistributionNames.parseList("""
                <DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Items>
                <DistributionSummary><Id>E1</Id><DomainName>d1.cloudfront.localhost</DomainName>
                <Aliases><Quantity>1</Quantity><Items><CNAME>images.example.com</CNAME></Items></Aliases>
                <Origins><Items><Origin><Id>o</Id><DomainName>b.s3.amazonaws.com</DomainName></Origin></Items></Origins>
                </DistributionSummary>
                <DistributionSummary><Id>E2</Id><DomainName>d2.cloudfront.localhost</DomainName></DistributionSummary>
                </Items></DistributionList>
                """);
        assertEquals(
                List.of(
                        new DistributionNames("E1", "d1.cloudfront.localhost", List.of("images.example.com")),
                        new DistributionNames("E2", "d2.cloudfront.localhost", List.of())),
                names);
    }
}
