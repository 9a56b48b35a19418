package dev.perigee.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher goes on without the cache when a rehearsal fails, so nobody would notice. */
class RehearseCommandTest {
    @Test
    @Tag("full")
    void aRehearsalGoesThrough(@TempDir Path temporary) {
        var err = new StringWriter();
        var console = new Console(
                new PrintWriter(new StringWriter(), true), new PrintWriter(err, true), Map.of(), temporary.toString());
        assertEquals(0, CommandTree.execute(console, "rehearse"), err::toString);
    }
}
