package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.app.folder.RunFile;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "certificates",
        description = "The certificates for aliases: domain, state, end, issuer, last error.",
        footer = {
            "",
            "Examples:",
            "  ./perigee certificates",
            "  ./perigee certificates --json",
            "Exit code 3: nothing runs."
        })
final class CertificatesCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    CertificatesCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        JsonNode document = AdminCall.json("GET", run.pops().getFirst().admin() + "/certificates", Map.of());
        if (json) console.out().println(document.toPrettyString());
        else print(document.path("certificates"));
        return Exit.OK;
    }

    private void print(JsonNode certificates) {
        if (certificates.isEmpty()) {
            console.out().println("There are no certificates. Request one with: aws acm request-certificate");
            return;
        }
        String form = "%-40s %-20s %-20s %s%n";
        console.out().printf(Locale.ROOT, form, "domain", "state", "not after", "issuer");
        for (JsonNode certificate : certificates) {
            console.out()
                    .printf(
                            Locale.ROOT,
                            form,
                            certificate.path("domain").asText(),
                            certificate.path("state").asText(),
                            certificate.path("notAfter").asText("-"),
                            orDash(certificate.path("issuer").asText()));
            String warning = certificate.path("warning").asText();
            String error = certificate.path("lastError").asText();
            if (!warning.isEmpty()) console.out().println("  " + warning);
            if (!error.isEmpty() && !warning.contains(error)) console.out().println("  " + error);
        }
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
