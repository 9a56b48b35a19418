package dev.perigee.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perigee.core.plan.Plan;
import dev.perigee.wire.PlanDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
    private final Path path;

    PlanFileTest(@TempDir Path folder) {
        path = folder.resolve("plan");
    }

    private static byte[] document(long version) {
        return PlanDocument.encode(new Plan(version, List.of(), List.of(), 0, null));
    }

    @Test
    void theLastOfManyIsKept() {
        try (PlanFile file = new PlanFile(path, "IAD")) {
            for (long version = 1; version <= 300; version++) file.writeSoon(document(version));
        }
        assertEquals(300, new PlanFile(path, "IAD").read().version());
    }

    @Test
    void whatMustBeThereComesAfterWhatMay() {
        try (PlanFile file = new PlanFile(path, "IAD")) {
            for (long version = 1; version <= 300; version += 3) {
                file.writeSoon(document(version));
                file.writeSoon(document(version + 1));
                file.write(document(version + 2));
                assertEquals(version + 2, file.read().version());
            }
        }
        assertEquals(300, new PlanFile(path, "IAD").read().version());
    }

    @Test
    void theFileOfAnotherVersionOfPerigeeIsNoPlan() throws IOException {
        String other = new String(document(7), StandardCharsets.UTF_8)
                .replaceFirst("perigee-plan \\d+ ", "perigee-plan 9999 ");
        Files.writeString(path, other);
        PlanFile file = new PlanFile(path, "IAD");
        assertSame(Plan.EMPTY, file.read());
        file.write(document(8));
        assertEquals(8, file.read().version());
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoFailure() throws IOException {
        Files.createDirectory(path.resolveSibling("plan.next"));
        Files.createFile(path.resolveSibling("plan.next").resolve("x"));
        try (PlanFile file = new PlanFile(path, "IAD")) {
            file.write(document(1));
            file.writeSoon(document(2));
        }
        assertSame(Plan.EMPTY, new PlanFile(path, "IAD").read());
    }
}
