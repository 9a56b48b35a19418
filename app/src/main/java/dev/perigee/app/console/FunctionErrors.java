package dev.perigee.app.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How functions have failed, from the end of what the edges keep of each; not what they wrote themselves. */
final class FunctionErrors {
    private static final int OCTETS_MAX = 64 << 10;
    private static final int FILES_MAX = 100;
    private static final int ERRORS_MAX = 50;
    private static final String ERROR = " ERROR: ";

    private final Path edges;
    private final List<String> pops;

    FunctionErrors(Path edges, List<String> pops) {
        this.edges = edges;
        this.pops = pops;
    }

    private record Failure(String time, String pop, String function, String message) {}

    /** The newest first. */
    ObjectNode document() throws IOException {
        List<Failure> failures = new ArrayList<>();
        for (String pop : pops) {
            Path folder = edges.resolve(pop).resolve("functions");
            if (!Files.isDirectory(folder)) continue;
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> some = files.filter(file -> file.toString().endsWith(".log"))
                        .limit(FILES_MAX)
                        .toList();
                for (Path file : some) read(pop, file, failures);
            }
        }
        failures.sort(Comparator.comparing(Failure::time).reversed());
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        ArrayNode all = shown.putArray("errors");
        for (Failure each : failures.subList(0, Math.min(ERRORS_MAX, failures.size()))) {
            all.addObject()
                    .put("time", each.time())
                    .put("pop", each.pop())
                    .put("function", each.function())
                    .put("message", each.message());
        }
        return shown;
    }

    private static void read(String pop, Path file, List<Failure> into) throws IOException {
        String name = file.getFileName().toString();
        for (String line : end(file).lines().toList()) {
            int error = line.indexOf(ERROR);
            int space = line.indexOf(' ');
            if (error < 0 || line.indexOf(' ', space + 1) != error) continue;
            into.add(new Failure(
                    line.substring(0, space),
                    pop,
                    name.substring(0, name.length() - ".log".length()),
                    line.substring(error + ERROR.length())));
        }
    }

    private static String end(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            var octets = java.nio.ByteBuffer.allocate((int) Math.min(OCTETS_MAX, channel.size()));
            channel.position(channel.size() - octets.capacity());
            while (octets.hasRemaining() && channel.read(octets) >= 0) {}
            return new String(octets.array(), 0, octets.position(), StandardCharsets.UTF_8);
        }
    }
}
