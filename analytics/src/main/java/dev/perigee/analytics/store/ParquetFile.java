package dev.perigee.analytics.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows as one Parquet file (Zstandard), for whoever has rows: reports keep logged requests so, and the delivery of logs
 * in Parquet can write its objects with it.
 *
 * <pre>{@code
 * try (var file = ParquetFile.create(path, List.of(new Column("status", Type.INTEGER), new Column("path", Type.TEXT)))) {
 *     file.row(200L, "/index.html");
 *     file.row(null, "/other");
 *     file.finish();
 * }
 * }</pre>
 *
 * <p>Rows are kept in memory until {@link #finish}, compressed, within half a gigabyte: some millions of log lines. The file is
 * there as a whole or not at all. Not for several threads. The first one in a process loads DuckDB's library, which takes half
 * a second.
 */
public final class ParquetFile implements AutoCloseable {
    private final Path file;
    private final List<Column> columns;
    private final Duck duck;
    private final DuckDBAppender rows;

    /** What a column holds; every one may also hold null. */
    public enum Type {
        /** A {@link String}. */
        TEXT("VARCHAR"),
        /** A {@link Long}. */
        INTEGER("BIGINT"),
        /** A {@link Double}. */
        NUMBER("DOUBLE"),
        /** Milliseconds since 1970, a {@link Long}; in the file a timestamp in UTC. */
        TIMESTAMP("TIMESTAMP_MS");

        private final String sql;

        Type(String sql) {
            this.sql = sql;
        }
    }

    /** A column of the file. */
    public record Column(String name, Type type) {}

    private ParquetFile(Path file, List<Column> columns, Duck duck, DuckDBAppender rows) {
        this.file = file;
        this.columns = columns;
        this.duck = duck;
        this.rows = rows;
    }

    /** Begins a file; nothing is written before {@link #finish}. */
    public static ParquetFile create(Path file, List<Column> columns) throws IOException {
        Duck duck = Duck.open();
        try {
            String list = columns.stream()
                    .map(column -> name(column) + " " + stored(column.type()))
                    .collect(Collectors.joining(", "));
            duck.run("CREATE TABLE rows (" + list + ")");
            return new ParquetFile(
                    file,
                    List.copyOf(columns),
                    duck,
                    duck.connection().createAppender(duck.connection().getSchema(), "rows"));
        } catch (SQLException e) {
            duck.close();
            throw Duck.failed(e);
        }
    }

    private static String name(Column column) {
        return "\"" + column.name().replace("\"", "\"\"") + "\"";
    }

    private static String stored(Type type) {
        return type == Type.TIMESTAMP ? Type.INTEGER.sql : type.sql;
    }

    /**
     * Adds a row.
     *
     * @param values of the columns' types, or null
     * @throws IllegalArgumentException when there are not as many as columns
     */
    public void row(@Nullable Object... values) throws IOException {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values for " + columns.size() + " columns");
        }
        try {
            rows.beginRow();
            for (int i = 0; i < values.length; i++) append(columns.get(i).type(), values[i]);
            rows.endRow();
        } catch (SQLException e) {
            throw Duck.failed(e);
        }
    }

    private void append(Type type, @Nullable Object value) throws SQLException {
        if (value == null) {
            rows.appendNull();
            return;
        }
        switch (type) {
            case TEXT -> rows.append((String) value);
            case INTEGER, TIMESTAMP -> rows.append((long) (Long) value);
            case NUMBER -> rows.append((double) (Double) value);
        }
    }

    /** Writes the file; one of that name is replaced. */
    public void finish() throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            rows.close();
            String list = columns.stream().map(ParquetFile::selected).collect(Collectors.joining(", "));
            duck.run("COPY (SELECT " + list + " FROM rows) TO " + Duck.quoted(fresh)
                    + " (FORMAT parquet, COMPRESSION zstd)");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (SQLException e) {
            throw Duck.failed(e);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static String selected(Column column) {
        return column.type() == Type.TIMESTAMP
                ? "epoch_ms(" + name(column) + ")::TIMESTAMP_MS AS " + name(column)
                : name(column);
    }

    /** Frees what was in memory. Without {@link #finish} before there is no file. */
    @Override
    public void close() throws IOException {
        duck.close();
    }
}
