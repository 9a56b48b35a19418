package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.api.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private final Path folder;

    StoreTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void writesThatAreRefusedLeaveNothing() throws Exception {
        try (Store store = Store.open(folder.resolve("a/store.db"))) {
            AtomicInteger told = new AtomicInteger();
            store.whenRevised(told::incrementAndGet);
            assertThrows(
                    Refused.class,
                    () -> store.write(tables -> {
                        tables.advance();
                        throw new Refused("InvalidArgument", "no");
                    }));
            assertEquals(0, store.read(Tables::revision));
            assertEquals(0, told.get());
            assertEquals(1, store.write(Tables::advance));
            assertEquals(1, told.get());
            assertEquals(1, store.read(Tables::revision));
        }
    }

    @Test
    void filesAreTheOwnersOnly() throws Exception {
        Path file = folder.resolve("store.db");
        try (Store store = Store.open(file)) {
            store.write(Tables::advance);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path each : files.toList()) {
                    assertEquals(
                            "rw-------",
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
                            each.toString());
                }
            }
        }
    }

    @Test
    void aNewerSchemaIsLeftAlone() throws Exception {
        Path file = folder.resolve("store.db");
        try (Store store = Store.open(file)) {
            store.write(tables -> tables.update("INSERT INTO migrations (version) VALUES (99)"));
        }
        IOException e = assertThrows(IOException.class, () -> Store.open(file).close());
        assertTrue(String.valueOf(e.getMessage()).contains("version 99"), e.getMessage());
    }

    @Test
    void whatIsNoDatabaseIsRefused() throws IOException {
        Path file = folder.resolve("store.db");
        Files.writeString(file, "this is no database, but long enough to be taken for one");
        IOException e = assertThrows(IOException.class, () -> Store.open(file).close());
        assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.getMessage());
    }
}
