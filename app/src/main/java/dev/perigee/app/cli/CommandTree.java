package dev.perigee.app.cli;

import dev.perigee.app.local.Reasons;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and what happens when a line is none of them. */
public final class CommandTree {
    private static final Map<String, Function<Console, Object>> COMMANDS = commands();

    private CommandTree() {}

    @Command(
            name = "perigee",
            synopsisHeading = "Usage: ",
            customSynopsis = "perigee COMMAND [OPTIONS]",
            description = {"", "A content delivery network that speaks Amazon CloudFront's API.", ""},
            subcommands = HelpCommand.class,
            footer = {
                "",
                "First steps:",
                "  ./perigee up --detach      start the API and three edges",
                "  ./perigee status           what runs, and where",
                "  ./perigee down             stop",
                "",
                "Exit codes: 0 done, 1 failed, 2 not a valid command line,",
                "3 no system is running, 130 and 143 a foreground `up` that",
                "was stopped by Ctrl-C or SIGTERM."
            })
    private static final class Root {}

    private static Map<String, Function<Console, Object>> commands() {
        var commands = new LinkedHashMap<String, Function<Console, Object>>();
        commands.put("up", UpCommand::new);
        commands.put("down", DownCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("top", TopCommand::new);
        commands.put("tour", TourCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("hosts", HostsCommand::new);
        commands.put("ca", CaCommand::new);
        commands.put("certificates", CertificatesCommand::new);
        commands.put("keys", KeysCommand::new);
        commands.put("explain", ExplainCommand::new);
        commands.put("guard", GuardCommand::new);
        commands.put("protect-hotlinks", ProtectHotlinksCommand::new);
        commands.put("function", FunctionCommand::new);
        commands.put("logs", LogsCommand::new);
        commands.put("cost", CostCommand::new);
        commands.put("advise", AdviseCommand::new);
        commands.put("report", ReportCommand::new);
        commands.put("sql", SqlCommand::new);
        commands.put("clock", ClockCommand::new);
        commands.put("test", TestCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("version", VersionCommand::new);
        commands.put("rehearse", RehearseCommand::new);
        return commands;
    }

    /** Runs one command line and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        var console = new Console(out, err, System.getenv(), System.getProperty("user.home"));
        return execute(console, args);
    }

    static int execute(Console console, String... args) {
        if (args.length == 0) return of(console, COMMANDS.keySet()).execute("help");
        switch (args[0]) {
            case "-h", "--help" -> args[0] = "help";
            case "-V", "--version" -> args[0] = "version";
            default -> {}
        }
        // Reading the annotations of every command takes longer than most commands do.
        boolean known = COMMANDS.containsKey(args[0]);
        return of(console, known ? Set.of(args[0]) : COMMANDS.keySet()).execute(args);
    }

    static CommandLine of(Console console, Set<String> names) {
        CommandLine line = new CommandLine(new Root());
        COMMANDS.forEach((name, command) -> {
            if (names.contains(name)) line.addSubcommand(command.apply(console));
        });
        CommandLine function = line.getSubcommands().get("function");
        if (function != null) {
            CommandLine dev = new CommandLine(new FunctionDevCommand(console));
            addHelp(dev);
            function.addSubcommand(dev);
        }
        line.getSubcommands().values().forEach(CommandTree::addHelp);
        return line.setOut(console.out())
                .setErr(console.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, _) -> refuse(console, failure))
                .setExecutionExceptionHandler((failure, _, _) -> fail(console, failure));
    }

    private static void addHelp(CommandLine command) {
        if (command.getCommandSpec().findOption("--help") != null) return;
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this text.")
                        .build());
    }

    private static int refuse(Console console, ParameterException failure) {
        CommandLine where = failure.getCommandLine();
        String command = where.getCommandSpec().qualifiedName();
        if (failure instanceof UnmatchedArgumentException unmatched && where.getParent() == null) {
            console.err()
                    .println("perigee: there is no command "
                            + unmatched.getUnmatched().getFirst());
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) console.err().println("Did you mean: " + String.join(", ", suggestions) + "?");
        } else {
            console.err().println("perigee: " + failure.getMessage());
        }
        console.err().println("See: " + (where.getParent() == null ? "./perigee help" : "./" + command + " --help"));
        return Exit.USAGE;
    }

    private static int fail(Console console, Exception failure) {
        boolean debug = console.environment().containsKey("PERIGEE_DEBUG");
        console.err().println("perigee: " + Reasons.of(failure));
        if (debug) failure.printStackTrace(console.err());
        return Exit.FAILED;
    }

    static String completion(Console console) {
        return AutoComplete.bash("perigee", of(console, COMMANDS.keySet()));
    }
}
