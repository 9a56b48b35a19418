package dev.perigee.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "version", description = "The version of Perigee and of the Java it runs on.")
final class VersionCommand implements Callable<Integer> {
    private final Console console;

    VersionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.out().println("perigee " + Version.current() + ", Java " + Runtime.version());
        return Exit.OK;
    }
}
