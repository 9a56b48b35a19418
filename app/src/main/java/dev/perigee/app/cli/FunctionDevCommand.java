package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.Event;
import dev.perigee.core.plan.EdgeFunction.JsRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "dev",
        description = {
            "Runs a function at every save of its file, and shows what it makes of the last requests of a distribution, and what"
                    + " the save has changed.",
            "The requests are those of the access log, with what it has of them: method, URI, query, host, user agent, referer,"
                    + " and cookies where the distribution logs them. Without --distribution, or before the first request, there"
                    + " is a sample. Nothing is published, and no viewer notices."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee function dev rewrite.js --on viewer-request --distribution E2EXAMPLE1234",
            "  ./perigee function dev rewrite.js --once          for scripts: exit code 1 if an event ends in an error",
            "  ./perigee function dev lookup.js --event event.json --pairs pairs.json"
        })
final class FunctionDevCommand implements Callable<Integer> {
    private static final int EVENTS_MAX = 50;
    private static final int SOURCE_MAX = 10_240;
    /** Of each edge's log. */
    private static final int READ_OCTETS = 1 << 20;
    /** Editors write a file in several steps. */
    private static final int SETTLED_MILLIS = 50;

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "FILE", description = "The function, in JavaScript.")
    private Path file = Path.of("");

    @Option(
            names = "--on",
            paramLabel = "EVENT",
            description = "viewer-request or viewer-response. Default: ${DEFAULT-VALUE}")
    private String on = "viewer-request";

    @Option(names = "--distribution", paramLabel = "ID", description = "Whose last requests are replayed.")
    private String distribution = "";

    @Option(
            names = "--event",
            paramLabel = "FILE",
            description = "An event as for TestFunction, in the place of requests; may be repeated.")
    private List<Path> events = List.of();

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "How many requests, 50 at most. Default: ${DEFAULT-VALUE}")
    private int last = 5;

    @Option(names = "--runtime", paramLabel = "VERSION", description = "1.0 or 2.0. Default: ${DEFAULT-VALUE}")
    private String runtime = "2.0";

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description = "What is in the function's key value store, in the format of imports.")
    private @Nullable Path pairs;

    @Option(names = "--once", description = "Run it once and end.")
    private boolean once;

    FunctionDevCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Event type = event();
        JsRuntime version = version();
        if (last < 1 || last > EVENTS_MAX) throw refused("--last is 1 to " + EVENTS_MAX);
        if (!Files.isRegularFile(file)) throw refused("there is no file " + file);
        String domain = "d111111abcdef8.cloudfront.net";
        if (!distribution.isEmpty()) {
            RunFile run = data.running(console);
            if (run == null) return Exit.NOT_RUNNING;
            domain = domain(run);
        }
        LoggedEvents logged = new LoggedEvents(distribution.isEmpty() ? "EDFDVBD6EXAMPLE" : distribution, domain, type);
        try (FunctionReplay replay = new FunctionReplay(console, type, FunctionReplay.pairs(pairs))) {
            if (once) return replay.show(function(version), replayed(logged)) ? Exit.OK : Exit.FAILED;
            return watched(replay, version, logged);
        }
    }

    private int watched(FunctionReplay replay, JsRuntime version, LoggedEvents logged) throws IOException {
        Interruption interruption = Interruption.arm();
        Path folder = file.toAbsolutePath().getParent();
        try (WatchService watch = FileSystems.getDefault().newWatchService()) {
            if (folder == null) throw refused(file + " is in no folder");
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            while (true) {
                if (Files.isRegularFile(file)) replay.show(function(version), replayed(logged));
                console.out().println("Waiting for the next save; Ctrl-C ends.");
                console.out().flush();
                awaitSave(watch);
            }
        } catch (InterruptedException e) {
            return Exit.OK;
        } finally {
            interruption.done();
        }
    }

    private void awaitSave(WatchService watch) throws InterruptedException {
        boolean saved = false;
        while (true) {
            WatchKey key = saved ? watch.poll(SETTLED_MILLIS, TimeUnit.MILLISECONDS) : watch.take();
            if (key == null) return;
            for (WatchEvent<?> each : key.pollEvents()) {
                boolean lost = each.kind() == StandardWatchEventKinds.OVERFLOW;
                saved |= lost || (each.context() instanceof Path name && name.equals(file.getFileName()));
            }
            key.reset();
        }
    }

    private EdgeFunction function(JsRuntime version) throws IOException {
        byte[] source = Files.readAllBytes(file);
        if (source.length > SOURCE_MAX) {
            console.out().println("CloudFront takes functions of " + SOURCE_MAX + " bytes; this has " + source.length);
        }
        Path name = file.getFileName();
        return new EdgeFunction(
                name == null ? "function" : name.toString(),
                version,
                new String(source, StandardCharsets.UTF_8),
                pairs == null ? List.of() : List.of(FunctionReplay.STORE));
    }

    private List<LoggedEvents.Logged> replayed(LoggedEvents logged) throws IOException {
        if (!events.isEmpty()) {
            List<LoggedEvents.Logged> given = new java.util.ArrayList<>();
            for (Path each : events) given.add(new LoggedEvents.Logged(each.toString(), Files.readString(each)));
            return given;
        }
        if (distribution.isEmpty()) return List.of(logged.sample());
        LogTail log =
                new LogTail(console, data.folder(console).root().resolve("edges"), "access.log", LogsCommand::second);
        log.startBefore(READ_OCTETS);
        List<LoggedEvents.Logged> found = logged.last(log.lines(""), last);
        return found.isEmpty() ? List.of(logged.sample()) : found;
    }

    private String domain(RunFile run) throws IOException {
        try (BorrowedKey key = BorrowedKey.of(run, Role.READ_ONLY)) {
            for (DistributionNames each : DistributionNames.list(key.api())) {
                if (each.id().equals(distribution)) return each.domain();
            }
        }
        throw refused("there is no distribution " + distribution);
    }

    private Event event() {
        for (Event each : Event.values()) if (each.word().equals(on)) return each;
        throw refused("--on is viewer-request or viewer-response");
    }

    private JsRuntime version() {
        for (JsRuntime each : JsRuntime.values()) if (each.word().equals("cloudfront-js-" + runtime)) return each;
        throw refused("--runtime is 1.0 or 2.0");
    }

    private ParameterException refused(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
