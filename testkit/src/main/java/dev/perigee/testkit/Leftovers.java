package dev.perigee.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Threads and sockets of this process before a scenario; afterwards there may be no others. */
final class Leftovers {
    /** Threads that the JDK and libraries start once for the whole process. */
    private static final Pattern PROCESS_WIDE = Pattern.compile(
            "(ForkJoinPool.*|VirtualThread-.*|.*[Pp]oller.*|Cleaner-.*|Common-Cleaner|process reaper.*"
                    + "|Attach Listener|globalEventExecutor.*|ObjectCleanerThread.*|InnocuousThread.*"
                    + "|junit-.*|surefire-.*|JNA Cleaner|Keep-Alive-.*|ping-.*|Finalizer|Signal Dispatcher|idle-.*|javet-.*|http3-\\d+)");

    private static final Pattern VIRTUAL = Pattern.compile("#\\d+ \"(.*)\" virtual.*");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Set<Thread> threads;
    private final int virtualThreads;
    private final int sockets;

    private Leftovers(Set<Thread> threads, int virtualThreads, int sockets) {
        this.threads = threads;
        this.virtualThreads = virtualThreads;
        this.sockets = sockets;
    }

    static Leftovers before() {
        touchSockets();
        return new Leftovers(
                new HashSet<>(platformThreads()),
                virtualThreads().size(),
                sockets().size());
    }

    void expectNothingNew() {
        boolean clean = Patience.until(
                GRACE,
                () -> newThreads().isEmpty()
                        && sockets().size() <= sockets
                        && virtualThreads().size() <= virtualThreads);
        if (clean) return;
        throw new AssertionError("left behind: threads " + newThreads() + "; virtual threads " + virtualThreads()
                + " where there were " + virtualThreads + "; sockets " + sockets() + " where there were " + sockets);
    }

    /** The JDK opens a socket of its own with the first one of the process and keeps it. */
    private static void touchSockets() {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> newThreads() {
        return platformThreads().stream()
                .filter(thread -> !threads.contains(thread) && thread.isAlive())
                .map(Thread::getName)
                .filter(name -> !PROCESS_WIDE.matcher(name).matches())
                .toList();
    }

    private static Set<Thread> platformThreads() {
        return Thread.getAllStackTraces().keySet();
    }

    private static List<String> virtualThreads() {
        Path dump = Path.of(System.getProperty("java.io.tmpdir"), "threads-" + System.nanoTime() + ".txt");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            try (Stream<String> lines = Files.lines(dump)) {
                return lines.map(VIRTUAL::matcher)
                        .filter(java.util.regex.Matcher::matches)
                        .map(match -> match.group(1))
                        .filter(name -> !PROCESS_WIDE.matcher(name).matches())
                        .toList();
            } finally {
                Files.delete(dump);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sockets by inode; nothing where the system has no such directory. */
    private static List<String> sockets() {
        List<String> sockets = new ArrayList<>();
        if (!Files.isDirectory(DESCRIPTORS)) return sockets;
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            for (Path descriptor : descriptors.toList()) {
                String target = target(descriptor);
                if (target.startsWith("socket:")) sockets.add(target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sockets;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
