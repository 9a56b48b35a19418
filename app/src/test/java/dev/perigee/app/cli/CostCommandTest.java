package dev.perigee.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostCommandTest {
    private static final String HEAD = """
            #Version: 1.0
            #Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
            cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes \
            time-taken
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Path folder;

    CostCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), Map.of(), folder.toString());
        return CommandTree.execute(console, args);
    }

    private JsonNode json(String... args) throws IOException {
        assertEquals(0, run(args), err::toString);
        return new JsonMapper().readTree(out.toString());
    }

    private static String line(
            String time, String pop, long bytes, String method, String path, String protocol, long received) {
        return String.join(
                "\t",
                "2026-11-26",
                time,
                pop,
                Long.toString(bytes),
                "192.0.2.1",
                method,
                "d1.cloudfront.net",
                path,
                "200",
                "-",
                "-",
                "-",
                "-",
                "Hit",
                "id",
                "pets.example",
                protocol,
                Long.toString(received),
                "0.001\n");
    }

    private Path log(boolean packed, String lines) throws IOException {
        Path file = folder.resolve(packed ? "log.gz" : "log");
        try (OutputStream to = Files.newOutputStream(file);
                OutputStream in = packed ? new GZIPOutputStream(to) : to) {
            in.write((HEAD + lines).getBytes(StandardCharsets.ISO_8859_1));
        }
        return file;
    }

    @Test
    void aLogIsPricedLineByLine() throws IOException {
        Path log = log(
                true,
                line("10:00:00", "IAD50-P1", 100L << 30, "GET", "/dog.jpg", "https", 200)
                        + line("10:30:00", "SYD1-C1", 10L << 30, "GET", "/cat.jpg", "http", 200)
                        + line("11:00:00", "FRA50", 0, "PUT", "/up", "https", 5L << 30)
                        + "no line at all\n");
        JsonNode cost = json("cost", "--log", log.toString(), "--no-free-tier", "--json");
        assertTrue(err.toString().contains("1 lines"), err.toString());
        // 100 x .085 + 10 x .114 + 5 x .02, and three requests
        assertEquals(9.740003, cost.at("/total/usd").asDouble(), 1e-6);
        assertEquals("Data transfer to viewers", cost.at("/lines/0/item").asText());
        assertEquals("US", cost.at("/lines/0/region").asText());
        assertEquals(8.5, cost.at("/lines/0/usd").asDouble());
        double sum = 0;
        for (JsonNode each : cost.path("lines")) sum += each.path("usd").asDouble();
        assertEquals(cost.at("/total/usd").asDouble(), sum, 1e-5);
        // 110 GB for 90 cents in ten
        assertEquals(9.9, cost.at("/compared/s3Alone/usd").asDouble());
        assertEquals("d1.cloudfront.net", cost.at("/distributions/0/name").asText());
        assertEquals("/dog.jpg", cost.at("/paths/0/name").asText());
        assertEquals(8.500001, cost.at("/paths/0/usd").asDouble(), 0.11);
        assertEquals(3601, cost.at("/month/fromSeconds").asInt());
        assertTrue(cost.at("/month/usd").asDouble() > 700 * 8.5 * 0.8, cost.toString());
        JsonNode inEurope = json("cost", "--log", log.toString(), "--no-free-tier", "--price-class", "100", "--json");
        // Sydney costs as North America: 8.5 + .85 + .1
        assertEquals(9.45, inEurope.at("/total/usd").asDouble(), 1e-4);
        assertEquals(
                0.1,
                json("cost", "--log", log.toString(), "--json").at("/total/usd").asDouble(),
                1e-6);
    }

    @Test
    void theMonthOfTheStoryBesideOwnServers() throws IOException {
        JsonNode cost = json(
                "cost",
                "--gigabytes",
                "5000",
                "--no-free-tier",
                "--own-servers",
                "3",
                "--own-per-month",
                "12",
                "--own-per-gb",
                "0.01",
                "--json");
        assertEquals(425, cost.at("/total/usd").asDouble());
        assertEquals(450, cost.at("/compared/s3Alone/usd").asDouble());
        assertEquals(86, cost.at("/compared/ownServers/usd").asDouble());
        assertEquals(0, run("cost", "--gigabytes", "5000"));
        assertTrue(out.toString().contains("$337.96"), out.toString());
        assertTrue(out.toString().contains("$450.00"), out.toString());
    }

    @Test
    void whatNoLogTellsIsPricedWhenItIsSaid() throws IOException {
        String all = "cost --gigabytes 0 --invalidation-paths 1500 --function-calls 12000000 --store-reads 3000000"
                + " --lambda-calls 500000 --lambda-gb-seconds 1234.5 --realtime-lines 250000000 --shield-requests 2000000"
                + " --shield-region SA --s3-requests 7000000 --json";
        // 500 x .005 + 12 x .10 + 3 x .03 + .5 x .60 + 1,234.5 x .00005001 + 250 x .01 + 200 x .016 + 7 x .40
        JsonNode listed = json((all + " --no-free-tier").split(" ", -1));
        assertEquals(12.651737, listed.at("/total/usd").asDouble(), 1e-6);
        assertEquals("paths", listed.at("/lines/0/unit").asText());
        assertEquals("SA", listed.at("/lines/6/region").asText());
        // Two million calls and two million reads are free.
        JsonNode free = json(all.split(" ", -1));
        assertEquals(12.651737 - 0.2 - 0.06, free.at("/total/usd").asDouble(), 1e-6);
        JsonNode few = json("cost", "--gigabytes", "5000", "--invalidation-paths", "1000", "--no-free-tier", "--json");
        assertEquals(425, few.at("/total/usd").asDouble());
        assertEquals(0, few.at("/lines/1/usd").asDouble());
        JsonNode asked = json("cost", "--gigabytes", "5000", "--requests", "20000000", "--json");
        assertEquals(450, asked.at("/compared/s3Alone/usd").asDouble());
        assertEquals(8, asked.at("/compared/s3Requests/usd").asDouble());
    }

    @Test
    void columnsMayComeInAnotherOrder() throws IOException {
        Path log = folder.resolve("other");
        Files.writeString(log, """
                #Fields: cs-protocol time date sc-bytes x-edge-location cs-method cs-bytes cs(Host) cs-uri-stem
                https\t10:00:00\t2026-11-26\t1073741824\tNRT12-P9\tGET\t-\td1\t/a
                """);
        JsonNode cost = json("cost", "--log", log.toString(), "--no-free-tier", "--json");
        assertEquals("JP", cost.at("/lines/0/region").asText());
        assertEquals(0.114, cost.at("/lines/0/usd").asDouble());
    }

    @Test
    void aWebSocketInClearIsNoHttpsAndItsOctetsGoToTheOrigin() throws IOException {
        Path log = log(
                false,
                line("10:00:00", "IAD50-P1", 0, "GET", "/chat", "ws", 1L << 30)
                        + line("10:00:01", "IAD50-P1", 0, "GET", "/chat", "wss", 1L << 30)
                        + line("10:00:02", "IAD50-P1", -5, "GET", "/odd", "http", 0)
                        + line("10:00:03", "IAD50-P1", Long.MAX_VALUE, "GET", "/odd", "http", 0));
        JsonNode lines = json("cost", "--log", log.toString(), "--no-free-tier", "--json")
                .path("lines");
        assertEquals("Data transfer to origins", lines.at("/0/item").asText());
        assertEquals(2, lines.at("/0/quantity").asInt());
        assertEquals("HTTP requests", lines.at("/1/item").asText());
        assertEquals(1, lines.at("/1/quantity").asInt());
        assertEquals("HTTPS requests", lines.at("/2/item").asText());
        assertEquals(1, lines.at("/2/quantity").asInt());
        assertTrue(err.toString().contains("2 lines"), err.toString());
    }

    @Test
    void whatALogSaysIsNoCommandForTheTerminal() throws IOException {
        Path log = log(false, line("10:00:00", "IAD50-P1", 1L << 30, "GET", "/\u001b[31mred\u009b2J", "https", 0));
        assertEquals(0, run("cost", "--log", log.toString()));
        assertTrue(out.toString().contains("/?[31mred?2J"), out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--price-class 300",
                "--gigabytes 5 --region XX",
                "--gigabytes -1",
                "--gigabytes 1 --log x",
                "--gigabytes 1 --function-calls -1",
                "--gigabytes 1 --invalidation-paths -1",
                "--gigabytes 1 --shield-requests 1 --shield-region XX",
                "--gigabytes many"
            })
    void whatMakesNoSenseIsRefused(String options) {
        assertEquals(2, run(("cost " + options).split(" ", -1)), err::toString);
        assertTrue(err.toString().contains("--"), err.toString());
    }

    @Test
    void withoutALogItSaysWhatToDo() {
        assertEquals(1, run("cost", "--data", folder.resolve("nothing").toString()));
        assertTrue(err.toString().contains("--log"), err.toString());
        assertEquals(1, run("cost", "--log", folder.resolve("missing").toString()));
    }
}
