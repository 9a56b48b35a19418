package dev.perigee.app.local;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A system on free ports in a folder that goes away with it. */
public final class TemporarySystem implements AutoCloseable {
    private final Path temporary;
    private final SystemFolder folder;
    private final LocalSystem.Started started;

    private TemporarySystem(Path temporary, SystemFolder folder, LocalSystem.Started started) {
        this.temporary = temporary;
        this.folder = folder;
        this.started = started;
    }

    public static TemporarySystem start(String version) throws IOException, StartFailure {
        Path temporary = Files.createTempDirectory("perigee-");
        SystemFolder folder = SystemFolder.at(temporary.resolve("data"));
        try {
            return new TemporarySystem(
                    temporary, folder, LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), version));
        } catch (StartFailure failure) {
            delete(temporary);
            throw failure;
        }
    }

    public SystemFolder folder() {
        return folder;
    }

    public RunFile runFile() {
        return started.runFile();
    }

    /** Has the JIT see what serving needs. */
    public void rehearse() throws IOException {
        started.system().rehearse();
    }

    @Override
    public synchronized void close() throws IOException {
        started.system().close();
        delete(temporary);
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) return;
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        }
    }
}
