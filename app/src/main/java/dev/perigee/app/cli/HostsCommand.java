package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "hosts",
        description = "Lines for /etc/hosts: the names of the running system's distributions.",
        footer = {
            "",
            "Browsers and curl resolve *.localhost by themselves; other programs may need this:",
            "  ./perigee hosts | sudo tee -a /etc/hosts"
        })
final class HostsCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    HostsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        List<DistributionNames> distributions;
        try (BorrowedKey key = BorrowedKey.of(run, Role.READ_ONLY)) {
            distributions = DistributionNames.list(key.api());
        }
        if (distributions.isEmpty())
            console.err().println("There is no distribution yet, so there is no name to list.");
        for (DistributionNames distribution : distributions) {
            var names = new LinkedHashSet<String>();
            String label = distribution.domain().replaceFirst("\\..*", "");
            names.add(label + "." + run.domainSuffix());
            names.add(label + ".cloudfront.net");
            names.addAll(distribution.aliases());
            console.out().println("127.0.0.1 " + String.join(" ", names) + " # perigee " + distribution.id());
        }
        return Exit.OK;
    }
}
