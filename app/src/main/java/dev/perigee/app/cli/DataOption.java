package dev.perigee.app.cli;

import dev.perigee.app.folder.SystemFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flag that most commands share. */
final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the system. Without it: $XDG_DATA_HOME/perigee, or ~/.local/share/perigee.")
    private @Nullable Path data;

    SystemFolder folder(Console console) {
        return data == null ? SystemFolder.usual(console.environment(), console.home()) : SystemFolder.at(data);
    }
}
