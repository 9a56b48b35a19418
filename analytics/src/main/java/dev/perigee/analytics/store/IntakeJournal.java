package dev.perigee.analytics.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far each log was taken in, and which files are on their way to their places. It is replaced as a whole, in one step: before
 * that step nothing has happened, after it everything has, since whoever comes next finishes what is written there.
 */
final class IntakeJournal {
    private static final String FIRST = "perigee intake 1";

    private final Path folder;
    private final Path file;
    /** By the log's identity. */
    private final Map<String, Long> offsets = new LinkedHashMap<>();

    private List<Move> moves = List.of();

    /**
     * A file on its way.
     *
     * @param from below staging
     * @param to below the partitions
     * @param instead what it takes the place of, below the partitions; empty for nothing
     */
    record Move(String from, String to, String instead) {}

    private IntakeJournal(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("intake.journal");
    }

    /** Reads the journal, and finishes what was begun. */
    static IntakeJournal open(Path folder) throws IOException {
        var journal = new IntakeJournal(folder);
        if (Files.exists(journal.file)) journal.read();
        Files.createDirectories(journal.staging());
        Files.createDirectories(journal.partitions());
        journal.finish();
        return journal;
    }

    Path staging() {
        return folder.resolve("staging");
    }

    Path partitions() {
        return folder.resolve("requests");
    }

    private void read() throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.isEmpty() || !lines.getFirst().equals(FIRST)) {
            throw new IOException(file + " is not a journal of this version");
        }
        var read = new ArrayList<Move>();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split(" ", -1);
            switch (parts[0]) {
                case "log" -> offsets.put(parts[1], Long.parseLong(parts[2]));
                case "move" -> read.add(new Move(parts[1], parts[2], parts[3]));
                default -> throw new IOException(file + " has a line that nobody wrote: " + line);
            }
        }
        moves = read;
    }

    /** Where the part of a log begins that was not taken in. */
    long offset(String identity) {
        return offsets.getOrDefault(identity, 0L);
    }

    /** Forgets logs that are no longer there. */
    void keepOnly(List<String> identities) {
        offsets.keySet().retainAll(identities);
    }

    /** Has these files in their places, and the log taken in up to here: both or neither. */
    void commit(String identity, long offset, List<Move> next) throws IOException {
        offsets.put(identity, offset);
        moves = List.copyOf(next);
        var text = new StringBuilder(FIRST).append('\n');
        offsets.forEach((name, octets) ->
                text.append("log ").append(name).append(' ').append(octets).append('\n'));
        for (Move move : moves) {
            text.append("move ")
                    .append(move.from())
                    .append(' ')
                    .append(move.to())
                    .append(' ');
            text.append(move.instead()).append('\n');
        }
        Path fresh = folder.resolve("intake.journal.new");
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer octets = StandardCharsets.UTF_8.encode(text.toString());
            while (octets.hasRemaining()) out.write(octets);
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        finish();
    }

    /** May be done again and again. */
    private void finish() throws IOException {
        for (Move move : moves) {
            Path from = staging().resolve(move.from());
            Path to = partitions().resolve(move.to());
            if (Files.exists(from)) {
                Files.createDirectories(parent(to));
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            if (!move.instead().isEmpty() && !move.instead().equals(move.to())) {
                Files.deleteIfExists(partitions().resolve(move.instead()));
            }
        }
        moves = List.of();
        clear(staging());
    }

    private static Path parent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) throw new IOException(file + " has no folder");
        return parent;
    }

    private static void clear(Path folder) throws IOException {
        try (var left = Files.list(folder)) {
            for (Path each : left.toList()) Files.deleteIfExists(each);
        }
    }
}
