package dev.perigee.app.cli;

import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "logs",
        description = "What a function has written to its console, and how it failed: of all edges, in order of time.",
        footer = {
            "",
            "Examples:",
            "  ./perigee logs --function rewrite",
            "  ./perigee logs --function rewrite -f",
            "What there is is printed also when nothing runs."
        })
final class LogsCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 200;

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--function", paramLabel = "NAME", required = true, description = "The function.")
    private String function = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what comes, until Ctrl-C.")
    private boolean follow;

    LogsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (!function.matches("[a-zA-Z0-9_-]{1,64}")) {
            throw new ParameterException(spec.commandLine(), function + " is not the name of a function");
        }
        SystemFolder folder = data.folder(console);
        Map<Path, Long> read = new TreeMap<>();
        print(lines(folder, ".log.1", read));
        print(lines(folder, ".log", read));
        try {
            while (follow) {
                Thread.sleep(POLL_MILLIS);
                print(lines(folder, ".log", read));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Exit.OK;
    }

    private void print(List<String> lines) {
        // By their times; the lines of one run have one, and keep their order.
        lines.sort(Comparator.comparing(line -> line.substring(0, Math.max(0, line.indexOf(' ')))));
        for (String line : lines) console.out().println(line);
        console.out().flush();
    }

    /** What every edge has written since the last time. */
    private List<String> lines(SystemFolder folder, String ending, Map<Path, Long> read) throws IOException {
        List<String> lines = new ArrayList<>();
        Path edges = folder.root().resolve("edges");
        if (!Files.isDirectory(edges)) return lines;
        try (Stream<Path> all = Files.list(edges)) {
            for (Path edge : all.sorted().toList()) {
                Path file = edge.resolve("functions").resolve(function + ending);
                if (Files.isRegularFile(file)) lines.addAll(since(file, read));
            }
        }
        return lines;
    }

    private static List<String> since(Path file, Map<Path, Long> read) throws IOException {
        long from = read.getOrDefault(file, 0L);
        // A new file has taken the place of the one that was full.
        if (Files.size(file) < from) from = 0;
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer octets = ByteBuffer.allocate((int) Math.min(channel.size() - from, 4 << 20));
            channel.position(from);
            while (octets.hasRemaining() && channel.read(octets) >= 0) {}
            String text = new String(octets.array(), 0, octets.position(), StandardCharsets.UTF_8);
            int whole = text.lastIndexOf('\n') + 1;
            String lines = text.substring(0, whole);
            read.put(file, from + lines.getBytes(StandardCharsets.UTF_8).length);
            return lines.lines().toList();
        }
    }
}
