package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perigee.app.doctor.Doctor;
import dev.perigee.app.doctor.Finding;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = "Check this machine, and say what to do.",
        footer = {
            "",
            "Examples:",
            "  ./perigee doctor",
            "  ./perigee doctor --json",
            "Exit code 1: something is in the way."
        })
final class DoctorCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = new Doctor(data.folder(console), console.environment()).examine();
        if (json) printJson(findings);
        else findings.forEach(this::print);
        boolean failed = findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL);
        return failed ? Exit.FAILED : Exit.OK;
    }

    private void print(Finding finding) {
        String level = finding.level().toString().toLowerCase(Locale.ROOT);
        console.out().printf(Locale.ROOT, "%-5s %-10s %s%n", level, finding.check(), finding.found());
        if (!finding.advice().isEmpty()) console.out().printf(Locale.ROOT, "%17s-> %s%n", "", finding.advice());
    }

    private void printJson(List<Finding> findings) {
        var root = JsonNodeFactory.instance.objectNode();
        root.put("ok", findings.stream().noneMatch(finding -> finding.level() == Finding.Level.FAIL));
        var list = root.putArray("checks");
        for (Finding finding : findings) {
            list.addObject()
                    .put("check", finding.check())
                    .put("level", finding.level().toString().toLowerCase(Locale.ROOT))
                    .put("found", finding.found())
                    .put("advice", finding.advice());
        }
        console.out().println(root.toPrettyString());
    }
}
