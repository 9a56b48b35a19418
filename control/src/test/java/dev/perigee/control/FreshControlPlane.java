package dev.perigee.control;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Gives each test a control plane of its own. */
abstract class FreshControlPlane {
    @TempDir
    Path folder = Path.of(".");

    Running running;

    @BeforeEach
    void start() throws Exception {
        running = new Running(folder.resolve("store.db"), null);
    }

    @AfterEach
    void stop() {
        running.close();
    }
}
