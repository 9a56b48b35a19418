package dev.perigee.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An edge in a process of its own, which can be killed as an operator or the kernel would: without a last word. */
public final class KillableEdge implements AutoCloseable {
    /** Of large objects. */
    public static final int BLOCK_BYTES = 256 << 10;

    /** Of the disk tier. */
    public static final long DISK_BYTES = 512L << 20;

    private static final TestCertificate CERTIFICATE = TestCertificate.create();

    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private final int port;

    /** The disk tier after loading. */
    public record Disk(String state, long objects, long hits, long blockHits, long written, long corrupt) {}

    private KillableEdge(Process process) throws IOException {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        String line = answers.readLine();
        if (line == null) throw new IOException("the edge did not start; see the log in its folder");
        this.port = Integer.parseInt(line);
    }

    /** Starts it on this folder; returns when it listens. */
    public static KillableEdge start(Path directory, int originPort) throws IOException {
        if (!Files.exists(directory.resolve("key.pem"))) {
            CERTIFICATE.writeChain(directory);
            CERTIFICATE.writeKey(directory);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (argument.startsWith("--")) command.add(argument);
        }
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.addAll(List.of(EdgeProcess.class.getName(), directory.toString(), Integer.toString(originPort)));
        File log = directory.resolve("edge-process.log").toFile();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
        try {
            return new KillableEdge(process);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Where it listens in clear. */
    public int port() {
        return port;
    }

    /** An HTTP/2 connection for the usual host; the receive buffer of its socket is 0 for the usual one. */
    public Http2Wire http2Wire(int receiveBuffer) throws IOException {
        InetSocketAddress secure =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(ask("secure")));
        return Http2Wire.open(secure, DistributionBuilder.HOST, CERTIFICATE.trustingSockets(), receiveBuffer);
    }

    /** Octets of heap and of buffers outside it. */
    public record Memory(long heap, long direct) {}

    /** What is live, after a collection; or all that is taken now. */
    public Memory memory(boolean live) throws IOException {
        String[] words = ask(live ? "memory live" : "memory taken").split(" ", -1);
        return new Memory(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }

    /** Offers a plan with these purges, in their order; returns the version that it acknowledges. */
    public long offer(long version, List<String> purges) throws IOException {
        return Long.parseLong(ask("offer " + version + (purges.isEmpty() ? "" : ' ' + String.join(" ", purges))));
    }

    /** Waits until everything is loaded. */
    public Disk disk() throws IOException {
        String[] words = ask("status").split(" ", -1);
        return new Disk(
                words[0],
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]));
    }

    private synchronized String ask(String order) throws IOException {
        orders.write(order + '\n');
        orders.flush();
        String answer = answers.readLine();
        if (answer == null) throw new IOException("the edge is gone");
        return answer;
    }

    /** Whether it ends by itself within this time, which it should not. */
    public boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
