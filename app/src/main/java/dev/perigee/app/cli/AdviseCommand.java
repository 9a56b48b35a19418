package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.analytics.advice.Advice;
import dev.perigee.analytics.advice.Advisor;
import dev.perigee.analytics.advice.OriginPrices;
import dev.perigee.analytics.store.RequestTable;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.control.access.Role;
import dev.perigee.core.plan.Plan;
import dev.perigee.wire.MalformedPlanException;
import dev.perigee.wire.PlanDocument;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "advise",
        description = {
            "What to change to raise the hit ratio and lower the bill: replays the logged requests against other",
            "settings. The most money first, then the most time, then the most of the origin's load."
        },
        sortOptions = false,
        footer = {"", "Nothing is changed: each advice has the command that does it, for a shell. See docs/advise.md."})
final class AdviseCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final DataOption data = new DataOption();

    @Option(
            names = "--origin-per-gb",
            paramLabel = "USD",
            description = "What a GB from an origin outside AWS costs you (default: 0.09).")
    private double perGibibyte = OriginPrices.LIST.perGibibyte();

    @Option(
            names = "--origin-per-million",
            paramLabel = "USD",
            description = "What a million requests to an origin cost you (default: 0.40, as S3).")
    private double perMillion = OriginPrices.LIST.perMillionRequests();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "By what was logged from then on, UTC: 2026-11-26T07:00.")
    private @Nullable String since;

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    AdviseCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Instant from = Moments.of(since, spec);
        SystemFolder folder = data.folder(console);
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        Plan plan = plan(folder, run);
        List<Advice> advice;
        try (RequestTable table = LoggedRequests.open(console, folder)) {
            advice = new Advisor(table, new OriginPrices(perGibibyte, perMillion), from).advise(plan);
        }
        try (BorrowedKey key = BorrowedKey.of(run, Role.READ_ONLY)) {
            AdvisedCommands commands = new AdvisedCommands(key.api(), run.api(), plan);
            show(advice, commands);
        }
        return Exit.OK;
    }

    /** What an edge serves by. */
    private static Plan plan(SystemFolder folder, RunFile run) throws IOException {
        Path file = folder.edge(run.pops().getFirst().pop()).resolve("plan");
        if (!Files.exists(file)) return Plan.EMPTY;
        try {
            return PlanDocument.decode(Files.readAllBytes(file));
        } catch (MalformedPlanException e) {
            throw new IOException(file + " is no plan: " + e.getMessage(), e);
        }
    }

    private void show(List<Advice> advice, AdvisedCommands commands) throws IOException {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ArrayNode list = document.putArray("advice");
        int number = 0;
        for (Advice each : advice) {
            String command = commands.of(each);
            if (command == null) continue;
            list.add(shown(each, command));
            if (!json) print(++number, each, command);
        }
        if (json) console.out().println(document.toPrettyString());
        else if (number == 0) console.out().println("Nothing that was logged gives reason for a change.");
    }

    private static ObjectNode shown(Advice advice, String command) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("change", advice.change().text())
                .put("where", advice.where())
                .put("savingUsd", rounded(advice.usd(), 12))
                .put("period", advice.monthly() ? "month" : "log")
                .put("savedMillisecondsPerRequest", rounded(advice.milliseconds(), 3))
                .put("savedOriginRequests", advice.originRequests())
                .put("savedOriginBytes", advice.originOctets())
                .put("hitRatio", rounded(advice.hitRatioNow(), 6))
                .put("predictedHitRatio", rounded(advice.hitRatio(), 6))
                .put("hitRatioWithThoseAbove", rounded(advice.hitRatioWithAbove(), 6))
                .put("command", command)
                .put("risk", advice.risk());
    }

    private static BigDecimal rounded(double value, int digits) {
        BigDecimal exact = BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
        return exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros();
    }

    private void print(int number, Advice advice, String command) {
        console.out().printf(Locale.ROOT, "%d. %s%n", number, advice.change().text());
        console.out().printf(Locale.ROOT, "   where     %s%n", advice.where());
        console.out()
                .printf(
                        Locale.ROOT,
                        "   saves     $%s %s, %.1f ms a request, %d origin requests%n",
                        rounded(advice.usd(), 6).toPlainString(),
                        advice.monthly() ? "a month" : "with what was logged",
                        advice.milliseconds(),
                        advice.originRequests());
        console.out()
                .printf(
                        Locale.ROOT,
                        "   hit ratio %.1f %% instead of %.1f %%; with those above %.1f %%%n",
                        100 * advice.hitRatio(),
                        100 * advice.hitRatioNow(),
                        100 * advice.hitRatioWithAbove());
        console.out().printf(Locale.ROOT, "   risk      %s%n", advice.risk());
        console.out().printf(Locale.ROOT, "   %s%n%n", command);
    }
}
