package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "What runs: addresses, plan versions, cache sizes, hit ratio.",
        footer = {"", "Examples:", "  ./perigee status", "  ./perigee status --json", "Exit code 3: nothing runs."})
final class StatusCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        RunFile run = data.running(console);
        if (run == null) {
            if (json) console.out().println("{\"running\":false}");
            return Exit.NOT_RUNNING;
        }
        ObjectNode status = collect(data.folder(console), run);
        if (json) console.out().println(status.toPrettyString());
        else console.out().print(table(status));
        return Exit.OK;
    }

    private static ObjectNode collect(SystemFolder folder, RunFile run) {
        ObjectNode status = JsonNodeFactory.instance
                .objectNode()
                .put("running", true)
                .put("pid", run.pid())
                .put("version", run.version())
                .put("startedAt", run.startedAt().toString())
                .put("clock", run.clock().toString())
                .put("data", folder.root().toString())
                .put("api", run.api());
        var pops = status.putArray("pops");
        for (RunFile.PopAddresses pop : run.pops()) {
            ObjectNode node = pops.addObject()
                    .put("pop", pop.pop())
                    .put("http", pop.http())
                    .put("https", pop.https())
                    .put("http3", pop.http3())
                    .put("admin", pop.admin());
            addCounters(node, pop);
        }
        addControl(status, run);
        return status;
    }

    private static void addControl(ObjectNode status, RunFile run) {
        try {
            String admin = run.pops().getFirst().admin();
            JsonNode control = AdminCall.json("GET", admin + "/control", Map.of());
            status.put("sandbox", control.path("sandbox").asText());
            status.set("sandboxGaps", control.path("sandboxGaps"));
            status.set("control", control);
        } catch (IOException unreachable) {
            status.putObject("control").put("error", "no answer: " + unreachable.getMessage());
        }
    }

    /**
     * What keeps a distribution from being served as it is configured, edges from the newest plan, and certificates from being
     * renewed.
     */
    private static String troubles(JsonNode control) {
        var text = new StringBuilder();
        for (JsonNode problem : control.path("problems")) {
            text.append(String.format(
                    "%nDistribution %s: %s",
                    problem.path("distribution").asText(),
                    problem.path("message").asText()));
        }
        for (JsonNode edge : control.path("edges")) {
            if (edge.path("failures").asLong() == 0) continue;
            text.append(String.format(
                    "%nEdge %s does not take the newest plan: %s",
                    edge.path("pop").asText(), edge.path("failure").asText()));
        }
        for (JsonNode certificate : control.path("certificates")) {
            text.append(String.format(
                    "%nCertificate for %s: %s",
                    certificate.path("domain").asText(),
                    certificate.path("warning").asText()));
        }
        long untold = control.path("auditFailures").asLong();
        if (untold > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%nAudit log: %d events could not be written: %s",
                    untold,
                    control.path("auditFailure").asText()));
        }
        return text.toString();
    }

    private static void addCounters(ObjectNode node, RunFile.PopAddresses pop) {
        try {
            JsonNode counters = AdminCall.json("GET", pop.admin() + "/status", Map.of());
            node.setAll((ObjectNode) counters);
            long requests = counters.path("requests").asLong();
            // No requests, no ratio.
            if (requests > 0) node.put("hitRatio", counters.path("hits").asLong() / (double) requests);
        } catch (IOException unreachable) {
            node.put("error", "no answer: " + unreachable.getMessage());
        }
    }

    private static String caches(JsonNode pop) {
        JsonNode disk = pop.path("disk");
        if (disk.isMissingNode()) return "";
        String state = disk.path("state").asText();
        String memory = String.format(
                Locale.ROOT,
                "%n%s: memory %s of %s; disk ",
                pop.path("pop").asText(),
                new ByteSize(pop.path("storedBytes").asLong()),
                new ByteSize(pop.path("memoryBytesMax").asLong()));
        String reason = disk.path("reason").asText();
        if (state.equals("off")) return memory + (reason.isEmpty() ? "off" : "off: " + reason);
        return memory
                + String.format(
                        Locale.ROOT,
                        "%s of %s, %d objects, %s%s",
                        new ByteSize(disk.path("bytes").asLong()),
                        new ByteSize(disk.path("bytesMax").asLong()),
                        disk.path("objects").asLong(),
                        state.replace('_', ' '),
                        reason.isEmpty() ? "" : ": " + reason);
    }

    /** What is wrong with the access log, if anything is. */
    private static String logs(JsonNode pop) {
        JsonNode logs = pop.path("logs");
        String name = pop.path("pop").asText();
        String failure = logs.path("failure").asText();
        String text = failure.isEmpty() ? "" : String.format("%n%s: log objects wait for %s", name, failure);
        long dropped = logs.path("dropped").asLong();
        if (dropped > 0) text += String.format(Locale.ROOT, "%n%s: %d log lines were dropped", name, dropped);
        if (logs.path("afterKill").asBoolean())
            text += String.format(
                    "%n%s: the process before was killed; up to a second of its last log lines is missing", name);
        JsonNode realtime = pop.path("realtimeLogs");
        long lost = realtime.path("dropped").asLong() + realtime.path("lost").asLong();
        if (lost > 0) {
            String why = realtime.path("failure").asText();
            text += String.format(
                    Locale.ROOT,
                    "%n%s: %d records of real-time logs were lost%s",
                    name,
                    lost,
                    why.isEmpty() ? "" : ": " + why);
        }
        return text;
    }

    private static String table(ObjectNode status) {
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Perigee %s, pid %d, since %s%s%nAPI %s, data in %s%n%n",
                status.path("version").asText(),
                status.path("pid").asLong(),
                status.path("startedAt").asText().replaceFirst("\\.\\d+Z", "Z"),
                status.path("clock").asText().equals("manual") ? ", clock moved by hand" : "",
                status.path("api").asText(),
                status.path("data").asText()));
        String form = "%-5s %-23s %-24s %9s %6s %9s %6s %8s %9s%n";
        text.append(String.format(
                Locale.ROOT,
                form,
                "edge",
                "http",
                "https",
                "h3 (UDP)",
                "plan",
                "requests",
                "hits",
                "objects",
                "stored"));
        for (JsonNode pop : status.path("pops")) {
            String ratio = pop.has("hitRatio")
                    ? String.format(Locale.ROOT, "%.1f%%", pop.path("hitRatio").asDouble() * 100)
                    : "-";
            text.append(String.format(
                    Locale.ROOT,
                    form,
                    pop.path("pop").asText(),
                    pop.path("http").asText(),
                    pop.path("https").asText(),
                    pop.path("http3").asText().replaceFirst(".*:", ""),
                    pop.path("planVersion").asText("-"),
                    pop.path("requests").asText("-"),
                    ratio,
                    pop.path("storedObjects").asText("-"),
                    pop.has("storedBytes")
                            ? new ByteSize(pop.path("storedBytes").asLong())
                            : pop.path("error").asText()));
        }
        for (JsonNode pop : status.path("pops")) text.append(caches(pop)).append(logs(pop));
        text.append(String.format(
                "%nLambda functions run in sandbox %s.", status.path("sandbox").asText("unknown")));
        for (JsonNode gap : status.path("sandboxGaps"))
            text.append(String.format("%n  not protected: %s", gap.asText()));
        text.append(troubles(status.path("control")));
        text.append(System.lineSeparator());
        return text.toString();
    }
}
