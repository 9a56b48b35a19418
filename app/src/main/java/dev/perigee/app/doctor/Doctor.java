package dev.perigee.app.doctor;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.local.Listeners;
import dev.perigee.app.local.LocalOptions;
import dev.perigee.app.local.PortChoice;
import dev.perigee.app.tls.LocalAuthority;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at everything on this machine that a local system depends on. */
public final class Doctor {
    private static final long DISK_BYTES_WANTED = 2L << 30;
    private static final int FILES_WANTED = 4_096;
    private static final int JAVA_WANTED = 25;

    private final SystemFolder folder;
    private final Map<String, String> environment;

    public Doctor(SystemFolder folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    public List<Finding> examine() throws IOException {
        RunFile running = RunFile.live(folder);
        String suffix = running == null ? LocalOptions.USUAL_SUFFIX : running.domainSuffix();
        return List.of(java(), memory(), files(), ports(running), names(suffix), aws(), disk(), authority());
    }

    private static Finding java() {
        Runtime.Version version = Runtime.version();
        String found = "Java " + version + " in " + System.getProperty("java.home");
        return version.feature() >= JAVA_WANTED
                ? Finding.ok("java", found)
                : Finding.fail("java", found, "install a JDK 25, such as temurin-25-jdk");
    }

    private static Finding memory() throws IOException {
        long available = LinuxFacts.availableMemoryBytes();
        if (available < 0) return Finding.ok("memory", "not known on this system");
        String found = (available >> 20) + " MB available";
        return switch (MemoryVerdict.of(available)) {
            case ENOUGH -> Finding.ok("memory", found);
            case TIGHT -> Finding.warn("memory", found, "start with less for the caches, such as --memory 64M");
            case TOO_LITTLE -> Finding.fail("memory", found, "a local system needs about 600 MB; close something");
        };
    }

    private static Finding files() throws IOException {
        long limit = LinuxFacts.openFilesMax();
        if (limit < 0) return Finding.ok("files", "limit not known on this system");
        String found = limit + " open files allowed";
        return limit >= FILES_WANTED
                ? Finding.ok("files", found)
                : Finding.warn("files", found, "each connection takes one; raise it first: ulimit -n 65536");
    }

    private static Finding ports(@Nullable RunFile running) throws IOException {
        Set<Integer> ours = portsOf(running);
        var taken = new ArrayList<String>();
        for (Listeners.NamedPort named : Listeners.of(PortChoice.USUAL).all()) {
            if (!ours.contains(named.port()) && !Listeners.free(named.port()))
                taken.add(named.port() + " (" + named.purpose() + ")");
        }
        if (!taken.isEmpty()) {
            return Finding.warn(
                    "ports",
                    "in use by other programs: " + String.join(", ", taken),
                    "stop what listens there, or start with --ports auto");
        }
        return Finding.ok("ports", running == null ? "all free" : "ours, or free");
    }

    static Set<Integer> portsOf(@Nullable RunFile running) {
        if (running == null) return Set.of();
        var urls = new HashSet<String>(List.of(running.api(), running.console()));
        for (RunFile.PopAddresses pop : running.pops()) urls.addAll(List.of(pop.http(), pop.https(), pop.admin()));
        return urls.stream().map(url -> URI.create(url).getPort()).collect(Collectors.toSet());
    }

    private static Finding names(String suffix) {
        String name = "d111111abcdef8." + suffix;
        try {
            InetAddress address = InetAddress.getByName(name);
            if (address.isLoopbackAddress()) return Finding.ok("names", name + " resolves to this machine");
            return Finding.warn("names", name + " resolves to " + address.getHostAddress(), adviceOnNames());
        } catch (UnknownHostException unresolved) {
            return Finding.warn("names", name + " does not resolve here", adviceOnNames());
        }
    }

    private static String adviceOnNames() {
        return "curl and browsers resolve *.localhost themselves; for other programs: ./perigee hosts | sudo tee -a"
                + " /etc/hosts, or install libnss-myhostname";
    }

    private Finding aws() {
        for (String place : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path aws = Path.of(place, "aws");
            if (Files.isExecutable(aws)) return Finding.ok("aws", aws.toString());
        }
        return Finding.warn("aws", "no AWS CLI on the PATH", "any AWS client works; the CLI: pipx install awscli");
    }

    private Finding disk() throws IOException {
        Path existing = folder.root();
        while (!Files.exists(existing) && existing.getParent() != null) existing = existing.getParent();
        if (!Files.isWritable(existing))
            return Finding.fail("disk", existing + " is not writable", "choose another folder with --data");
        long usable = Files.getFileStore(existing).getUsableSpace();
        String found = (usable >> 20) + " MB free for " + folder.root();
        return usable >= DISK_BYTES_WANTED
                ? Finding.ok("disk", found)
                : Finding.warn("disk", found, "objects and logs live there; choose a larger disk with --data");
    }

    private Finding authority() {
        Path file = LocalAuthority.certificateFile(folder.authority());
        return Files.exists(file)
                ? Finding.ok("ca", file + "; ./perigee ca says how to trust it")
                : Finding.ok("ca", "made by the first ./perigee up");
    }
}
