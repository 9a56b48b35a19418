package dev.perigee.analytics.store;

import dev.perigee.analytics.store.IntakeJournal.Move;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Logged requests as Parquet files in {@code requests/day=…/hour=…/pop=…}, from the access logs that edges keep. Each line is
 * taken in exactly once, whenever the process is killed; what logs and files hold beyond the {@link Retention} goes.
 */
public final class RequestStore {
    private static final int CHUNK = 32 << 20;
    /** Smaller files are written again with what comes to their partition. */
    private static final long WHOLE = 8 << 20;
    /** A log's identity is made from its first line, which has the id of a request. */
    private static final int LINE_MAX = 64 << 10;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final Retention retention;
    private final InstantSource clock;

    /** What came in. */
    public record Taken(long lines, long unreadable) {
        Taken plus(LogChunk chunk) {
            return new Taken(lines + chunk.lines(), unreadable + chunk.unreadable());
        }
    }

    private record OpenLog(String identity, FileChannel channel) {}

    /**
     * The store in a folder.
     *
     * @param folder of its own, created when needed
     */
    public RequestStore(Path folder, Retention retention, InstantSource clock) {
        this.folder = folder;
        this.retention = retention;
        this.clock = clock;
    }

    /** Octets of the logs that were not taken in yet; without loading the database. */
    public long waiting(List<Path> logs) throws IOException {
        Files.createDirectories(folder);
        try (StoreLock _ = StoreLock.take(folder, false, PATIENCE)) {
            IntakeJournal journal = IntakeJournal.open(folder);
            Map<String, OpenLog> open = open(logs);
            try {
                long sum = 0;
                for (OpenLog log : open.values()) {
                    sum += Math.max(0, log.channel().size() - journal.offset(log.identity()));
                }
                return sum;
            } finally {
                close(open);
            }
        }
    }

    /**
     * Takes in what was not yet.
     *
     * @param logs the current files of logs; older ones with a dot and a number are read before them
     */
    public Taken takeIn(List<Path> logs) throws IOException {
        Files.createDirectories(folder);
        try (StoreLock _ = StoreLock.take(folder, false, PATIENCE)) {
            IntakeJournal journal = IntakeJournal.open(folder);
            retention.apply(journal.partitions(), 0, clock.instant());
            Map<String, OpenLog> open = open(logs);
            try {
                journal.keepOnly(List.copyOf(open.keySet()));
                var taken = new Taken(0, 0);
                Duck duck = null;
                try {
                    for (OpenLog log : open.values()) {
                        while (log.channel().size() > journal.offset(log.identity())) {
                            if (duck == null) duck = Duck.open();
                            LogChunk chunk = takeIn(log, journal, duck);
                            if (chunk == null) break;
                            taken = taken.plus(chunk);
                        }
                    }
                } finally {
                    if (duck != null) duck.close();
                }
                return taken;
            } finally {
                close(open);
            }
        }
    }

