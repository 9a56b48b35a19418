package dev.perigee.app.acme;

import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A Pebble of a test's own, with a DNS server that sends every name to this machine. It keeps nothing when it stops. */
public final class Pebble implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int CONNECT_MILLISECONDS = 1_000;

    private final Path folder;
    private final int port;
    private final int managementPort;
    private final int dnsPort;
    private final TestCertificate root = TestCertificate.authority("root of the directory");
    private final List<Process> processes = new ArrayList<>();
    private final PebblePrograms programs;
    private final Path log;

    private Pebble(Path folder, PebblePrograms programs) throws IOException {
        this.folder = folder;
        this.programs = programs;
        this.log = folder.resolve("pebble.log");
        try (ServerSocket first = free();
                ServerSocket second = free();
                ServerSocket third = free()) {
            port = first.getLocalPort();
            managementPort = second.getLocalPort();
            dnsPort = third.getLocalPort();
        }
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** One that does not run yet, and whose files go into this folder. */
    public static Pebble in(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        return new Pebble(folder, PebblePrograms.found());
    }

    public String directory() {
        return "https://localhost:" + port + "/dir";
    }

    public int port() {
        return port;
    }

    /** What its directory is to be trusted by. */
    public X509Certificate root() {
        return root.certificate();
    }

    /** One by the same authority, for who stands in front of it. */
    public TestCertificate localhost() {
        return root.issue("localhost");
    }

    /**
     * Starts it, empty; it validates at these ports.
     *
     * @param settings of its environment, besides those that make it fast
     */
    public void start(int httpPort, int tlsPort, Map<String, String> settings)
            throws IOException, InterruptedException {
        TestCertificate own = localhost();
        Files.writeString(folder.resolve("cert.pem"), own.pem());
        Files.writeString(folder.resolve("key.pem"), own.keyPem());
        Path config = Files.writeString(
                folder.resolve("config.json"), """
                {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                 "certificate": "cert.pem", "privateKey": "key.pem", "httpPort": %d, "tlsPort": %d}}
                """.formatted(port, managementPort, httpPort, tlsPort));
        String dns = "127.0.0.1:" + dnsPort;
        start(
                Map.of(),
                programs.dns().toString(),
                "-dns01",
                dns,
                "-defaultIPv6",
                "",
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "",
                "-management",
                "127.0.0.1:0");
        Map<String, String> environment = new HashMap<>(Map.of("PEBBLE_VA_NOSLEEP", "1", "PEBBLE_AUTHZREUSE", "0"));
        environment.putAll(settings);
        start(environment, programs.pebble().toString(), "-config", config.toString(), "-dnsserver", dns);
        awaitListening();
    }

    private void start(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        processes.add(builder.start());
    }

    private void awaitListening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_NANOS;
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLISECONDS);
                return;
            } catch (IOException notYet) {
                boolean dead = processes.stream().anyMatch(process -> !process.isAlive());
                if (dead || System.nanoTime() > deadline)
                    throw new IOException("Pebble does not start:\n" + log(), notYet);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    /** A connection to it. */
    Socket connect() throws IOException {
        return root.trustedConnection(port);
    }

    /** All that it has said. */
    public String log() throws IOException {
        return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
    }

    /** How often it has said this. */
    public int said(String what) throws IOException {
        return log().split(Pattern.quote(what), -1).length - 1;
    }

    /** Stops it, and it forgets everything; it may be started again. */
    public void stop() {
        for (Process process : processes) process.destroyForcibly().onExit().join();
        processes.clear();
    }

    @Override
    public void close() {
        stop();
    }
}
