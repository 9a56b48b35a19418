package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.local.StartFailure;
import dev.perigee.app.local.TemporarySystem;
import dev.perigee.app.tls.LocalAuthority;
import dev.perigee.app.tls.SubjectNames;
import dev.perigee.control.access.Role;
import dev.perigee.core.sign.SigV4;
import dev.perigee.lab.tour.HtmlReport;
import dev.perigee.lab.tour.JsonReport;
import dev.perigee.lab.tour.Links;
import dev.perigee.lab.tour.TextReport;
import dev.perigee.lab.tour.Tour;
import dev.perigee.lab.tour.TourConfig;
import dev.perigee.lab.tour.TourFailed;
import dev.perigee.lab.tour.TourReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "tour",
        description = {
            "Tell PetTracker's story in measured times: a photo from S3 in Virginia,",
            "as seen from Virginia, London and Sydney, without and with the edges.",
            "Uses the running system, or one of its own."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./perigee tour",
            "  ./perigee tour --html tour.html",
            "  ./perigee tour --keep            and then look at it in a browser",
            "  ./perigee tour --photos ~/Pictures --json > tour.json",
            "  ./perigee tour --links none      without the distances: what this machine itself needs"
        })
final class TourCommand implements Callable<Integer> {
    private static final long SEED = 20_261_101;

    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--json", description = "One JSON document on standard output.")
    private boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write one self-contained page.")
    private @Nullable Path html;

    @Option(names = "--photos", paramLabel = "DIR", description = "Own JPEG files instead of made ones.")
    private @Nullable Path photos;

    @Option(
            names = "--links",
            paramLabel = "world|none",
            defaultValue = "world",
            description = "world: the distances are simulated; none: they are not (default: ${DEFAULT-VALUE}).")
    private Links links = Links.WORLD;

    @Option(
            names = "--keep",
            description =
                    "At the end leave everything running, with a page that shows the photos as seen from each city.")
    private boolean keep;

    TourCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException, StartFailure, TourFailed {
        if (html != null) checkWritable(html);
        var interruption = Interruption.arm();
        try {
            SystemFolder folder = data.folder(console);
            RunFile running = RunFile.live(folder);
            TourReport report = running == null ? onASystemOfItsOwn() : take(folder, running);
            if (!keep) tell(report);
            return Exit.OK;
        } finally {
            interruption.done();
        }
    }

    private void tell(TourReport report) throws IOException {
        console.out().println(json ? JsonReport.of(report) : TextReport.of(report));
        console.out().flush();
        if (html != null) Files.writeString(html, HtmlReport.of(report));
        if (html != null) console.err().println("Wrote " + html.toAbsolutePath());
    }

    private void stay(RunFile run, TourReport report, URI gallery) throws InterruptedException {
        try {
            tell(report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        console.err().println("The gallery: " + gallery + "  the photos from Virginia, London and Sydney");
        if (!run.console().isEmpty()) console.err().println("The console: " + run.console());
        console.err().println("Ctrl-C ends both and removes what the tour has made");
        console.err().flush();
        new CountDownLatch(1).await();
    }

    /** A tour takes minutes: better to say before it than after it that its page has nowhere to go. */
    private static void checkWritable(Path page) throws IOException {
        Path folder = page.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) throw new IOException("--html: there is no folder " + folder);
        if (!Files.isWritable(folder) || Files.isDirectory(page)) {
            throw new IOException("--html: " + page + " cannot be written");
        }
    }

    private TourReport onASystemOfItsOwn() throws IOException, GeneralSecurityException, StartFailure, TourFailed {
        console.err().println("No system runs; starting one for the tour");
        try (TemporarySystem system = TemporarySystem.start(Version.current())) {
            return take(system.folder(), system.runFile());
        }
    }

    private TourReport take(SystemFolder folder, RunFile run) throws IOException, GeneralSecurityException, TourFailed {
        try (BorrowedKey key = BorrowedKey.of(run, Role.DEPLOY)) {
            return take(folder, run, key.credentials());
        }
    }

    private TourReport take(SystemFolder folder, RunFile run, SigV4.Credentials key)
            throws IOException, GeneralSecurityException, TourFailed {
        Instant now = Instant.now();
        LocalAuthority authority = LocalAuthority.of(folder.authority(), run.domainSuffix(), now);
        var config = new TourConfig(
                URI.create(run.api()),
                key,
                run.pops().stream()
                        .map(pop -> new TourConfig.Pop(
                                pop.pop(), URI.create(pop.http()), URI.create(pop.https()), URI.create(pop.admin())))
                        .toList(),
                run.adminToken(),
                run.domainSuffix(),
                run.ca(),
                authority.serverContext(SubjectNames.ofS3(), now),
                links,
                photos,
                TourConfig.USUAL_REQUESTS,
                SEED);
        return Tour.run(
                config,
                new TerminalProgress(console.err(), TerminalProgress.isTerminal()),
                keep ? (report, gallery) -> stay(run, report, gallery) : null);
    }
}