    /** Opens the table for questions; nothing is taken in while it is open. */
    public RequestTable open() throws IOException {
        Files.createDirectories(folder);
        // Whatever a killed process has left half done is finished first.
        try (StoreLock _ = StoreLock.take(folder, false, PATIENCE)) {
            retention.apply(IntakeJournal.open(folder).partitions(), 0, clock.instant());
        }
        StoreLock lock = StoreLock.take(folder, true, PATIENCE);
        try {
            return RequestTable.open(folder.resolve("requests"), lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    // ---- logs

    /** The newest first, so that one that is renamed meanwhile is met twice rather than never; then in order of age. */
    private static Map<String, OpenLog> open(List<Path> logs) throws IOException {
        Map<String, OpenLog> open = new LinkedHashMap<>();
        try {
            for (Path log : logs) {
                for (int number = 0; ; number++) {
                    Path file = number == 0 ? log : log.resolveSibling(log.getFileName() + "." + number);
                    FileChannel channel = channel(file);
                    // Between two renamings the current one may be missing.
                    if (channel == null && number > 0) break;
                    if (channel != null) add(open, channel);
                }
            }
            return open;
        } catch (IOException | RuntimeException e) {
            close(open);
            throw e;
        }
    }

    private static void add(Map<String, OpenLog> open, FileChannel channel) throws IOException {
        String identity = identity(channel);
        if (identity == null || open.containsKey(identity)) channel.close();
        else open.put(identity, new OpenLog(identity, channel));
    }

    private static @Nullable FileChannel channel(Path file) throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private static void close(Map<String, OpenLog> open) throws IOException {
        for (OpenLog log : open.values()) log.channel().close();
    }

    /** From its first request; null when it has none. */
    private static @Nullable String identity(FileChannel channel) throws IOException {
        var lines = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.ISO_8859_1), LINE_MAX);
        // The reader is not closed: the channel is read on.
        int read = 0;
        for (String line = lines.readLine(); line != null && read < LINE_MAX; line = lines.readLine()) {
            read += line.length() + 1;
            if (line.startsWith("#") || line.isEmpty()) continue;
            // A line without its end is still being written.
            if (channel.size() < read) return null;
            return UUID.nameUUIDFromBytes(line.getBytes(StandardCharsets.ISO_8859_1))
                    .toString();
        }
        return null;
    }

    // ---- one part of one log

    private @Nullable LogChunk takeIn(OpenLog log, IntakeJournal journal, Duck duck) throws IOException {
        long from = journal.offset(log.identity());
        int most = retention.chunk(CHUNK);
        // The part in between, once as text and once as Parquet, counts too.
        retention.apply(journal.partitions(), 2L * most, clock.instant());
        Path lines = journal.staging().resolve("lines.tsv");
        LogChunk chunk = LogChunk.take(log.channel(), from, most, lines);
        if (chunk.end() == from) return null;
        try {
            duck.run("CREATE OR REPLACE TEMP TABLE taken AS " + RequestColumns.read(lines));
            Files.delete(lines);
            List<Move> moves = write(duck, journal, log.identity() + "-" + from);
            journal.commit(log.identity(), chunk.end(), moves);
            duck.run("DROP TABLE taken");
        } catch (SQLException e) {
            throw Duck.failed(e);
        }
        retention.apply(journal.partitions(), 0, clock.instant());
        return chunk;
    }

    private List<Move> write(Duck duck, IntakeJournal journal, String name) throws SQLException, IOException {
        var partitions = new ArrayList<String[]>();
        try (Statement statement = duck.connection().createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT day, hour, pop FROM taken ORDER BY ALL")) {
            while (rows.next()) partitions.add(new String[] {rows.getString(1), rows.getString(2), rows.getString(3)});
        }
        var moves = new ArrayList<Move>();
        for (String[] part : partitions) {
            String place = "day=" + part[0] + "/hour=" + part[1] + "/pop=" + part[2];
            String staged = name + "-" + moves.size() + ".parquet";
            Path before = small(journal.partitions().resolve(place));
            String rows = "SELECT " + RequestColumns.names() + " FROM taken WHERE day = '" + part[0] + "' AND hour = '"
                    + part[1] + "' AND pop = '" + part[2] + "'";
            if (before != null) {
                rows += " UNION ALL BY NAME SELECT * FROM read_parquet(" + Duck.quoted(before)
                        + ", hive_partitioning = false)";
            }
            Path file = journal.staging().resolve(staged);
            duck.run("COPY (FROM (" + rows + ") ORDER BY timestamp) TO " + Duck.quoted(file)
                    + " (FORMAT parquet, COMPRESSION zstd)");
            force(file);
            String instead = before == null ? "" : place + "/" + before.getFileName();
            moves.add(new Move(staged, place + "/" + staged, instead));
        }
        return moves;
    }

    private static @Nullable Path small(Path partition) throws IOException {
        if (!Files.isDirectory(partition)) return null;
        for (Path file : Retention.files(partition)) {
            if (Files.size(file) < WHOLE) return file;
        }
        return null;
    }

    private static void force(Path file) throws IOException {
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
            written.force(true);
        }
    }
}
