package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.local.StartFailure;
import dev.perigee.app.local.TemporarySystem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What the launcher records for its start-up cache: a start, the quick commands, some seconds of load, a stop. */
@Command(name = "rehearse", hidden = true, description = "Start, serve and stop once, for the start-up cache.")
final class RehearseCommand implements Callable<Integer> {
    private final Console console;

    RehearseCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, StartFailure {
        try (TemporarySystem system = TemporarySystem.start(Version.current())) {
            exercise(system.folder(), system.runFile());
            system.rehearse();
        }
        return Exit.OK;
    }

    private void exercise(SystemFolder folder, RunFile run) throws IOException {
        console.out().print(AddressTable.of(folder, run, true));
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
        RehearsedCalls.on(run);
    }
}
