package dev.perigee.app.cli;

import dev.perigee.app.folder.FolderLock;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "down",
        description = "Stop the system of a folder; responses under way are let end.",
        footer = {"", "Examples:", "  ./perigee down", "  ./perigee down --data /tmp/cdn"})
final class DownCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 30;

    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    DownCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        SystemFolder folder = data.folder(console);
        if (!FolderLock.held(folder)) {
            console.err().println("No system runs in " + folder.root());
            return Exit.OK;
        }
        // Not from run.json: a system that is still starting can be stopped too.
        String holder = FolderLock.holder(folder);
        Optional<ProcessHandle> process =
                holder.matches("\\d{1,18}") ? ProcessHandle.of(Long.parseLong(holder)) : Optional.empty();
        if (process.isEmpty()) {
            console.err().println("perigee: " + folder.lockFile() + " is locked, but names no process: " + holder);
            return Exit.FAILED;
        }
        process.get().destroy();
        try {
            process.get().onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            console.err()
                    .println("perigee: process " + holder + " still runs after " + PATIENCE_SECONDS
                            + " s; end it with: kill -9 " + holder);
            return Exit.FAILED;
        }
        console.err().println("Stopped (pid " + holder + ")");
        return Exit.OK;
    }
}
