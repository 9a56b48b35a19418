package dev.perigee.analytics.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/** A DuckDB in memory, within limits. The library is loaded with the first one, in half a second: nothing else may touch it. */
final class Duck implements AutoCloseable {
    private static final int THREADS_MAX = 4;
    private static final int MEMORY_MEBIBYTES = 512;

    private final DuckDBConnection connection;

    private Duck(DuckDBConnection connection) {
        this.connection = connection;
    }

    static Duck open() throws IOException {
        try {
            var properties = new Properties();
            // What is asked for is read as it is made: a long answer is never in memory as a whole.
            properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
            Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", properties);
            if (!(connection instanceof DuckDBConnection duck)) throw new IOException("DuckDB does not open");
            var opened = new Duck(duck);
            opened.limit();
            return opened;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void limit() throws SQLException {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, THREADS_MAX);
        for (String setting : List.of(
                "threads = " + threads,
                "memory_limit = '" + MEMORY_MEBIBYTES + "MiB'",
                // Nothing beside the partitions is ever written: what does not fit into memory is refused.
                "temp_directory = ''",
                "preserve_insertion_order = false",
                "TimeZone = 'UTC'",
                "autoinstall_known_extensions = false",
                "autoload_known_extensions = false",
                "allow_community_extensions = false")) {
            run("SET " + setting);
        }
    }

    DuckDBConnection connection() {
        return connection;
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** From here on nothing but files in this folder can be read, and no setting changed. */
    void confine(Path readable) throws SQLException {
        run("SET allowed_directories = [" + quoted(readable + "/") + "]");
        run("SET enable_external_access = false");
        run("SET lock_configuration = true");
    }

    /** As a literal of SQL. */
    static String quoted(Object text) {
        return "'" + text.toString().replace("'", "''") + "'";
    }

    static IOException failed(SQLException e) {
        return new IOException(firstLine(e), e);
    }

    /** What is wrong, without the statement and the marks below it. */
    static String firstLine(SQLException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        for (String line : message.split("\n", -1)) {
            // A part of the driver's, which says nothing.
            if (!line.isBlank() && !line.startsWith("Invalid Input Error: Attempting to execute")) {
                return line.startsWith("Error: ") ? line.substring(7).strip() : line.strip();
            }
        }
        return message.strip();
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
