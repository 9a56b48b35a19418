package dev.perigee.analytics.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
@Timeout(300)
class TenMillionTest {
    private static final int PARTS = 72;
    private static final int ROWS = 138_889;
    private static final List<String> POPS = List.of("IAD", "FRA", "SYD");
    private static final String REPORT = "SELECT date_trunc('minute', timestamp) AS minute, pop, count(*) AS requests,"
            + " count(*) FILTER (result_type = 'Hit') AS hits, sum(sc_bytes) AS bytes FROM requests GROUP BY ALL";

    private static final class Counted implements RequestTable.Rows {
        private long rows;
        private long requests;

        @Override
        public void columns(List<String> names) {}

        @Override
        public void row(List<@Nullable Object> values) {
            rows++;
            if (values.get(2) instanceof Number number) requests += number.longValue();
        }
    }

    /** A day of three PoPs; paths, sizes and results differ. */
    private static void write(Path partitions) throws IOException, SQLException {
        try (Duck duck = Duck.open()) {
            for (int part = 0; part < PARTS; part++) {
                int hour = part / POPS.size();
                Path folder = partitions.resolve("day=2026-11-25/hour=" + (hour < 10 ? "0" : "") + hour + "/pop="
                        + POPS.get(part % POPS.size()));
                Files.createDirectories(folder);
                duck.run("COPY (SELECT TIMESTAMP '2026-11-25 00:00:00' + to_seconds(" + hour * 3600 + " + i * 3600 // "
                        + ROWS
                        + ") AS timestamp, 1000 + i % 5000 AS sc_bytes, 'd1.cloudfront.net' AS host, 'GET' AS method,"
                        + " '/p/' || (i * 7919 % 20000) AS uri_stem, 200 AS status,"
                        + " CASE WHEN i % 10 = 0 THEN 'Miss' ELSE 'Hit' END AS result_type,"
                        + " * EXCLUDE (timestamp, sc_bytes, host, method, uri_stem, status, result_type, pop, i)"
                        + " FROM range(" + ROWS + ") t(i) LEFT JOIN (" + RequestColumns.none() + ") ON true) TO "
                        + Duck.quoted(folder.resolve("a.parquet")) + " (FORMAT parquet, COMPRESSION zstd)");
            }
        }
    }

    @Test
    void aReportByMinuteAndPopTakesLessThanASecond(@TempDir Path folder) throws IOException, SQLException {
        write(folder.resolve("requests"));
        long best = Long.MAX_VALUE;
        try (RequestTable table = new RequestStore(folder, Retention.USUAL, InstantSource.system()).open()) {
            for (int i = 0; i < 5; i++) {
                var counted = new Counted();
                long start = System.nanoTime();
                table.ask(REPORT, counted);
                best = Math.min(best, System.nanoTime() - start);
                assertEquals(24 * 60 * POPS.size(), counted.rows);
                assertEquals((long) PARTS * ROWS, counted.requests);
            }
        }
        assertTrue(best < 1_000_000_000L, "took " + best / 1_000_000 + " ms");
    }
}
