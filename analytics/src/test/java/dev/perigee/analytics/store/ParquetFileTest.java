package dev.perigee.analytics.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perigee.analytics.store.ParquetFile.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFileTest {
    private static final List<Column> COLUMNS = List.of(
            new Column("moment", ParquetFile.Type.TIMESTAMP),
            new Column("status", ParquetFile.Type.INTEGER),
            new Column("time taken", ParquetFile.Type.NUMBER),
            new Column("uri", ParquetFile.Type.TEXT));

    @Test
    void whatWasWrittenIsReadAgain(@TempDir Path folder) throws IOException, SQLException {
        Path file = folder.resolve("it's.parquet");
        try (ParquetFile written = ParquetFile.create(file, COLUMNS)) {
            written.row(1_764_150_000_123L, 200L, 0.25, "/é\"'");
            written.row(null, null, null, null);
            written.finish();
        }
        try (Duck duck = Duck.open();
                Statement statement = duck.connection().createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT concat_ws(' ', \"moment\", status, \"time taken\", uri) FROM read_parquet("
                                + Duck.quoted(file) + ") ORDER BY \"moment\" NULLS LAST")) {
            rows.next();
            assertEquals("2025-11-26 09:40:00.123 200 0.25 /é\"'", rows.getString(1));
            rows.next();
            assertEquals("", rows.getString(1));
            assertFalse(rows.next());
        }
    }

    @Test
    void nothingIsLeftOfAFileThatWasNotFinished(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.parquet");
        try (ParquetFile begun = ParquetFile.create(file, COLUMNS)) {
            begun.row(1L, 2L, 3.0, "4");
            assertThrows(IllegalArgumentException.class, () -> begun.row(1L));
        }
        assertFalse(Files.exists(file));
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }
}
