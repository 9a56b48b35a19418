package dev.perigee.app.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings that are not given on the command line: from {@code perigee.toml} in the data folder, and above it from the
 * environment ({@code PERIGEE_ORIGIN_CA} for {@code origin-ca}).
 */
public final class Settings {
    /** A key that is misspelt would otherwise be ignored in silence. */
    private static final Set<String> KNOWN = Set.of(
            "extensions",
            "origin-ca",
            "acme-directory",
            "acme-ca",
            "acme-email",
            "geo-database",
            "proxy-protocol",
            "requests-size",
            "requests-days",
            "budget-webhook",
            "kafka",
            "traces",
            "trace-sample",
            "trust-traceparent",
            "kafka-properties",
            "lambda-network",
            "warm-up");

    private final Path root;
    private final Map<String, String> environment;
    private final @Nullable JsonNode file;

    private Settings(Path root, Map<String, String> environment, @Nullable JsonNode file) {
        this.root = root;
        this.environment = environment;
        this.file = file;
    }

    /**
     * Reads the file, if there is one.
     *
     * @throws IllegalArgumentException with a line for the user when it is no TOML or has a key that is not known
     */
    public static Settings of(SystemFolder folder, Map<String, String> environment) {
        Path path = folder.root().resolve("perigee.toml");
        if (!Files.exists(path)) return new Settings(folder.root(), environment, null);
        JsonNode file;
        try {
            file = new TomlMapper().readTree(path.toFile());
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(
                    path + ": " + message.lines().findFirst().orElse(message), e);
        }
        file.fieldNames().forEachRemaining(key -> {
            if (!KNOWN.contains(key)) {
                throw new IllegalArgumentException(
                        path + ": unknown key " + key + "; there are " + String.join(", ", new TreeSet<>(KNOWN)));
            }
        });
        return new Settings(folder.root(), environment, file);
    }

    /**
     * A list separated by commas; in the file it may also be an array. Null when nobody says.
     *
     * @throws IllegalArgumentException when the file has something else
     */
    public @Nullable String list(String key) {
        String variable = variable(key);
        if (variable != null) return variable;
        JsonNode value = file == null ? null : file.get(key);
        if (value == null) return null;
        if (value.isTextual()) return value.asText();
        List<String> members = new ArrayList<>();
        for (JsonNode member : value) {
            if (!member.isTextual())
                throw new IllegalArgumentException("perigee.toml: " + key + " is not a list of names");
            members.add(member.asText());
        }
        if (!value.isArray()) throw new IllegalArgumentException("perigee.toml: " + key + " is not a list of names");
        return String.join(",", members);
    }

    /**
     * A list of files, as {@link #list}; relative ones in perigee.toml are below the data folder.
     *
     * @throws IllegalArgumentException when the file has something else
     */
    public @Nullable String paths(String key) {
        String all = list(key);
        if (all == null || variable(key) != null) return all;
        return Arrays.stream(all.split(",", -1))
                .map(name -> root.resolve(name.strip()).toString())
                .collect(Collectors.joining(","));
    }

    /**
     * A file; a relative one in perigee.toml is below the data folder. Null when nobody says.
     *
     * @throws IllegalArgumentException when the file has something else
     */
    public @Nullable Path path(String key) {
        String variable = variable(key);
        if (variable != null) return variable.isEmpty() ? null : Path.of(variable);
        JsonNode value = file == null ? null : file.get(key);
        if (value == null) return null;
        if (!value.isTextual()) throw new IllegalArgumentException("perigee.toml: " + key + " is not a path");
        return root.resolve(value.asText());
    }

    /**
     * A text. Null when nobody says.
     *
     * @throws IllegalArgumentException when the file has something else
     */
    public @Nullable String text(String key) {
        String variable = variable(key);
        if (variable != null) return variable.isEmpty() ? null : variable;
        JsonNode value = file == null ? null : file.get(key);
        if (value == null) return null;
        if (!value.isTextual()) throw new IllegalArgumentException("perigee.toml: " + key + " is not a text");
        return value.asText();
    }

    private @Nullable String variable(String key) {
        return environment.get("PERIGEE_" + key.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
