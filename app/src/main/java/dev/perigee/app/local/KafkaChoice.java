package dev.perigee.app.local;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where records of real-time logs are sent to.
 *
 * @param servers of Kafka, as {@code host:port}, separated by commas
 * @param file of more properties for Kafka's client, absolute; null for none
 * @param properties all of them
 */
public record KafkaChoice(String servers, @Nullable Path file, Map<String, String> properties) {
    private static final Pattern SERVERS = Pattern.compile("[^\\s,:]+:[0-9]{1,5}(,[^\\s,:]+:[0-9]{1,5})*");

    public KafkaChoice {
        properties = Map.copyOf(properties);
    }

    /**
     * What the flags of {@code up} say; null without servers.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public static @Nullable KafkaChoice of(@Nullable String servers, @Nullable Path file) {
        if (servers == null || servers.isBlank()) {
            if (file != null) throw new IllegalArgumentException("--kafka-properties goes with --kafka");
            return null;
        }
        String list = servers.replace(" ", "");
        if (!SERVERS.matcher(list).matches()) {
            throw new IllegalArgumentException("--kafka is a list of host:port, not " + servers);
        }
        Map<String, String> properties = new HashMap<>();
        Path absolute = file == null ? null : file.toAbsolutePath().normalize();
        if (absolute != null) properties.putAll(read(absolute));
        properties.put("bootstrap.servers", list);
        return new KafkaChoice(list, absolute, properties);
    }

    private static Map<String, String> read(Path file) {
        Properties given = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            given.load(reader);
        } catch (IOException e) {
            throw new IllegalArgumentException("the Kafka properties " + file + " cannot be read", e);
        }
        Map<String, String> read = new HashMap<>();
        for (String name : given.stringPropertyNames()) read.put(name, given.getProperty(name));
        return read;
    }
}
