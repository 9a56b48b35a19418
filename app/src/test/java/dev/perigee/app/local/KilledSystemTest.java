package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.app.cli.CommandTree;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.http.Field;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A system of its own process is killed under load: what becomes of the lines of its log. */
@Tag("full")
@Timeout(300)
class KilledSystemTest {
    private static final String DESTINATION = "arn:aws:logs:us-east-1:123456789012:delivery-destination:";
    private static final String FIELDS =
            ",\"recordFields\":[\"x-edge-request-id\",\"cs-uri-query\",\"cs(User-Agent)\",\"sc-status\"]";
    private static final int PER_SECOND = 1_500;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final SystemFolder folder;
    private final Path printed;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private @Nullable Process process;

    KilledSystemTest(@TempDir Path temporary) {
        folder = SystemFolder.at(temporary.resolve("data"));
        printed = temporary.resolve("out");
    }

    @AfterEach
    void stop() {
        kill();
        threads.shutdownNow();
    }

    @Test
    void linesOfTheLastSecondAtMostAreMissingAndNoneIsThereTwice() throws Exception {
        RunFile run = start();
        String host = logged(run);
        // Once in the midst of requests, once besides in the midst of a delivery; a load is longer than the ten seconds
        // between.
        Map<Long, Long> answered = new HashMap<>();
        List<Long> kills = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            var viewer = new NumberedViewer(run.pops().get(round).http(), host, PER_SECOND, round * 1_000_000L);
            Future<Map<Long, Long>> load = threads.submit(viewer::askUntilItEnds);
            LockSupport.parkNanos(Duration.ofSeconds(11 + round).plusMillis(700).toNanos());
            if (round == 1) {
                var _ = threads.submit(this::flush);
                LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
            }
            kills.add(System.nanoTime());
            kill();
            answered.putAll(load.get());
            run = start();
        }
        String log = Files.readString(printed);
        assertTrue(
                log.contains("IAD: the last process was killed; log lines of up to its last second are missing"), log);
        flush();
        Map<String, List<String[]>> delivered = new HashMap<>();
        delivered.put(
                "v1",
                DeliveredLogs.lines(folder, "photo-logs/v1").stream()
                        .map(fields -> new String[] {fields[14], fields[11], fields[10], fields[8]})
                        .toList());
        delivered.put("w3c", DeliveredLogs.lines(folder, "photo-logs/w3c"));
        delivered.put("json", json());
        delivered.put("parquet", parquet());
        for (var each : delivered.entrySet()) check(each.getKey(), each.getValue(), answered, kills);
    }

    private static void check(String format, List<String[]> lines, Map<Long, Long> answered, List<Long> kills) {
        Set<String> ids = new HashSet<>();
        Set<Long> numbers = new HashSet<>();
        for (String[] line : lines) {
            assertTrue(ids.add(line[0]), format + " has twice " + String.join(" ", line));
            numbers.add(Long.parseLong(line[1].substring(2)));
            assertEquals("%22a%22%20%25%E9", line[2], format);
            assertEquals("200", line[3], format);
        }
        List<Long> missing = answered.entrySet().stream()
                .filter(each -> !numbers.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        for (long at : missing) {
            long before = kills.stream()
                    .mapToLong(kill -> kill - at)
                    .filter(nanos -> nanos > -SECOND)
                    .min()
                    .orElseThrow();
            assertTrue(before < SECOND, format + " lacks a line of " + before / 1_000_000 + " ms before the kill");
        }
        System.getLogger(KilledSystemTest.class.getName())
                .log(System.Logger.Level.INFO, "{0}: {1} lines, {2} missing", format, lines.size(), missing.size());
        assertTrue(lines.size() > answered.size() - 2.2 * PER_SECOND, format + ": " + lines.size());
    }

    private List<String[]> json() throws IOException {
        List<String[]> lines = new ArrayList<>();
        for (String line : DeliveredLogs.text(folder, "photo-logs/json").split("\n", -1)) {
            if (line.isEmpty()) continue;
            var node = new ObjectMapper().readTree(line);
            lines.add(new String[] {
                node.path("x-edge-request-id").asText(),
                node.path("cs-uri-query").asText(),
                node.path("cs(User-Agent)").asText(),
                node.path("sc-status").asText()
            });
        }
        return lines;
    }

    private List<String[]> parquet() throws Exception {
        List<String[]> lines = new ArrayList<>();
        String files = folder.objects().resolve("photo-logs/parquet") + "/**/*.parquet";
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duckdb.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM read_parquet('" + files + "')")) {
            while (rows.next()) {
                lines.add(new String[] {rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)});
            }
        }
        return lines;
    }

    private RunFile start() throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                "dev.perigee.app.Main",
                "up",
                "--ports=auto",
                "--data=" + folder.root());
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(printed.toFile()))
                .start();
        process = started;
        long deadline = System.nanoTime() + 60 * SECOND;
        while (true) {
            RunFile run = RunFile.live(folder);
            if (run != null && run.pid() == started.pid()) return run;
            if (!started.isAlive() || System.nanoTime() > deadline) throw new AssertionError(Files.readString(printed));
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static String classPath() {
        if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    private void kill() {
        Process running = process;
        if (running == null) return;
        running.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private int flush() {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        return CommandTree.run(writer, writer, "logs", "--flush", "--data=" + folder.root());
    }

    /** A distribution with logs of version 1 and three of version 2; its domain name. */
    private static String logged(RunFile run) throws Exception {
        try (SignedClient client = new SignedClient(run.api())) {
            client.s3("PUT", "/pettracker-images", "").expect(200);
            client.s3("PUT", "/pettracker-images/a.jpg", "photo", new Field("X-Amz-Acl", "public-read"))
                    .expect(200);
            client.s3("PUT", "/photo-logs", "").expect(200);
            var made = client.deployed(LogStreamsTest.distribution("killed", "")
                    .replace(
                            "<Comment></Comment>",
                            "<Comment></Comment><Logging><Enabled>true</Enabled><IncludeCookies>false</IncludeCookies>"
                                    + "<Bucket>photo-logs.s3.amazonaws.com</Bucket><Prefix>v1</Prefix></Logging>"));
            String id = made.element("Id");
            client.logs("PutDeliverySource", """
                    {"name":"photos","resourceArn":"arn:aws:cloudfront::123456789012:distribution/%s","logType":"ACCESS_LOGS"}
                    """.formatted(id)).expect(200);
            for (String format : List.of("json", "w3c", "parquet")) {
                client.logs("PutDeliveryDestination", """
                        {"name":"%s","outputFormat":"%s","deliveryDestinationConfiguration":
                        {"destinationResourceArn":"arn:aws:s3:::photo-logs/%s"}}
                        """.formatted(format, format, format))
                        .expect(200);
                client.logs(
                                "CreateDelivery",
                                "{\"deliverySourceName\":\"photos\",\"deliveryDestinationArn\":\"" + DESTINATION
                                        + format + "\"" + FIELDS + "}")
                        .expect(200);
            }
            client.awaitDeployed(id);
            return made.element("DomainName");
        }
    }
}
