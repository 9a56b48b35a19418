package dev.perigee.control.resource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Brings a database to the tables this program works with, one numbered step after the other. */
final class Schema {
    /** The newest step there is, {@code schema-N.sql}. */
    static final int NEWEST = 6;

    private Schema() {}

    static void migrate(Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY)");
        }
        int version = version(connection);
        if (version > NEWEST) {
            connection.rollback();
            throw new SQLException("its schema has version " + version + ", this program knows up to " + NEWEST
                    + "; use the newer program that wrote it");
        }
        for (int step = version + 1; step <= NEWEST; step++) apply(connection, step);
        connection.commit();
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COALESCE(MAX(version), 0) FROM migrations")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static void apply(Connection connection, int step) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            for (String command : script(step).split(";", -1)) {
                if (!command.isBlank()) statement.execute(command);
            }
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO migrations (version) VALUES (?)")) {
            insert.setInt(1, step);
            insert.executeUpdate();
        }
    }

    private static String script(int step) throws IOException {
        try (InputStream in = Schema.class.getResourceAsStream("schema-" + step + ".sql")) {
            if (in == null) throw new IllegalStateException("no script for schema " + step);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
        }
    }
}
