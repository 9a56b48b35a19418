package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.local.LocalOptions;
import dev.perigee.app.local.LocalSystem;
import dev.perigee.app.local.PortChoice;
import dev.perigee.app.local.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** What the launcher records for its start-up cache: a start, a few requests, the quick commands, a stop. */
@Command(name = "rehearse", hidden = true, description = "Start and stop once, for the start-up cache.")
final class RehearseCommand implements Callable<Integer> {
    private final Console console;

    RehearseCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, StartFailure {
        Path temporary = Files.createTempDirectory("perigee-rehearsal");
        try {
            SystemFolder folder = SystemFolder.at(temporary.resolve("data"));
            LocalSystem.Started started =
                    LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), Version.current());
            try (LocalSystem _ = started.system()) {
                exercise(folder, started.runFile());
            }
            return Exit.OK;
        } finally {
            delete(temporary);
        }
    }

    private void exercise(SystemFolder folder, RunFile run) throws IOException {
        console.out().print(AddressTable.of(folder, run));
        String data = "--data=" + folder.root();
        for (var command : List.of(
                new String[] {"status", data},
                new String[] {"status", "--json", data},
                new String[] {"hosts", data},
                new String[] {"help"})) {
            CommandTree.execute(console, command);
        }
        AdminCall.exchange("GET", run.api() + "/", Map.of());
        for (RunFile.PopAddresses pop : run.pops()) AdminCall.exchange("GET", pop.http() + "/", Map.of());
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}
