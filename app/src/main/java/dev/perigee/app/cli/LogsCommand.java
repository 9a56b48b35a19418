package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.RunFile.PopAddresses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "logs",
        description = {
            "The access log of all edges; or what a function has written to its console, and how it failed; or the records of a"
                    + " real-time log.",
            "In order of time. What there is is printed also when nothing runs."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee logs -f                      requests as they come",
            "  ./perigee logs --function rewrite -f",
            "  ./perigee logs --realtime live -f      what the real-time log config of this name chooses",
            "  ./perigee logs --flush                 returns once all log objects are in their buckets",
            "Exit codes of --flush: 1 if something could not be delivered, 3 if nothing runs. See docs/logs.md."
        })
final class LogsCommand implements Callable<Integer> {
    private static final int FLUSH_MILLIS = 300_000;
    /** Some hundred lines of each edge. */
    private static final int SHOWN_OCTETS = 32 << 10;
    /** Of functions and of real-time log configs. */
    private static final String NAME = "[a-zA-Z0-9_-]{1,64}";

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--function", paramLabel = "NAME", description = "The log of this function.")
    private String function = "";

    @Option(names = "--realtime", paramLabel = "NAME", description = "The records of this real-time log config.")
    private String realtime = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what comes, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--flush", description = "Deliver what was logged so far to the distributions' buckets.")
    private boolean flush;

    @Option(names = "--json", description = "With --flush: one JSON document on standard output.")
    private boolean json;

    LogsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (flush) return flush();
        if (json) throw new ParameterException(spec.commandLine(), "--json goes with --flush");
        Path edges = data.folder(console).root().resolve("edges");
        if (!realtime.isEmpty()) realtime(edges);
        else if (!function.isEmpty()) function(edges);
        else requests(edges);
        return Exit.OK;
    }

    private void requests(Path edges) throws IOException {
        LogTail log = new LogTail(console, edges, "access.log", LogsCommand::second);
        log.startBefore(SHOWN_OCTETS);
        log.print("");
        if (follow) log.follow();
    }

    private void function(Path edges) throws IOException {
        if (!function.matches(NAME)) {
            throw new ParameterException(spec.commandLine(), function + " is not the name of a function");
        }
        LogTail log = new LogTail(
                console,
                edges,
                "functions/" + function + ".log",
                line -> line.substring(0, Math.max(0, line.indexOf(' '))));
        log.print(".1");
        print(log, "No edge has run a function called " + function);
    }

    private void realtime(Path edges) throws IOException {
        if (!function.isEmpty()) throw new ParameterException(spec.commandLine(), "--realtime goes without --function");
        if (!realtime.matches(NAME)) {
            throw new ParameterException(spec.commandLine(), realtime + " is not the name of a real-time log config");
        }
        LogTail log = new LogTail(console, edges, "realtime/" + realtime + ".log", LogsCommand::timestamp);
        log.startBefore(SHOWN_OCTETS);
        print(log, "No edge has a record for a real-time log config called " + realtime);
    }

    /** @param none to say when there is no such log: it may yet come, or its name is wrong */
    private void print(LogTail log, String none) throws IOException {
        if (!log.exists()) {
            console.err().println(none + (follow ? " so far; waiting" : " so far"));
            console.err().flush();
        }
        log.print("");
        if (follow) log.follow();
    }

    /** Seconds and thousandths, where a record begins with them; all others keep their order. */
    private static String timestamp(String line) {
        int dot = line.indexOf('.');
        boolean timed = dot > 0
                && line.length() >= dot + 4
                && line.substring(0, dot).chars().allMatch(Character::isDigit);
        return timed ? line.substring(0, dot + 4) : "";
    }

    /** Date and time, between which there is a tab. */
    static String second(String line) {
        return line.substring(0, Math.min(line.length(), "2026-11-26\t06:59:59".length()));
    }

    private int flush() throws IOException {
        if (!function.isEmpty() || !realtime.isEmpty() || follow) {
            throw new ParameterException(spec.commandLine(), "--flush goes with none of --function, --realtime and -f");
        }
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        var edges = document.putArray("edges");
        long lines = 0;
        long objects = 0;
        long undelivered = 0;
        for (PopAddresses pop : run.pops()) {
            JsonNode done = AdminCall.json(
                    "POST", pop.admin() + "/logs/flush", Map.of("X-Perigee-Token", run.adminToken()), FLUSH_MILLIS);
            edges.addObject().put("pop", pop.pop()).setAll((ObjectNode) done);
            lines += done.path("lines").asLong();
            objects += done.path("objects").asLong();
            undelivered += done.path("undelivered").asLong();
            String failure = done.path("failure").asText();
            if (!failure.isEmpty()) console.err().println("perigee: " + pop.pop() + ": " + failure);
        }
        if (json) console.out().println(document.toPrettyString());
        else console.out().println(lines + " lines delivered in " + objects + " objects");
        if (undelivered > 0) console.err().println("perigee: " + undelivered + " objects are still to be delivered");
        return undelivered > 0 ? Exit.FAILED : Exit.OK;
    }
}
