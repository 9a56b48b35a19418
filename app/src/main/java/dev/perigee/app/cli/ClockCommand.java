package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "clock",
        description = "Move time in a system that was started with --clock manual.",
        footer = {
            "",
            "Examples:",
            "  ./perigee clock advance 25h      what was cached for a day is stale now",
            "  ./perigee clock advance 1d12h30m",
            "  ./perigee clock advance 90s"
        })
final class ClockCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    /** What can be done to a clock. */
    enum Action {
        ADVANCE
    }

    @Parameters(index = "0", paramLabel = "advance", description = "The only direction there is.")
    private Action action = Action.ADVANCE;

    @Parameters(
            index = "1",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "Such as 90s, 15m, 25h, 1d12h, or ISO 8601 (PT25H).")
    private Duration step = Duration.ZERO;

    ClockCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        RunFile run = data.running(console, "./perigee up --clock manual");
        if (run == null) return Exit.NOT_RUNNING;
        return switch (action) {
            case ADVANCE -> advance(run);
        };
    }

    private int advance(RunFile run) throws IOException {
        // One clock for all edges, so any of their admin listeners will do.
        String url = run.pops().getFirst().admin() + "/clock?advance=" + step;
        var answer = AdminCall.json("POST", url, Map.of("X-Perigee-Token", run.adminToken()));
        console.out().println(answer.path("now").asText());
        return Exit.OK;
    }

    /** Reads 1d12h30m besides ISO 8601. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            String upper = text.toUpperCase(Locale.ROOT);
            try {
                if (upper.startsWith("P")) return Duration.parse(upper);
                int days = upper.indexOf('D');
                if (days < 0) return Duration.parse("PT" + upper);
                String rest = upper.substring(days + 1);
                return Duration.parse("P" + upper.substring(0, days + 1) + (rest.isEmpty() ? "" : "T" + rest));
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is not a duration such as 90s, 25h or 1d12h");
            }
        }
    }
}
