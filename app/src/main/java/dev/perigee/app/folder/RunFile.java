package dev.perigee.app.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.clock.ClockChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code run.json} says about a running system; the schema is in docs/running.md.
 *
 * @param s3 the embedded S3 itself, which is also reachable through the API's port
 * @param console where a browser shows what runs; empty for a system of an older version
 * @param adminToken what changes through the admin listeners are authorised with
 */
public record RunFile(
        long pid,
        String api,
        String s3,
        String domainSuffix,
        Path ca,
        List<PopAddresses> pops,
        String adminToken,
        String version,
        Instant startedAt,
        ClockChoice clock,
        String console) {
    public RunFile {
        pops = List.copyOf(pops);
    }

    /**
     * Where one edge listens, as URLs.
     *
     * @param http3 the same as {@code https} where that port was free over UDP too
     */
    public record PopAddresses(String pop, String http, String https, String http3, String admin) {}

    public void write(SystemFolder folder) throws IOException {
        OwnerFile.write(folder.runFile(), toJson());
    }

    /** The system that runs in this folder, or null. A file left behind by a killed process does not count. */
    public static @Nullable RunFile live(SystemFolder folder) throws IOException {
        try {
            RunFile file = parse(Files.readString(folder.runFile()));
            if (!FolderLock.held(folder)) return null;
            // The lock may be that of a successor that is still starting while the file is its predecessor's.
            return FolderLock.holder(folder).equals(Long.toString(file.pid())) ? file : null;
        } catch (NoSuchFileException stillStarting) {
            return null;
        }
    }

    String toJson() {
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("pid", pid)
                .put("api", api)
                .put("s3", s3)
                .put("console", console)
                .put("domainSuffix", domainSuffix)
                .put("ca", ca.toString());
        var list = root.putArray("pops");
        for (PopAddresses pop : pops) {
            list.addObject()
                    .put("pop", pop.pop())
                    .put("http", pop.http())
                    .put("https", pop.https())
                    .put("http3", pop.http3())
                    .put("admin", pop.admin());
        }
        root.put("adminToken", adminToken)
                .put("version", version)
                .put("startedAt", startedAt.toString())
                .put("clock", clock.toString());
        return root.toPrettyString() + "\n";
    }

    static RunFile parse(String json) throws IOException {
        JsonNode root = new ObjectMapper().readTree(json);
        var pops = new ArrayList<PopAddresses>();
        for (JsonNode pop : root.path("pops")) {
            pops.add(new PopAddresses(
                    text(pop, "pop"),
                    text(pop, "http"),
                    text(pop, "https"),
                    // A system that an older version has started says nothing of it.
                    pop.path("http3").asText(text(pop, "https")),
                    text(pop, "admin")));
        }
        return new RunFile(
                root.path("pid").asLong(),
                text(root, "api"),
                text(root, "s3"),
                text(root, "domainSuffix"),
                Path.of(text(root, "ca")),
                pops,
                text(root, "adminToken"),
                text(root, "version"),
                Instant.parse(text(root, "startedAt")),
                ClockChoice.of(text(root, "clock")),
                root.path("console").asText(""));
    }

    private static String text(JsonNode node, String name) throws IOException {
        JsonNode value = node.get(name);
        if (value == null || !value.isTextual()) throw new IOException("run.json has no text \"" + name + "\"");
        return value.textValue();
    }
}
