package dev.perigee.app.cli;

import dev.perigee.analytics.store.RequestTable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "sql",
        description = {
            "Asks the table 'requests', which has every request that the edges have logged, in DuckDB's SQL.",
            "Only questions are answered: nothing is changed, and no other file read."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee sql \"SELECT pop, result_type, count(*) FROM requests GROUP BY ALL\"",
            "  ./perigee sql \"DESCRIBE requests\"",
            "See docs/reports.md."
        })
final class SqlCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "STATEMENT", description = "A question, in quotes.")
    private String statement = "";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long the answer may take, until its last row (default: 120).")
    private int timeout = 120;

    @Option(names = "--json", description = "An array of objects on standard output.")
    private boolean json;

    SqlCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (timeout < 1)
            throw new ParameterException(spec.commandLine(), "--timeout is a number of seconds above zero");
        Duration limit = Duration.ofSeconds(timeout);
        try (RequestTable table = LoggedRequests.open(console, data.folder(console))) {
            if (json) {
                JsonRows rows = new JsonRows(console.out());
                table.ask(statement, limit, rows);
                rows.finish();
            } else {
                TableText rows = new TableText(console.out());
                table.ask(statement, limit, rows);
                rows.finish();
            }
        }
        return Exit.OK;
    }
}
