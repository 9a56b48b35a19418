package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "protect-hotlinks",
        description = "Keep other sites from embedding what a distribution serves.",
        footer = {
            "",
            "Examples:",
            "  ./perigee protect-hotlinks EDFDVBD6EXAMPLE --allow pettracker.com",
            "  ./perigee protect-hotlinks EDFDVBD6EXAMPLE --allow pettracker.com --allow partner.example --strict",
            "  ./perigee protect-hotlinks EDFDVBD6EXAMPLE --remove",
            "The distribution is named by its id, its domain name or an alias.",
            "Exit code 3: nothing runs."
        })
final class ProtectHotlinksCommand implements Callable<Integer> {
    private static final long DEPLOYED_NANOS = 30_000_000_000L;
    private static final long POLL_NANOS = 20_000_000L;

    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "DISTRIBUTION", description = "Id, domain name or alias.")
    private String distribution = "";

    @Option(
            names = "--allow",
            paramLabel = "DOMAIN",
            description = "A site whose pages may embed, with all its subdomains; may be repeated.")
    private List<String> allow = new ArrayList<>();

    @Option(names = "--strict", description = "Block requests without Referer, too.")
    private boolean strict;

    @Option(names = "--remove", description = "Take the protection away again.")
    private boolean remove;

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ProtectHotlinksCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<String> domains = domains();
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        DistributionNames names;
        HotlinkProtection.Done done;
        try (BorrowedKey key = BorrowedKey.of(run, Role.DEPLOY)) {
            SignedCall api = key.api();
            names = named(api);
            HotlinkProtection protection = new HotlinkProtection(api, names);
            done = remove ? protection.remove() : protection.protect(domains, strict);
            awaitDeployed(api, names.id());
        }
        if (json) printJson(names, domains, done);
        else print(names, domains, done);
        return Exit.OK;
    }

    private List<String> domains() {
        if (remove == !allow.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "give --allow DOMAIN, once or more often, or --remove without it");
        }
        List<String> domains = new ArrayList<>();
        for (String each : allow) {
            try {
                domains.add(HotlinkRule.domain(each));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
            }
        }
        return domains.stream().distinct().sorted().toList();
    }

    private DistributionNames named(SignedCall api) throws IOException {
        for (DistributionNames each : DistributionNames.list(api)) {
            boolean meant = each.id().equals(distribution)
                    || each.domain().equalsIgnoreCase(distribution)
                    || each.aliases().contains(distribution.toLowerCase(Locale.ROOT));
            if (meant) return each;
        }
        throw new IOException("there is no distribution " + distribution + "; ./perigee hosts lists them");
    }

    /** Every edge has it when this returns: whoever tries it next sees what was asked for. */
    private static void awaitDeployed(SignedCall api, String id) throws IOException {
        long deadline = System.nanoTime() + DEPLOYED_NANOS;
        while (true) {
            String xml = api.cloudFront("GET", "/2020-05-31/distribution/" + id, "");
            if (SignedCall.element(xml, "Status").equals("Deployed")) return;
            if (System.nanoTime() > deadline) throw new IOException("not every edge has taken it over yet");
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void printJson(DistributionNames names, List<String> domains, HotlinkProtection.Done done) {
        ObjectNode document = new ObjectMapper().createObjectNode();
        document.put("Distribution", names.id()).put("WebACLArn", done.webAcl()).put("Protected", !remove);
        domains.forEach(document.putArray("Allowed")::add);
        document.put("Strict", strict).put("Changed", done.changed());
        console.out().println(document.toPrettyString());
    }

    private void print(DistributionNames names, List<String> domains, HotlinkProtection.Done done) {
        if (remove) {
            console.out().println(names.id() + (done.changed() ? " is" : " was") + " not protected against hotlinks.");
            return;
        }
        console.out().println(names.id() + " is protected against hotlinks" + (done.changed() ? "." : ", as before."));
        console.out().println("  may embed   " + String.join(", ", domains) + ", and pages of its own");
        console.out().println("  no Referer  " + (strict ? "blocked" : "allowed"));
        console.out().println("  web ACL     " + done.webAcl());
    }
}
