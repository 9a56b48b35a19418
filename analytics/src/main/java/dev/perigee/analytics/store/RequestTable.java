package dev.perigee.analytics.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code requests}, to be asked. Only questions are answered: a statement that changes something, reads another file
 * or loads an extension is refused. Not for several threads.
 */
public final class RequestTable implements AutoCloseable {
    private static final String PARSING = "SELECT (j->>'error')::BOOLEAN, j->>'error_type', j->>'error_message',"
            + " json_array_length(j, '$.statements') FROM (SELECT json_serialize_sql(?::VARCHAR) AS j)";

    /** For questions of our own, which end. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Duck duck;
    private final StoreLock lock;

    /** Who takes an answer, row by row. */
    public interface Rows {
        /** The names of the columns, each once; before all rows. */
        void columns(List<String> names) throws IOException;

        /** Numbers and truth values as such, null, and everything else as text. */
        void row(List<@Nullable Object> values) throws IOException;
    }

    /** A statement that is wrong or not allowed; the message is one line for the user. */
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private RequestTable(Duck duck, StoreLock lock) {
        this.duck = duck;
        this.lock = lock;
    }

    static RequestTable open(Path partitions, StoreLock lock) throws IOException {
        Duck duck = Duck.open();
        try {
            boolean some = !Retention.files(partitions).isEmpty();
            duck.run("CREATE VIEW requests AS "
                    + (some
                            ? "SELECT " + RequestColumns.shown() + " FROM read_parquet("
                                    + Duck.quoted(partitions + "/day=*/hour=*/pop=*/*.parquet")
                                    + ", hive_partitioning = true, union_by_name = false, hive_types = {'day': DATE,"
                                    + " 'hour': VARCHAR, 'pop': VARCHAR})"
                            : "SELECT " + RequestColumns.shown() + " FROM (" + RequestColumns.none() + ")"));
            duck.confine(partitions);
            return new RequestTable(duck, lock);
        } catch (SQLException e) {
            duck.close();
            throw Duck.failed(e);
        }
    }

    /**
     * Answers a question.
     *
     * @throws Refused when the statement is wrong, or no question
     */
    public void ask(String sql, Rows rows) throws IOException {
        ask(sql, LONGEST, rows);
    }

    /**
     * Answers a question within a time, which ends when all rows were taken.
     *
     * @throws Refused when the statement is wrong, no question, or takes longer
     */
    public void ask(String sql, Duration limit, Rows rows) throws IOException {
        requireQuestion(sql);
        try (Statement statement = duck.connection().createStatement();
                TimeLimit time = new TimeLimit(statement, limit)) {
            answer(statement, sql, time, rows);
        } catch (SQLException e) {
            throw new Refused(Duck.firstLine(e));
        }
    }

    private static void answer(Statement statement, String sql, TimeLimit time, Rows rows)
            throws IOException, SQLException {
        try (ResultSet answer = statement.executeQuery(sql)) {
            ResultSetMetaData columns = answer.getMetaData();
            rows.columns(names(columns));
            int count = columns.getColumnCount();
            while (answer.next()) {
                var values = new ArrayList<@Nullable Object>(count);
                for (int i = 1; i <= count; i++) values.add(value(answer, i));
                rows.row(values);
            }
        } catch (SQLException e) {
            if (time.reached()) throw new Refused("there is no whole answer within the time it may take");
            throw e;
        }
    }

    /** The database itself says what it takes the statement for: it can write down what a single SELECT means, and no other. */
    private void requireQuestion(String sql) throws IOException {
        try (PreparedStatement parsing = duck.connection().prepareStatement(PARSING)) {
            parsing.setString(1, sql);
            try (ResultSet parsed = parsing.executeQuery()) {
                parsed.next();
                if (parsed.getBoolean(1)) {
                    boolean other = "not implemented".equals(parsed.getString(2));
                    throw new Refused(
                            other
                                    ? "only a question is answered: SELECT, WITH, FROM, DESCRIBE, SUMMARIZE"
                                    : "Parser Error: " + parsed.getString(3));
                }
                if (parsed.getInt(4) != 1)
                    throw new Refused(
                            parsed.getInt(4) == 0
                                    ? "there is no statement"
                                    : "one statement at a time, not " + parsed.getInt(4));
            }
        } catch (SQLException e) {
            throw new Refused(Duck.firstLine(e));
        }
    }

    private static List<String> names(ResultSetMetaData columns) throws SQLException {
        var names = new ArrayList<String>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String name = columns.getColumnLabel(i);
            String free = name;
            for (int n = 1; names.contains(free); n++) free = name + "_" + n;
            names.add(free);
        }
        return names;
    }

    private static @Nullable Object value(ResultSet answer, int column) throws SQLException {
        Object value = answer.getObject(column);
        return switch (value) {
            case null -> null;
            case Number number -> number;
            case Boolean truth -> truth;
            // As SQL writes it.
            case Timestamp time -> trimmed(time.toString());
            default -> answer.getString(column);
        };
    }

    private static String trimmed(String time) {
        return time.endsWith(".0") ? time.substring(0, time.length() - 2) : time;
    }

    @Override
    public void close() throws IOException {
        try {
            duck.close();
        } finally {
            lock.close();
        }
    }
}
