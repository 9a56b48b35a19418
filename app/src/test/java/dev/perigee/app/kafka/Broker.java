package dev.perigee.app.kafka;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** One node of Kafka, broker and controller at once, which can be killed and started again on the same port. */
public final class Broker implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 90;

    private final Path folder;
    private final Path properties;
    private final int port;
    private @Nullable Process process;

    /** Makes the storage; {@link #start} starts it. */
    public Broker(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.properties = folder.resolve("server.properties");
        int controller;
        try (ServerSocket one = free();
                ServerSocket other = free()) {
            port = one.getLocalPort();
            controller = other.getLocalPort();
        }
        Files.writeString(properties, """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%d
                log.dirs=%s
                num.partitions=3
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                """.formatted(controller, port, controller, port, folder.resolve("data")));
        Process format = java(
                "kafka.tools.StorageTool", "format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString());
        if (!format.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || format.exitValue() != 0) {
            throw new IOException("no storage: " + printed());
        }
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** Where clients find it. */
    public String servers() {
        return "127.0.0.1:" + port;
    }

    /** Returns when it takes connections. */
    public void start() throws IOException {
        Process started = java("kafka.Kafka", properties.toString());
        process = started;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!listens()) {
            if (!started.isAlive() || System.nanoTime() > deadline) throw new IOException("no broker: " + printed());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private boolean listens() {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** As if the machine had lost its power. */
    public void kill() {
        Process running = process;
        if (running == null) return;
        running.destroyForcibly()
                .onExit()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        process = null;
    }

    /** As if its machine hung: connections stay, and nobody answers. */
    public void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Ends {@link #pause}. */
    public void goOn() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process running = process;
        if (running == null) throw new IOException("there is no broker");
        int code = new ProcessBuilder("kill", name, Long.toString(running.pid()))
                .start()
                .waitFor();
        if (code != 0) throw new IOException("kill " + name + " ended with " + code);
    }

    private Process java(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath()));
        all.addAll(Arrays.asList(command));
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("kafka.out").toFile()))
                .start();
    }

    private static String classPath() {
        if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    private String printed() throws IOException {
        String all = Files.readString(folder.resolve("kafka.out"));
        return all.substring(Math.max(0, all.length() - 4000));
    }

    @Override
    public void close() {
        kill();
    }
}
