package dev.perigee.app.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where one local system keeps everything: one folder, one system. */
public record SystemFolder(Path root) {

    /** The folder of {@code --data}, absolute; nothing is created yet. */
    public static SystemFolder at(Path path) {
        return new SystemFolder(path.toAbsolutePath().normalize());
    }

    /** The folder without {@code --data}: below XDG_DATA_HOME, or where that points to when it is not set. */
    public static SystemFolder usual(Map<String, String> environment, String home) {
        String shared = environment.getOrDefault("XDG_DATA_HOME", "");
        // The XDG specification says that a relative path is to be ignored.
        Path base = shared.startsWith("/") ? Path.of(shared) : Path.of(home, ".local", "share");
        return at(base.resolve("perigee"));
    }

    public SystemFolder create() throws IOException {
        OwnerFile.folder(root);
        return this;
    }

    public Path runFile() {
        return root.resolve("run.json");
    }

    public Path lockFile() {
        return root.resolve("lock");
    }

    public Path edgeKeyFile() {
        return root.resolve("edges.key");
    }

    /** What private keys of certificates are sealed with. */
    public Path sealKeyFile() {
        return root.resolve("seal.key");
    }

    /** What headers that ask for an explanation are signed with. */
    public Path debugKeyFile() {
        return root.resolve("debug.key");
    }

    public Path authority() {
        return root.resolve("ca");
    }

    public Path certificates() {
        return root.resolve("tls");
    }

    public Path objects() {
        return root.resolve("s3");
    }

    public Path control() {
        return root.resolve("control");
    }

    public Path edge(String pop) {
        return root.resolve("edges").resolve(pop);
    }

    /** Of the edge that is there for the JIT, and only while it is. */
    public Path warmUp() {
        return root.resolve("warm-up");
    }

    /** Disk tiers, one folder for each edge. */
    public Path cache() {
        return root.resolve("cache");
    }

    /** Who changed what, and who was kept out. */
    public Path auditLog() {
        return root.resolve("audit.log");
    }

    /** Where a manual clock was left. */
    public Path clock() {
        return root.resolve("clock");
    }

    /** What distributions with a spending cap have cost this month. */
    public Path spending() {
        return root.resolve("spending");
    }

    /** Which budgets somebody was told of. */
    public Path budgets() {
        return root.resolve("budgets");
    }

    /** Logged requests as Parquet files. */
    public Path analytics() {
        return root.resolve("analytics");
    }

    /** The current access logs, of all edges that were ever here. */
    public List<Path> accessLogs() throws IOException {
        Path edges = root.resolve("edges");
        if (!Files.isDirectory(edges)) return List.of();
        try (Stream<Path> all = Files.list(edges)) {
            return all.sorted().map(edge -> edge.resolve("access.log")).toList();
        }
    }

    /** Deployment packages of Lambda functions, and what is unpacked of them. */
    public Path lambda() {
        return root.resolve("lambda");
    }

    public Path logs() {
        return root.resolve("logs");
    }
}
