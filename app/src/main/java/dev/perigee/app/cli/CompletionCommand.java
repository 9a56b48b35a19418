package dev.perigee.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = "Print a completion script for bash and zsh.",
        footer = {"", "Use:", "  source <(./perigee completion)"})
final class CompletionCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(arity = "0..1", paramLabel = "SHELL", description = "bash or zsh; one script serves both.")
    private String shell = "bash";

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            console.err().println("perigee: there is no completion for " + shell + "; bash and zsh have one");
            return Exit.USAGE;
        }
        console.out().print(CommandTree.completion(console));
        return Exit.OK;
    }
}
