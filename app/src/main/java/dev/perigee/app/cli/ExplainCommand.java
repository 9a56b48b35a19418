package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = "What a request would get, and why: a dry run through every decision of an edge.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee explain http://d111111abcdef8.cloudfront.localhost:8080/pets/photo.jpg",
            "  ./perigee explain URL --pop SYD --from 139.130.4.5 -H 'Accept-Encoding: br'",
            "  curl -si -H \"$(./perigee explain --sign URL)\" URL",
            "No origin is asked, nothing is stored, no limit is used up."
        })
final class ExplainCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "URL", description = "As a browser would send it.")
    private String url = "";

    @Option(names = "--from", paramLabel = "ADDRESS", description = "The viewer's IP address (default: 127.0.0.1).")
    private String from = "127.0.0.1";

    @Option(
            names = "--pop",
            paramLabel = "POP",
            description = "The edge (default: whose port the URL has, else the first).")
    private @Nullable String pop;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'Name: value'",
            description = "A header of the request; repeatable.")
    private List<String> headers = List.of();

    @Option(
            names = {"-X", "--method"},
            paramLabel = "M",
            description = "The method (default: GET).")
    private String method = "GET";

    @Option(
            names = "--sign",
            description = "Print a header instead: a request for this URL that has it is explained in its response.")
    private boolean sign;

    @Option(
            names = "--valid-for",
            paramLabel = "SPAN",
            description = "With --sign: such as 30s, 10m, 2h (default: 10m).")
    private String validFor = "10m";

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    ExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        SystemFolder folder = data.folder(console);
        if (sign) return signed(folder);
        RunFile run = RunFile.live(folder);
        if (run == null) {
            console.err().println("No system runs in " + folder.root() + "; start one with ./perigee up --detach");
            return Exit.NOT_RUNNING;
        }
        PopAddresses edge = edge(run);
        if (edge == null) {
            console.err().println("perigee: there is no edge " + pop);
            return Exit.USAGE;
        }
        StringBuilder query = new StringBuilder("/explain?url=").append(encoded(url));
        query.append("&from=").append(encoded(from)).append("&method=").append(encoded(method));
        for (String header : headers) query.append("&header=").append(encoded(header));
        JsonNode told = new OtherPops(run).explain(edge, query.toString());
        if (json) console.out().println(told.toPrettyString());
        else print(told);
        return Exit.OK;
    }

    private int signed(SystemFolder folder) throws IOException {
        try {
            SignedHeader header = SignedHeader.of(folder, url, validFor, Instant.now());
            console.out().println(json ? header.document(url).toPrettyString() : header.line());
            return Exit.OK;
        } catch (IllegalArgumentException e) {
            console.err().println("perigee: " + e.getMessage());
            return Exit.USAGE;
        }
    }

    private @Nullable PopAddresses edge(RunFile run) {
        for (PopAddresses each : run.pops()) {
            if (pop == null ? listensAt(each) : each.pop().equalsIgnoreCase(pop)) return each;
        }
        return pop == null ? run.pops().getFirst() : null;
    }

    private boolean listensAt(PopAddresses each) {
        String port = url.replaceFirst("^[a-zA-Z]+://[^/?#]*?(:([0-9]+))?([/?#].*)?$", "$2");
        return List.of(each.http(), each.https(), each.http3()).stream()
                .anyMatch(address ->
                        port.equals(Integer.toString(URI.create(address).getPort())));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void print(JsonNode told) {
        String status =
                told.path("status").isNull() ? "" : " (" + told.path("status").asText() + ")";
        String cause = told.path("miss").path("cause").asText("");
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s at %s: %s%s%s%n",
                        told.path("url").asText(),
                        told.path("pop").asText(),
                        told.path("result").asText(),
                        status,
                        cause.isEmpty() || cause.equals("null") ? "" : ", " + cause);
        for (JsonNode step : told.path("steps")) {
            console.out()
                    .printf(
                            Locale.ROOT,
                            "  %-13s %-14s %s%n",
                            step.path("step").asText(),
                            step.path("outcome").asText(),
                            step.path("why").asText());
            JsonNode details = step.path("details");
            details.properties()
                    .forEach(each -> console.out()
                            .printf(Locale.ROOT, "  %-28s %s = %s%n", "", each.getKey(), text(each.getValue())));
        }
        for (JsonNode near : told.path("miss").path("nearest")) {
            List<String> differs = new ArrayList<>();
            near.path("differs").forEach(each -> differs.add(each.asText()));
            console.out()
                    .printf(
                            Locale.ROOT,
                            "  %-13s %s: %s%n",
                            "stored at " + near.path("pop").asText(),
                            near.path("key").asText(),
                            differs.isEmpty() ? "the same" : "differs in " + String.join(", ", differs));
        }
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toString();
    }
}
