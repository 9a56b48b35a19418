package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.cost.LoggedUsage;
import dev.perigee.app.cost.Shares.Share;
import dev.perigee.app.folder.RunFile;
import dev.perigee.core.cost.Bill;
import dev.perigee.core.cost.Extras;
import dev.perigee.core.cost.PriceClass;
import dev.perigee.core.cost.PriceRegion;
import dev.perigee.core.cost.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "cost",
        description = {
            "What the logged traffic costs at CloudFront's list prices, and what it would cost from S3 alone.",
            "Without --log: the access logs of this system, as far as they are kept."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee cost",
            "  ./perigee cost --log E2EXAMPLE.2026-11-26-07.1a2b3c.gz --no-free-tier --json",
            "  ./perigee cost --gigabytes 5000 --own-servers 3 --own-per-month 12 --own-per-gb 0.01",
            "See docs/cost.md."
        })
final class CostCommand implements Callable<Integer> {
    private static final long MONTH_SECONDS = 30L * 24 * 3600;
    /** Less is no base for a month's projection. */
    private static final long PROJECTED_SECONDS_MIN = 3600;

    private static final int SHOWN = 10;

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final DataOption data = new DataOption();

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description =
                    "An access log in CloudFront's standard format, gzipped or not; repeatable. A folder: all in it.")
    private List<Path> logs = List.of();

    @Option(
            names = "--gigabytes",
            paramLabel = "N",
            description = "Instead of a log: so many GB (2^30 bytes) to viewers.")
    private @Nullable BigDecimal gigabytes;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "With --gigabytes: so many HTTPS requests (default: 0).")
    private long requests;

    @Option(
            names = "--region",
            paramLabel = "CODE",
            description = "With --gigabytes: US, EU, ZA, SA, JP, AU, AP or IN (default: US).")
    private String region = "US";

    @ArgGroup(exclusive = false, heading = "What no log tells, of a month:%n")
    private BesidesOptions besides = new BesidesOptions();

    @Option(
            names = "--price-class",
            paramLabel = "CLASS",
            description = "100, 200 or All: edges outside cost as the cheapest inside (default: All).")
    private String priceClass = "All";

    @Option(
            names = "--no-free-tier",
            description = "Without the first TB and the first 10 million requests of a month.")
    private boolean noFreeTier;

    @Option(names = "--own-servers", paramLabel = "N", description = "To compare: so many servers of your own.")
    private int ownServers;

    @Option(names = "--own-per-month", paramLabel = "USD", description = "What one of them costs a month.")
    private BigDecimal ownPerMonth = BigDecimal.ZERO;

    @Option(names = "--own-per-gb", paramLabel = "USD", description = "What a GB from them costs.")
    private BigDecimal ownPerGb = BigDecimal.ZERO;

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    private Extras extras = Extras.NONE;

    CostCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        PriceClass paid = paid();
        if (besides.belowZero()) throw wrong("--invalidation-paths and what else no log tells are not below zero");
        LoggedUsage logged = new LoggedUsage(paid);
        if (gigabytes == null) {
            if (!read(logged)) return Exit.FAILED;
        } else {
            if (!logs.isEmpty()) throw wrong("--gigabytes is instead of --log");
            if (gigabytes.signum() < 0 || requests < 0) throw wrong("--gigabytes and --requests are not below zero");
            long octets = gigabytes.multiply(BigDecimal.valueOf(1L << 30)).longValue();
            logged.usage().add(paid.billed(region("--region", region)), octets, 0, true, requests);
        }
        extras = besides.extras(this::region, ownInvalidations());
        Bill bill = Bill.of(logged.usage(), extras, !noFreeTier);
        if (json) console.out().println(document(logged, bill).toPrettyString());
        else print(logged, bill);
        return Exit.OK;
    }

    private boolean read(LoggedUsage logged) throws IOException {
        List<Path> files = logs.isEmpty() ? own() : given();
        if (files.isEmpty()) {
            console.err()
                    .println("perigee: there is no access log in "
                            + (logs.isEmpty() ? data.folder(console).root() : logs.getFirst())
                            + "; give one with --log, or traffic with --gigabytes");
            return false;
        }
        for (Path file : files) {
            try {
                logged.read(file);
            } catch (IOException e) {
                console.err().println("perigee: " + file + " cannot be read: " + e.getMessage());
                return false;
            }
        }
        if (logged.unreadable() > 0) {
            console.err()
                    .println("perigee: " + logged.unreadable()
                            + " lines are no requests in CloudFront's standard format; they are left out");
        }
        return logged.requests() > 0 || logged.unreadable() == 0;
    }

    private List<Path> given() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path log : logs) {
            if (!Files.isDirectory(log)) files.add(log);
            else files.addAll(below(log, ""));
        }
        return files;
    }

    private List<Path> own() throws IOException {
        Path edges = data.folder(console).root().resolve("edges");
        return Files.isDirectory(edges) ? below(edges, "access.log") : List.of();
    }

    private static List<Path> below(Path folder, String beginning) throws IOException {
        try (Stream<Path> all = Files.walk(folder, 8)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().startsWith(beginning))
                    .sorted()
                    .toList();
        }
    }

    private PriceClass paid() {
        return switch (priceClass.toLowerCase(Locale.ROOT)) {
            case "100", "priceclass_100" -> PriceClass.PRICE_CLASS_100;
            case "200", "priceclass_200" -> PriceClass.PRICE_CLASS_200;
            case "all", "priceclass_all" -> PriceClass.PRICE_CLASS_ALL;
            default -> throw wrong("--price-class is 100, 200 or All, not '" + priceClass + "'");
        };
    }

    /** Of this month, when it is the own system's cost that is asked for, and somebody is there to say. */
    private long ownInvalidations() throws IOException {
        if (gigabytes != null || !logs.isEmpty() || besides.saysInvalidations()) return 0;
        RunFile run = RunFile.live(data.folder(console));
        if (run == null) return 0;
        try {
            return MonthsInvalidations.count(run, YearMonth.now(ZoneOffset.UTC));
        } catch (IOException e) {
            console.err().println("perigee: invalidations are not counted: " + e.getMessage());
            return 0;
        }
    }

    private PriceRegion region(String option, String code) {
        for (PriceRegion each : PriceRegion.values()) {
            if (each.code().equalsIgnoreCase(code)) return each;
        }
        throw wrong(option + " is US, EU, ZA, SA, JP, AU, AP or IN, not '" + code + "'");
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    // ---- what is shown

    private BigDecimal fromOwn(Usage usage) {
        BigDecimal servers = ownPerMonth.multiply(BigDecimal.valueOf(ownServers));
        return ownPerGb.multiply(BigDecimal.valueOf(usage.toViewers()))
                .divide(BigDecimal.valueOf(1L << 30), 10, RoundingMode.HALF_UP)
                .add(servers);
    }

    private boolean comparesOwn() {
        return ownServers > 0 || ownPerGb.signum() > 0;
    }

    /** The whole month at the pace of the log; null when the log is too short to say. */
    private @Nullable BigDecimal projection(LoggedUsage logged) {
        if (logged.seconds() < PROJECTED_SECONDS_MIN) return null;
        double factor = (double) MONTH_SECONDS / Math.min(MONTH_SECONDS, logged.seconds());
        return Bill.of(logged.usage().times(factor), extras, !noFreeTier).total();
    }

    private ObjectNode document(LoggedUsage logged, Bill bill) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        all.putObject("total").put("usd", shown(bill.total()));
        ArrayNode lines = all.putArray("lines");
        for (Bill.Line line : bill.lines()) {
            lines.addObject()
                    .put("item", line.item())
                    .put("region", line.region())
                    .put("quantity", shown(line.quantity()))
                    .put("unit", line.unit())
                    .put("usd", shown(line.usd()));
        }
        ObjectNode compared = all.putObject("compared");
        compared.putObject("s3Alone").put("usd", shown(Bill.fromS3(logged.usage())));
        compared.putObject("s3Requests").put("usd", shown(Bill.requestsToS3(logged.usage())));
        if (comparesOwn()) compared.putObject("ownServers").put("usd", shown(fromOwn(logged.usage())));
        BigDecimal month = projection(logged);
        if (month == null) all.putNull("month");
        else all.putObject("month").put("usd", shown(month)).put("fromSeconds", logged.seconds());
        shares(all.putArray("distributions"), logged.distributions(SHOWN), logged);
        shares(all.putArray("paths"), logged.paths(SHOWN), logged);
        return all;
    }

    private static void shares(ArrayNode into, List<Share> shares, LoggedUsage logged) {
        double perFirstTier = perFirstTier(logged);
        for (Share share : shares) {
            into.addObject()
                    .put("name", share.name())
                    .put("requests", share.requests())
                    .put("bytes", share.octets())
                    .put("usd", part(share, perFirstTier));
        }
    }

    /** What a millionth of a dollar at the first tier's prices comes to with all tiers, before the free one. */
    private static double perFirstTier(LoggedUsage logged) {
        // Without what no log tells: that is nobody's part.
        double listed = Bill.of(logged.usage(), false).total().doubleValue();
        return logged.microUsd() == 0 ? 0 : listed / logged.microUsd();
    }

    private static BigDecimal part(Share share, double perFirstTier) {
        return BigDecimal.valueOf(share.microUsd() * perFirstTier).setScale(6, RoundingMode.HALF_UP);
    }

    private static BigDecimal shown(BigDecimal amount) {
        BigDecimal plain = amount.setScale(6, RoundingMode.HALF_UP).stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    private void print(LoggedUsage logged, Bill bill) {
        var out = console.out();
        if (gigabytes == null) out.println(String.format(Locale.ROOT, "%,d requests in the log", logged.requests()));
        for (Bill.Line line : bill.lines()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %-26s %-3s %18s %-9s %14s",
                    line.item(),
                    line.region(),
                    String.format(Locale.ROOT, line.unit().startsWith("GB") ? "%,.3f" : "%,.0f", line.quantity()),
                    line.unit(),
                    dollars(line.usd())));
        }
        out.println(String.format(Locale.ROOT, "  %-59s %14s", "At CloudFront's list prices", dollars(bill.total())));
        row("The same bytes from S3 alone", Bill.fromS3(logged.usage()));
        if (logged.usage().requests() > 0) row("  and as many requests to it", Bill.requestsToS3(logged.usage()));
        if (comparesOwn()) row("From " + ownServers + " servers of your own", fromOwn(logged.usage()));
        BigDecimal month = projection(logged);
        if (month != null) row("A month of 30 days at this pace", month);
        parts("By distribution, before the free tier", logged.distributions(SHOWN), logged);
        parts("By path, before the free tier", logged.paths(SHOWN), logged);
    }

    private void row(String what, BigDecimal usd) {
        console.out().println(String.format(Locale.ROOT, "  %-59s %14s", what, dollars(usd)));
    }

    private void parts(String title, List<Share> shares, LoggedUsage logged) {
        if (shares.isEmpty()) return;
        console.out().println(title);
        double perFirstTier = perFirstTier(logged);
        for (Share share : shares) row(plain(share.name()), part(share, perFirstTier));
    }

    /** Without what a terminal would obey: a log may be anybody's. */
    private static String plain(String name) {
        return name.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
    }

    /** Cents, and more digits where there are less than ten of them. */
    private static String dollars(BigDecimal usd) {
        boolean small = usd.signum() != 0 && usd.abs().compareTo(new BigDecimal("0.10")) < 0;
        String amount = usd.abs().setScale(small ? 6 : 2, RoundingMode.HALF_UP).toPlainString();
        return (usd.signum() < 0 ? "-$" : "$") + amount;
    }
}
