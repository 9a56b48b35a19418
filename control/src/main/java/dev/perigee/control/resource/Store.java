package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;

/**
 * The one place where resources rest: SQLite with a write-ahead log, synced before a write is acknowledged, so that what
 * the API has confirmed survives a killed process and a lost power supply. Writes go one after the other; a read sees
 * one revision as a whole.
 */
public final class Store implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final int BUSY_MILLISECONDS = 10_000;

    private final Connection writer;
    private final Connection reader;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Runnable revised = () -> {};

    private Store(Connection writer, Connection reader) {
        this.writer = writer;
        this.reader = reader;
    }

    /** What is done in one transaction; it is undone when it throws. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(Tables tables) throws Refused, SQLException;
    }

    /**
     * Opens the database, creating it or bringing it up to date.
     *
     * @throws IOException when it cannot be read, or was written by a newer version of this program
     */
    public static Store open(Path file) throws IOException {
        create(file);
        Connection writer = null;
        try {
            writer = connect(file, TransactionMode.IMMEDIATE);
            Schema.migrate(writer);
            return new Store(writer, connect(file, TransactionMode.DEFERRED));
        } catch (SQLException e) {
            if (writer != null) close(writer);
            throw new IOException("the database " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) Files.createDirectories(folder);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!Files.exists(file)) {
            // SQLite gives its log files the rights of the database.
            if (posix) Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            else Files.createFile(file);
        } else if (posix) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
    }

    private static Connection connect(Path file, TransactionMode mode) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLISECONDS);
        config.setTransactionMode(mode);
        Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
        connection.setAutoCommit(false);
        return connection;
    }

    /** Sets who is told, after each commit, that there is a newer revision. */
    public void whenRevised(Runnable listener) {
        revised = listener;
    }

    <T extends @Nullable Object> T write(Work<T> work) throws Refused {
        Tables tables = new Tables(writer);
        T result = exclusively(writing, writer, tables, work);
        if (tables.advanced()) revised.run();
        return result;
    }

    <T extends @Nullable Object> T read(Work<T> work) throws Refused {
        return exclusively(reading, reader, new Tables(reader), work);
    }

    private static <T extends @Nullable Object> T exclusively(
            ReentrantLock lock, Connection connection, Tables tables, Work<T> work) throws Refused {
        lock.lock();
        try {
            boolean done = false;
            try {
                T result = work.on(tables);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) connection.rollback();
            }
        } catch (SQLException e) {
            throw new StoreFailure(e);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #write}, for work that refuses nothing. */
    <T extends @Nullable Object> T writeUnrefused(Work<T> work) {
        try {
            return write(work);
        } catch (Refused e) {
            throw new IllegalStateException("nothing is refused here", e);
        }
    }

    /** As {@link #read}, for work that refuses nothing. */
    <T extends @Nullable Object> T readUnrefused(Work<T> work) {
        try {
            return read(work);
        } catch (Refused e) {
            throw new IllegalStateException("nothing is refused here", e);
        }
    }

    /** Makes the next plan differ in version from all before, for what is not in the store but changes plans. */
    public void advance() {
        writeUnrefused(Tables::advance);
    }

    @Override
    public void close() {
        writing.lock();
        reading.lock();
        try {
            close(reader);
            close(writer);
        } finally {
            reading.unlock();
            writing.unlock();
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StoreFailure(e);
        }
    }
}
