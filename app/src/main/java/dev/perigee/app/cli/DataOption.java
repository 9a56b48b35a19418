package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
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

    /** The system that runs in the folder, or null after saying that none does. */
    @Nullable
    RunFile running(Console console) throws IOException {
        return running(console, "./perigee up --detach");
    }

    /** @param start how to start one that the command can do something with */
    @Nullable
    RunFile running(Console console, String start) throws IOException {
        SystemFolder folder = folder(console);
        RunFile run = RunFile.live(folder);
        if (run == null) console.err().println("No system runs in " + folder.root() + "; start one with " + start);
        return run;
    }
}
