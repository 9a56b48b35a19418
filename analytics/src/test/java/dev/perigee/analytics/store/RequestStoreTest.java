package dev.perigee.analytics.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private static RequestStore store(Path folder, Retention retention) {
        return new RequestStore(folder.resolve("analytics"), retention, InstantSource.fixed(NOW));
    }

    private static List<List<@Nullable Object>> ask(RequestStore store, String sql) throws IOException {
        var all = new Collected();
        try (RequestTable table = store.open()) {
            table.ask(sql, all);
        }
        return all.rows;
    }

    private static final class Collected implements RequestTable.Rows {
        private List<String> names = List.of();
        private final List<List<@Nullable Object>> rows = new ArrayList<>();

        @Override
        public void columns(List<String> columns) {
            names = columns;
        }

        @Override
        public void row(List<@Nullable Object> values) {
            rows.add(values);
        }
    }

    private static String one(RequestStore store, String sql) throws IOException {
        return String.valueOf(ask(store, sql).getFirst().getFirst());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("analytics"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void linesBecomeRowsWithTheRemarksBeforeThem(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("access.log");
        LogSample.append(log, LogSample.line(NOW, "SYD", 1, "/a%2520b"));
        LogSample.append(log, "#Remark: keyed=h:x=1\tetag=%22v1%22\tnew=thing\n" + LogSample.line(NOW, "SYD", 2, "/c"));
        LogSample.append(log, "torn line\n#Remark: etag=%22half%22\n");
        RequestStore store = store(folder, Retention.USUAL);
        assertEquals(new RequestStore.Taken(2, 1), store.takeIn(List.of(log)));
        LogSample.append(log, LogSample.line(NOW, "SYD", 3, "/d"));
        assertEquals(new RequestStore.Taken(1, 0), store.takeIn(List.of(log)));
        assertEquals(
                "[[2026-11-26 12:00:00, SYD, SYD50-C1, /a%2520b, 200, Miss, 1234, 0.012, null, null],"
                        + " [2026-11-26 12:00:00, SYD, SYD50-C1, /c, 200, Miss, 1234, 0.012, h:x=1, %22v1%22],"
                        + " [2026-11-26 12:00:00, SYD, SYD50-C1, /d, 200, Miss, 1234, 0.012, null, %22half%22]]",
                ask(
                                store,
                                "SELECT timestamp, pop, edge_location, uri_stem, status, result_type, sc_bytes, time_taken,"
                                        + " keyed, etag FROM requests ORDER BY request_id")
                        .toString());
    }

    @Test
    void eachLineComesInOnceThoughTheLogIsRotated(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("access.log");
        Path other = folder.resolve("other.log");
        RequestStore store = store(folder, Retention.USUAL);
        LogSample.append(log, LogSample.lines(NOW.minusSeconds(3600), "IAD", 0, 50));
        LogSample.append(other, LogSample.lines(NOW, "FRA", 1000, 20));
        store.takeIn(List.of(log, other));
        LogSample.append(log, LogSample.lines(NOW, "IAD", 50, 30));
        Files.move(log, folder.resolve("access.log.1"));
        LogSample.append(log, LogSample.lines(NOW, "IAD", 80, 5));
        assertEquals(35, store.takeIn(List.of(log, other)).lines());
        assertEquals(0, store.waiting(List.of(log, other)));
        assertEquals(0, store.takeIn(List.of(log, other)).lines());
        assertEquals("105", one(store, "SELECT count(DISTINCT request_id) FROM requests"));
        assertEquals("105", one(store, "SELECT count(*) FROM requests"));
        assertEquals(
                "[[IAD, 11, 50], [FRA, 12, 20], [IAD, 12, 35]]",
                ask(store, "SELECT pop, hour(timestamp) AS h, count(*) FROM requests GROUP BY ALL ORDER BY h, pop")
                        .toString());
        // Small files of one partition have become one.
        assertEquals(3, Retention.files(folder.resolve("analytics/requests")).size());
    }

    @Test
    void nothingIsLostOrTwiceWhenTheProcessIsKilled(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("access.log");
        RequestStore store = store(folder, Retention.USUAL);
        LogSample.append(log, LogSample.lines(NOW, "IAD", 0, 10));
        store.takeIn(List.of(log));
        Path analytics = folder.resolve("analytics");
        Path before = Retention.files(analytics.resolve("requests")).getFirst();
        Path kept = folder.resolve("kept");
        Files.copy(before, kept);
        // Killed while it wrote: the journal knows nothing of it.
        Files.writeString(analytics.resolve("staging/lines.tsv"), "half a li");
        Files.writeString(analytics.resolve("staging/x.parquet"), "PAR");
        LogSample.append(log, LogSample.lines(NOW, "IAD", 10, 7));
        assertEquals(7, store.takeIn(List.of(log)).lines());
        assertEquals("17", one(store, "SELECT count(*) FROM requests"));
        // Killed after the journal was written, before anything moved.
        Path merged = Retention.files(analytics.resolve("requests")).getFirst();
        Path journal = analytics.resolve("intake.journal");
        assertTrue(
                Files.readString(journal).contains("\nmove " + merged.getFileName() + " "), Files.readString(journal));
        Files.move(merged, analytics.resolve("staging").resolve(merged.getFileName()));
        Files.move(kept, before, StandardCopyOption.REPLACE_EXISTING);
        assertEquals("17", one(store, "SELECT count(*) FROM requests"));
        assertEquals(0, store.takeIn(List.of(log)).lines());
    }

    @Test
    void theFolderStaysBelowItsLimitAndKeepsTheNewest(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("access.log");
        RequestStore store = store(folder, new Retention(1 << 20, Duration.ofDays(2)));
        long most = 0;
        for (int hour = 0; hour < 7; hour++) {
            // Ids that do not compress, so that an hour takes some 200 kB.
            var text = new StringBuilder();
            for (int i = 0; i < 6_000; i++) {
                Instant at = NOW.minusSeconds(3600L * (7 - hour)).plusMillis(500L * i);
                text.append(LogSample.line(at, "IAD", i, "/" + UUID.randomUUID()));
            }
            LogSample.append(log, text.toString());
            store.takeIn(List.of(log));
            long size = 0;
            for (Path file : files(folder)) size += Files.size(file);
            most = Math.max(most, size);
        }
        assertTrue(most <= 1 << 20, "held " + most);
        assertTrue(most > 1 << 19, "held " + most);
        assertEquals("11", one(store, "SELECT max(hour(timestamp)) FROM requests"));
        assertEquals("0", one(store, "SELECT count(*) FROM requests WHERE hour(timestamp) < 6"));
        RequestStore later = new RequestStore(
                folder.resolve("analytics"), Retention.USUAL, InstantSource.fixed(NOW.plus(Duration.ofDays(61))));
        assertEquals("0", one(later, "SELECT count(*) FROM requests"));
    }

    private static final List<String> REFUSED = List.of(
            "SELEC 1",
            "SELECT nothing FROM requests",
            "",
            "SELECT 1; SELECT 2",
            "COPY (SELECT 1) TO 'x.csv'",
            "COPY requests TO '/tmp/x.parquet'",
            "CREATE TABLE a AS SELECT 1",
            "DROP VIEW requests",
            "SET memory_limit = '9GB'",
            "PRAGMA database_list",
            "ATTACH 'x.db'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "EXPORT DATABASE '/tmp/x'",
            "SELECT * FROM read_text('/etc/passwd')",
            "SELECT * FROM '/etc/passwd'",
            "SELECT * FROM read_csv('FOLDER/../access.log')",
            "SELECT * FROM glob('/etc/*')",
            "SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')",
            "SELECT * FROM query('COPY (SELECT 1) TO ''x.csv''')",
            "SELECT list(range) FROM range(200000000)");

    @Test
    void onlyQuestionsAreAnswered(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("access.log");
        LogSample.append(log, LogSample.line(NOW, "IAD", 1, "/a"));
        RequestStore store = store(folder, Retention.USUAL);
        store.takeIn(List.of(log));
        List<Path> before = files(folder);
        var counted = new Collected();
        try (RequestTable table = store.open()) {
            for (String sql : REFUSED) {
                String asked = sql.replace(
                        "FOLDER", folder.resolve("analytics/requests").toString());
                var refused = assertThrows(RequestTable.Refused.class, () -> table.ask(asked, new Collected()), asked);
                String message = String.valueOf(refused.getMessage());
                assertFalse(message.isBlank() || message.contains("\n"), message);
            }
            table.ask("SELECT count(*), count(*), [1, 2] FROM requests", counted);
        }
        assertEquals(before, files(folder));
        assertEquals("[[1, 1, [1, 2]]]", counted.rows.toString());
        assertEquals(List.of("count_star()", "count_star()_1", "main.list_value(1, 2)"), counted.names);
    }

    @Test
    void anEndlessQuestionEndsAndTheNextIsAnswered(@TempDir Path folder) throws IOException {
        RequestStore store = store(folder, Retention.USUAL);
        String counts = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT ";
        try (RequestTable table = store.open()) {
            for (String endless : List.of(counts + "count(*) FROM t", counts + "x FROM t WHERE x < 0")) {
                var refused = assertThrows(
                        RequestTable.Refused.class,
                        () -> table.ask(endless, Duration.ofMillis(200), new Collected()),
                        endless);
                assertTrue(String.valueOf(refused.getMessage()).contains("time"), refused.getMessage());
                var next = new Collected();
                table.ask("SELECT 42", Duration.ofSeconds(60), next);
                assertEquals("[[42]]", next.rows.toString());
            }
        }
    }

    @Test
    void thereIsATableWithoutAnyRequest(@TempDir Path folder) throws IOException {
        RequestStore store = store(folder, Retention.USUAL);
        assertEquals(0, store.takeIn(List.of(folder.resolve("access.log"))).lines());
        assertEquals("0", one(store, "SELECT count(pop) FROM requests"));
        assertEquals("43", one(store, "SELECT count(*) FROM (DESCRIBE requests)"));
    }
}
