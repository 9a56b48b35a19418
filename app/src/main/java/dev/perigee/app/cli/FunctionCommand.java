package dev.perigee.app.cli;

import dev.perigee.function.Templates;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "function",
        description = "CloudFront Functions: to begin with, and while they are written.",
        footer = {
            "",
            "Examples:",
            "  ./perigee function templates",
            "  ./perigee function template redirects > redirects.js",
            "  ./perigee function dev redirects.js --distribution E2EXAMPLE1234"
        })
final class FunctionCommand implements Runnable {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    FunctionCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "function wants one of: dev, template, templates");
    }

    @Command(name = "templates", description = "What there is to begin with.", mixinStandardHelpOptions = false)
    int templates(
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this text.")
                    boolean help) {
        int width = Templates.all().stream()
                .mapToInt(each -> each.name().length())
                .max()
                .orElse(0);
        for (Templates.Template each : Templates.all()) {
            String padding = " ".repeat(width - each.name().length() + 2);
            console.out().println(each.name() + padding + each.summary());
        }
        return Exit.OK;
    }

    @Command(name = "template", description = "The source of one of them.", mixinStandardHelpOptions = false)
    int template(
            @Parameters(paramLabel = "NAME", description = "Which one.") String name,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this text.")
                    boolean help) {
        Templates.Template found = Templates.named(name);
        if (found == null) throw new ParameterException(spec.commandLine(), "there is no template " + name);
        console.out().print(found.source());
        return Exit.OK;
    }
}
