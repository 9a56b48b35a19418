package dev.perigee.app.cli;

import dev.perigee.analytics.store.Retention;
import dev.perigee.app.analytics.KeptRequests;
import dev.perigee.app.clock.ClockChoice;
import dev.perigee.app.folder.Settings;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.local.AcmeChoice;
import dev.perigee.app.local.LocalOptions;
import dev.perigee.app.local.LocalSystem;
import dev.perigee.app.local.PortChoice;
import dev.perigee.app.local.StartFailure;
import dev.perigee.app.local.ViewerChoice;
import dev.perigee.app.log.QuietLog;
import dev.perigee.app.tls.OriginRoots;
import dev.perigee.core.cache.Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = "Start the API, the embedded S3 and three edges in one process.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee up                                  in this terminal, until Ctrl-C",
            "  ./perigee up --detach                         in the background; returns when ready",
            "  ./perigee up --detach --ports auto --data /tmp/cdn",
            "                                                a second system beside the first",
            "  ./perigee up --clock manual                   time stands still until `clock advance`"
        })
final class UpCommand implements Callable<Integer> {
    static final String NO_TEST_KEY = "--no-test-key";

    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--detach", description = "Run in the background and return when ready.")
    private boolean detach;

    @Option(
            names = "--ports",
            paramLabel = "usual|auto",
            defaultValue = "usual",
            description = "usual: 4566, 4580, 8080-8082, 8443-8445, 9101-9103; auto: free ones, found in run.json.")
    private PortChoice ports = PortChoice.USUAL;

    @Option(
            names = "--domain-suffix",
            paramLabel = "DOMAIN",
            defaultValue = LocalOptions.USUAL_SUFFIX,
            description = "What follows the d... label in a distribution's host (default: ${DEFAULT-VALUE}).")
    private String domainSuffix = LocalOptions.USUAL_SUFFIX;

    @Option(
            names = "--clock",
            paramLabel = "real|manual",
            defaultValue = "real",
            description = "manual: caches' time stands still until `clock advance`.")
    private ClockChoice clock = ClockChoice.REAL;

    @Option(
            names = "--default-distribution",
            paramLabel = "ID",
            description = "The distribution that answers for hosts that are no distribution's.")
    private @Nullable String defaultDistribution;

    @Option(
            names = {"--memory-cache", "--memory"},
            paramLabel = "SIZE",
            defaultValue = "256M",
            converter = ByteSize.Converter.class,
            description = "Memory of each edge for stored responses, 1M to 1G (default: ${DEFAULT-VALUE}).")
    private ByteSize memory = new ByteSize(256L << 20);

    @Option(
            names = "--disk-cache",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description =
                    "Disk of each edge for stored responses, 16M to 1T, 0 for none (default: 2G, but for all edges"
                            + " together at most a tenth of what is free).")
    private @Nullable ByteSize disk;

    @Option(
            names = "--extensions",
            paramLabel = "LIST",
            description = "What CloudFront lacks and the RFCs have, separated by commas (default: none):"
                    + " cdn-cache-control, cache-status, vary, unsafe-method-invalidation, rfc-error-caching.")
    private @Nullable String extensions;

    @Option(
            names = "--origin-ca",
            paramLabel = "FILE",
            description = "PEM file of certificates trusted for origins besides the JDK's.")
    private @Nullable Path originCa;

    @Option(
            names = "--acme-directory",
            paramLabel = "URL",
            description = "Order requested certificates from this ACME authority, to whose terms you agree by it, and"
                    + " renew them there (default: the local CA issues them at once).")
    private @Nullable String acmeDirectory;

    @Option(
            names = "--acme-ca",
            paramLabel = "FILE",
            description = "PEM file of certificates trusted for the ACME directory besides the JDK's.")
    private @Nullable Path acmeCa;

    @Option(names = "--acme-email", paramLabel = "ADDRESS", description = "Where the ACME authority may write to.")
    private @Nullable String acmeEmail;

    @Option(names = NO_TEST_KEY, description = "Do without the key test/test; make others with `keys add`.")
    private boolean noTestKey;

    @Option(
            names = "--geo-database",
            paramLabel = "FILE",
            description =
                    "Database of countries, cities or autonomous systems in MaxMind's format; repeatable. A changed"
                            + " file is taken within seconds (default: the country table inside).")
    private @Nullable List<Path> geoDatabases;

    @Option(
            names = "--proxy-protocol",
            paramLabel = "NETWORKS",
            arity = "0..1",
            fallbackValue = "loopback",
            description =
                    "Believe proxies in these networks, separated by commas, when they say for whom they speak, by the"
                            + " PROXY protocol v1 or v2 (without a list: on loopback).")
    private @Nullable String proxyProtocol;

    @Mixin
    private final TelemetryOptions telemetry = new TelemetryOptions();

    @Option(
            names = "--lambda-network",
            paramLabel = "on|off",
            description =
                    "off: Lambda functions can open no connections, where bubblewrap keeps them in (default: on).")
    private @Nullable String lambdaNetwork;

    @Option(
            names = "--warm-up",
            paramLabel = "on|off",
            description =
                    "on: while nobody asks, some 30 seconds of requests to an edge of its own, at the lowest priority,"
                            + " so that the JIT has compiled what serving needs before viewers come (default: off).")
    private @Nullable String warmUp;

    private boolean warms;

    @Option(names = "--in-background", hidden = true)
    private boolean inBackground;

    UpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, StartFailure {
        SystemFolder folder = data.folder(console);
        LocalOptions options;
        Retention requests;
        try {
            requests = LoggedRequests.retention(console, folder);
            warms = isOn("warm-up", warmUp, folder, false);
            options = new LocalOptions(
                    ports,
                    domainSuffix,
                    clock,
                    defaultDistribution,
                    memory.bytes(),
                    diskBytes(folder),
                    extensions(folder),
                    originRoots(folder),
                    acme(folder),
                    !noTestKey,
                    viewers(folder),
                    telemetry.choice(Settings.of(folder, console.environment())),
                    isOn("lambda-network", lambdaNetwork, folder, true));
        } catch (IllegalArgumentException e) {
            console.err().println("perigee: " + e.getMessage());
            return Exit.USAGE;
        }
        if (detach) return new Background(console, folder).start(arguments(folder, options));
        return runHere(folder, options, requests);
    }

    private Set<Extension> extensions(SystemFolder folder) {
        String list =
                extensions == null ? Settings.of(folder, console.environment()).list("extensions") : extensions;
        return list == null ? Set.of() : Extension.parse(list);
    }

    private OriginRoots originRoots(SystemFolder folder) {
        Path file =
                originCa == null ? Settings.of(folder, console.environment()).path("origin-ca") : originCa;
        return file == null ? OriginRoots.NONE : OriginRoots.read(file);
    }

    private @Nullable AcmeChoice acme(SystemFolder folder) {
        Settings settings = Settings.of(folder, console.environment());
        return AcmeChoice.of(
                acmeDirectory == null ? settings.text("acme-directory") : acmeDirectory,
                acmeCa == null ? settings.path("acme-ca") : acmeCa,
                acmeEmail == null ? settings.text("acme-email") : acmeEmail);
    }

    private ViewerChoice viewers(SystemFolder folder) {
        Settings settings = Settings.of(folder, console.environment());
        List<Path> given = geoDatabases;
        return ViewerChoice.of(
                given == null
                        ? settings.paths("geo-database")
                        : given.stream().map(Path::toString).collect(Collectors.joining(",")),
                proxyProtocol == null ? settings.list("proxy-protocol") : proxyProtocol);
    }

    /** By the option, else by the setting of the same name, else as usual. */
    private boolean isOn(String name, @Nullable String option, SystemFolder folder, boolean usual) {
        String chosen =
                option == null ? Settings.of(folder, console.environment()).text(name) : option;
        return switch (chosen) {
            case null -> usual;
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException("--" + name + " is on or off, not " + chosen);
        };
    }

    private static String names(Set<Extension> extensions) {
        return extensions.stream().map(Extension::label).sorted().collect(Collectors.joining(","));
    }

    private long diskBytes(SystemFolder folder) throws IOException {
        if (disk != null) return disk.bytes();
        return LocalOptions.usualDiskBytes(
                Files.getFileStore(folder.create().root()).getUsableSpace());
    }

    private int runHere(SystemFolder folder, LocalOptions options, Retention requests)
            throws StartFailure, InterruptedException {
        if (inBackground) {
            System.setProperty(
                    QuietLog.FILE_PROPERTY, folder.logs().resolve("perigee.log").toString());
        }
        LocalSystem.Started started = LocalSystem.start(folder, options, Version.current(), this::warn);
        KeptRequests kept = KeptRequests.start(folder, requests);
        // Ctrl-C and SIGTERM run this hook; the exit codes 130 and 143 are the JVM's.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            kept.close();
            started.system().close();
        }));
        console.out().print(AddressTable.of(folder, started.runFile(), options.testKey()));
        if (!inBackground) console.out().println("Stop: Ctrl-C");
        console.out().flush();
        if (warms) started.system().warmUp();
        new CountDownLatch(1).await();
        return Exit.OK;
    }

    private void warn(String line) {
        console.err().println(Background.WARNING + line);
        console.err().flush();
    }

    /** The same command line for the process in the background. */
    private List<String> arguments(SystemFolder folder, LocalOptions options) {
        var arguments = new ArrayList<>(List.of(
                "up",
                "--in-background",
                "--data=" + folder.root(),
                "--ports=" + ports.toString().toLowerCase(Locale.ROOT),
                "--domain-suffix=" + options.domainSuffix(),
                "--clock=" + clock,
                "--memory-cache=" + options.memoryBytes(),
                "--disk-cache=" + options.diskBytes()));
        if (!options.extensions().isEmpty()) arguments.add("--extensions=" + names(options.extensions()));
        Path roots = options.originRoots().file();
        if (roots != null) arguments.add("--origin-ca=" + roots);
        AcmeChoice acme = options.acme();
        if (acme != null) {
            arguments.add("--acme-directory=" + acme.config().directory());
            if (acme.ca() != null) arguments.add("--acme-ca=" + acme.ca());
            if (acme.config().email() != null)
                arguments.add("--acme-email=" + acme.config().email());
        }
        if (noTestKey) arguments.add(NO_TEST_KEY);
        if (!options.lambdaNetwork()) arguments.add("--lambda-network=off");
        if (warms) arguments.add("--warm-up=on");
        for (Path file : options.viewers().geoDatabases()) arguments.add("--geo-database=" + file);
        List<String> proxies = options.viewers().proxies().networks();
        if (!proxies.isEmpty()) arguments.add("--proxy-protocol=" + String.join(",", proxies));
        arguments.addAll(TelemetryOptions.arguments(options.telemetry()));
        if (defaultDistribution != null) arguments.add("--default-distribution=" + defaultDistribution);
        return arguments;
    }
}
