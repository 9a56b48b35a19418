package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "keys",
        description = "Access keys of the API: add, list, revoke.",
        footer = {
            "",
            "Examples:",
            "  ./perigee keys add --role read-only",
            "  ./perigee keys add --role deploy --distribution E1PERIGEE23456 --json",
            "  ./perigee keys list",
            "  ./perigee keys revoke AKPGXXXXXXXXXXXXXXXX",
            "Exit code 3: nothing runs."
        })
final class KeysCommand implements Runnable {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    KeysCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "keys wants one of: add, list, revoke");
    }

    @Command(name = "add", description = "Make a key; its secret is shown this once.", mixinStandardHelpOptions = false)
    int add(
            @Option(
                            names = "--role",
                            required = true,
                            paramLabel = "admin|deploy|read-only",
                            converter = RoleConverter.class,
                            description = "What the key may do.")
                    Role role,
            @Option(names = "--distribution", paramLabel = "ID", description = "The only one that it may touch.")
                    @Nullable
                    String distribution,
            @Option(names = "--json", description = "One JSON document on standard output.") boolean json,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this text.")
                    boolean help,
            @Mixin DataOption data)
            throws IOException {
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        String limit = distribution == null ? "" : "&distribution=" + encoded(distribution);
        JsonNode key = call("POST", run, "/keys?role=" + role.label() + limit);
        if (json) {
            console.out().println(key.toPrettyString());
        } else {
            console.out()
                    .println("export AWS_ACCESS_KEY_ID="
                            + key.path("AccessKeyId").asText());
            console.out()
                    .println("export AWS_SECRET_ACCESS_KEY="
                            + key.path("SecretAccessKey").asText());
        }
        return Exit.OK;
    }

    @Command(name = "list", description = "Every key without its secret, revoked ones too.")
    int list(
            @Option(names = "--json", description = "One JSON document on standard output.") boolean json,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this text.")
                    boolean help,
            @Mixin DataOption data)
            throws IOException {
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        JsonNode document = call("GET", run, "/keys");
        if (json) {
            console.out().println(document.toPrettyString());
            return Exit.OK;
        }
        String form = "%-22s %-10s %-16s %-9s %s%n";
        console.out().printf(Locale.ROOT, form, "key", "role", "distribution", "status", "made");
        for (JsonNode key : document.path("Keys")) {
            console.out()
                    .printf(
                            Locale.ROOT,
                            form,
                            key.path("AccessKeyId").asText(),
                            key.path("Role").asText(),
                            key.path("DistributionId").asText("all"),
                            key.path("Status").asText().toLowerCase(Locale.ROOT),
                            key.path("CreateDate").asText("built in"));
        }
        return Exit.OK;
    }

    @Command(name = "revoke", description = "Refuse a key from its next request on.")
    int revoke(
            @Parameters(paramLabel = "ID", description = "The access key id.") String id,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this text.")
                    boolean help,
            @Mixin DataOption data)
            throws IOException {
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        call("DELETE", run, "/keys/" + encoded(id));
        console.out().println("revoked " + id);
        return Exit.OK;
    }

    private static JsonNode call(String method, RunFile run, String target) throws IOException {
        String url = run.pops().getFirst().admin() + target;
        return AdminCall.json(method, url, Map.of("X-Perigee-Token", run.adminToken()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Reads a role as it is written everywhere else. */
    static final class RoleConverter implements ITypeConverter<Role> {
        @Override
        public Role convert(String text) {
            Role role = Role.of(text.toLowerCase(Locale.ROOT));
            if (role != null) return role;
            String labels = Arrays.stream(Role.values()).map(Role::label).collect(Collectors.joining(", "));
            throw new TypeConversionException("'" + text + "' is none of the roles " + labels);
        }
    }
}
