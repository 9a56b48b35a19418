package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "guard",
        description = "Limit how fast one client network asks a distribution, and what it may cost in a month.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee guard E1EXAMPLE                            what is set, and spent",
            "  ./perigee guard E1EXAMPLE --requests-per-second 50",
            "  ./perigee guard E1EXAMPLE --spending-cap-usd-per-month 20",
            "  ./perigee guard E1EXAMPLE --budget-usd-per-month 15   tell at 50, 80 and 100 percent",
            "  ./perigee guard E1EXAMPLE --remove                   no limits any more",
            "The limits are tags of the distribution: see docs/guards.md."
        })
final class GuardCommand implements Callable<Integer> {
    private static final String RATE = "perigee:requests-per-second-per-network";
    private static final String CAP = "perigee:spending-cap-usd-per-month";
    private static final String BUDGET = "perigee:budget-usd-per-month";
    private static final String PATH = "/2020-05-31/";
    private static final Pattern ARN = Pattern.compile("<ARN>([^<]+)</ARN>");
    private static final Pattern TAG =
            Pattern.compile("<Tag>\\s*<Key>([^<]*)</Key>\\s*<Value>([^<]*)</Value>\\s*</Tag>");

    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "DISTRIBUTION", description = "Its id.")
    private String distribution = "";

    @Option(
            names = "--requests-per-second",
            paramLabel = "N",
            description = "Of one client network (/24 of IPv4, /56 of IPv6) at one edge, with as many at once.")
    private @Nullable Integer rate;

    @Option(
            names = "--spending-cap-usd-per-month",
            paramLabel = "X",
            description = "At CloudFront's list prices, on all edges; from then on 429 until the month ends (UTC).")
    private @Nullable BigDecimal cap;

    @Option(
            names = "--budget-usd-per-month",
            paramLabel = "X",
            description = "Likewise, but only told: in the log, in the metrics and to up's --budget-webhook.")
    private @Nullable BigDecimal budget;

    @Option(names = "--remove", description = "Remove all of them; given with one of them, replace all by it.")
    private boolean remove;

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    GuardCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        RunFile run = data.running(console);
        if (run == null) return Exit.NOT_RUNNING;
        if (!distribution.matches("[A-Za-z0-9]{1,64}")) {
            console.err().println("perigee: not the id of a distribution: " + distribution);
            return Exit.USAGE;
        }
        ObjectNode state;
        try (BorrowedKey key = BorrowedKey.of(run, Role.DEPLOY)) {
            SignedCall api = key.api();
            String arn = arn(api);
            if (remove) untag(api, arn);
            if (rate != null || cap != null || budget != null) tag(api, arn);
            state = state(api, run, arn);
        }
        if (json) console.out().println(state.toPrettyString());
        else console.out().println(line(state));
        return Exit.OK;
    }

    private String arn(SignedCall api) throws IOException {
        Matcher found = ARN.matcher(api.cloudFront("GET", PATH + "distribution/" + distribution, ""));
        if (!found.find()) throw new IOException("the API does not say the ARN of " + distribution);
        return found.group(1);
    }

    private static String resource(String arn) {
        return "Resource=" + URLEncoder.encode(arn, StandardCharsets.UTF_8);
    }

    private void tag(SignedCall api, String arn) throws IOException {
        StringBuilder items = new StringBuilder();
        if (rate != null) items.append(item(RATE, rate.toString()));
        if (cap != null) items.append(item(CAP, cap.toPlainString()));
        if (budget != null) items.append(item(BUDGET, budget.toPlainString()));
        api.cloudFront(
                "POST",
                PATH + "tagging?Operation=Tag&" + resource(arn),
                "<Tags xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Items>" + items + "</Items></Tags>");
    }

    private static String item(String key, String value) {
        return "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>";
    }

    private static void untag(SignedCall api, String arn) throws IOException {
        api.cloudFront(
                "POST",
                PATH + "tagging?Operation=Untag&" + resource(arn),
                "<TagKeys xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Items><Key>" + RATE + "</Key><Key>"
                        + CAP + "</Key><Key>" + BUDGET + "</Key></Items></TagKeys>");
    }

    private ObjectNode state(SignedCall api, RunFile run, String arn) throws IOException {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("distribution", distribution);
        state.putNull("requestsPerSecond").putNull("spendingCapUsdPerMonth").putNull("budgetUsdPerMonth");
        Matcher tags = TAG.matcher(api.cloudFront("GET", PATH + "tagging?" + resource(arn), ""));
        while (tags.find()) {
            if (tags.group(1).equals(RATE)) state.put("requestsPerSecond", Integer.valueOf(tags.group(2)));
            if (tags.group(1).equals(CAP)) state.put("spendingCapUsdPerMonth", new BigDecimal(tags.group(2)));
            if (tags.group(1).equals(BUDGET)) state.put("budgetUsdPerMonth", new BigDecimal(tags.group(2)));
        }
        // One ledger for all edges, so any of them will do.
        JsonNode guards = AdminCall.json("GET", run.pops().getFirst().admin() + "/status", Map.of())
                .path("guards");
        state.putNull("month").put("spentUsd", 0.0);
        for (JsonNode each : guards.path("spending")) {
            if (!each.path("distribution").asText().equals(distribution)) continue;
            state.put("month", each.path("month").asText())
                    .put("spentUsd", each.path("usd").asDouble());
        }
        return state;
    }

    private static String line(ObjectNode state) {
        String rate = state.path("requestsPerSecond").isNull()
                ? "no limit of requests"
                : state.path("requestsPerSecond").asText() + " requests per second of one client network";
        String cap = state.path("spendingCapUsdPerMonth").isNull()
                ? "no spending cap"
                : String.format(
                        Locale.ROOT,
                        "%.4f of %s USD spent this month",
                        state.path("spentUsd").asDouble(),
                        state.path("spendingCapUsdPerMonth").asText());
        String budget = state.path("budgetUsdPerMonth").isNull()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %.4f of the budget of %s USD",
                        state.path("spentUsd").asDouble(),
                        state.path("budgetUsdPerMonth").asText());
        return state.path("distribution").asText() + ": " + rate + "; " + cap + budget;
    }
}
