package dev.perigee.app.cli;

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
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Prints a log that every edge writes for itself, in order of time, and goes on with what comes. */
final class LogTail {
    private static final long POLL_MILLIS = 200;
    private static final int READ_MAX = 4 << 20;

    private final Console console;
    private final Path edges;
    private final String name;
    private final UnaryOperator<String> time;
    private final Map<Path, Long> read = new TreeMap<>();

    /**
     * One log.
     *
     * @param edges the folder of all edges' folders
     * @param name of the file in an edge's folder
     * @param time the part of a line that orders it
     */
    LogTail(Console console, Path edges, String name, UnaryOperator<String> time) {
        this.console = console;
        this.edges = edges;
        this.name = name;
        this.time = time;
    }

    /** Begins so many octets before the end of each file. */
    void startBefore(int octets) throws IOException {
        for (Path file : files("")) {
            long size = Files.size(file);
            if (size <= octets) continue;
            read.put(file, size - octets);
            // The first line is hardly whole.
            String some = text(file, size - octets);
            read.merge(file, some.indexOf('\n') + 1L, Long::sum);
        }
    }

    /** Whether any edge has it. */
    boolean exists() throws IOException {
        return !files("").isEmpty();
    }

    /** What has come since the last time. */
    List<String> lines(String ending) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files(ending)) lines.addAll(since(file));
        // By their times; the lines of one run have one, and keep their order.
        lines.sort(Comparator.comparing(time));
        return lines;
    }

    void print(String ending) throws IOException {
        for (String line : lines(ending)) console.out().println(line);
        console.out().flush();
    }

    void follow() throws IOException {
        try {
            while (true) {
                Thread.sleep(POLL_MILLIS);
                print("");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Path> files(String ending) throws IOException {
        if (!Files.isDirectory(edges)) return List.of();
        try (Stream<Path> all = Files.list(edges)) {
            return all.sorted()
                    .map(edge -> edge.resolve(name + ending))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private List<String> since(Path file) throws IOException {
        long from = read.getOrDefault(file, 0L);
        // A new file has taken the place of the one that was full.
        if (Files.size(file) < from) from = 0;
        String text = text(file, from);
        int whole = text.lastIndexOf('\n') + 1;
        String lines = text.substring(0, whole);
        read.put(file, from + lines.getBytes(StandardCharsets.UTF_8).length);
        return lines.lines().filter(line -> !line.startsWith("#")).toList();
    }

    private static String text(Path file, long from) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer octets = ByteBuffer.allocate(Math.clamp(channel.size() - from, 0, READ_MAX));
            channel.position(from);
            while (octets.hasRemaining() && channel.read(octets) >= 0) {}
            return new String(octets.array(), 0, octets.position(), StandardCharsets.UTF_8);
        }
    }
}
