package dev.perigee.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Here for the help text: the launcher runs the tests itself, because they need Maven and not Perigee. */
@Command(name = "test", description = "Run every gate and every test of the source tree.")
final class TestCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--full", description = "Also the tests that take long.")
    private boolean full;

    TestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.err().println("perigee: tests are run by the launcher: type ./perigee test" + (full ? " --full" : ""));
        return Exit.USAGE;
    }
}
