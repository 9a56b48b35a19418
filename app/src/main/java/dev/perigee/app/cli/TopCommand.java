package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.live.LiveEdges;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "top",
        description = {
            "What happens now: requests, hits, latency and errors of the last minute, by edge and distribution,",
            "and what is asked for and missed most. q or Ctrl-C ends it."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee top                 drawn anew each second",
            "  ./perigee top --once          one picture, for scripts and logs",
            "  ./perigee top --once --json   the same as a document; without --once, one a second",
            "Exit code 3: nothing runs. See docs/console.md."
        })
final class TopCommand implements Callable<Integer> {
    private static final int PERIOD_MILLIS = 1_000;
    private static final int WIDTH_WITHOUT_TERMINAL = 120;

    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--once", description = "Print one picture and end.")
    private boolean once;

    @Option(names = "--json", description = "JSON documents on standard output, one a line.")
    private boolean json;

    TopCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        LiveEdges edges = new LiveEdges(run.pops());
        if (once) print(edges.picture());
        else if (json || !TerminalProgress.isTerminal()) follow(edges);
        else watch(edges);
        return Exit.OK;
    }

    private void print(ObjectNode picture) {
        if (json) console.out().println(picture);
        else TopView.of(picture, WIDTH_WITHOUT_TERMINAL, false).forEach(console.out()::println);
        console.out().flush();
    }

    private void follow(LiveEdges edges) throws IOException {
        try {
            // Whoever read this, such as head, may have gone.
            while (!console.out().checkError() && data.running(console) != null) {
                print(edges.picture());
                if (!json) console.out().println();
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(LiveEdges edges) throws IOException {
        Interruption interruption = Interruption.arm();
        try (TerminalScreen screen = TerminalScreen.open(console.out())) {
            do {
                List<String> lines = TopView.of(edges.picture(), screen.columns(), true);
                screen.draw(lines);
            } while (!screen.quitWithin(PERIOD_MILLIS) && data.running(console) != null);
        } finally {
            interruption.done();
        }
    }
}
