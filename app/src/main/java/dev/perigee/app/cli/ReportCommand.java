package dev.perigee.app.cli;

import dev.perigee.analytics.report.Report;
import dev.perigee.analytics.report.Scope;
import dev.perigee.analytics.store.RequestTable;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        description = "The reports of CloudFront's console, from the requests that the edges have logged.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee report cache --daily",
            "  ./perigee report popular --distribution d111111abcdef8.cloudfront.net --json",
            "See docs/reports.md."
        })
final class ReportCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "REPORT", description = "cache, popular, usage, viewers or referrers.")
    private Report report = Report.CACHE;

    @Option(names = "--distribution", paramLabel = "DOMAIN", description = "Only the one with this domain name.")
    private @Nullable String domain;

    @Option(names = "--since", paramLabel = "TIME", description = "From then on, UTC: 2026-11-26 or 2026-11-26T07:00.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Before then.")
    private @Nullable String until;

    @Option(names = "--daily", description = "cache and usage: by day instead of by hour.")
    private boolean daily;

    @Option(names = "--json", description = "An array of objects on standard output.")
    private boolean json;

    ReportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Scope scope = new Scope(domain, Moments.of(since, spec), Moments.of(until, spec), daily);
        try (RequestTable table = LoggedRequests.open(console, data.folder(console))) {
            if (json) {
                JsonRows rows = new JsonRows(console.out());
                report.ask(table, scope, rows);
                rows.finish();
            } else {
                TableText rows = new TableText(console.out());
                report.ask(table, scope, rows);
                rows.finish();
            }
        }
        return Exit.OK;
    }
}
