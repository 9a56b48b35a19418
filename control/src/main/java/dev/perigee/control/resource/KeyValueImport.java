package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.api.Refused;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.ImportSource;

/** The pairs that a key value store begins with, from a file in S3: {@code {"data":[{"key":"k","value":"v"}]}}. */
final class KeyValueImport {
    private static final Pattern OBJECT = Pattern.compile("arn:aws[a-z-]*:s3:::([a-z0-9.-]{3,63})/(.{1,1024})");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private KeyValueImport() {}

    static Map<String, String> pairs(@Nullable ImportSource source, @Nullable ObjectSource objects) throws Refused {
        if (source == null) return Map.of();
        unless(
                "S3".equals(source.sourceTypeAsString()),
                "InvalidArgument",
                "The SourceType '" + source.sourceTypeAsString() + "' is not S3.");
        Matcher place = OBJECT.matcher(String.valueOf(source.sourceARN()));
        unless(
                place.matches(),
                "InvalidArgument",
                "The SourceARN '" + source.sourceARN()
                        + "' is not that of an object, such as arn:aws:s3:::bucket/key.");
        if (objects == null) throw new Refused("InvalidArgument", "There is no S3 here to import from.");
        return read(objects.read(place.group(1), place.group(2), (int) KeyValueStores.BYTES_MAX));
    }

    private static Map<String, String> read(byte[] file) throws Refused {
        JsonNode data;
        try {
            JsonNode root = JSON.readTree(file);
            data = root == null ? JSON.createObjectNode() : root.path("data");
        } catch (IOException e) {
            throw new Refused("InvalidArgument", "The imported file is not JSON: " + e.getMessage());
        }
        unless(data.isArray(), "InvalidArgument", "The imported file has no list \"data\".");
        Map<String, String> pairs = new TreeMap<>();
        for (JsonNode pair : data) {
            JsonNode key = pair.path("key");
            JsonNode value = pair.path("value");
            unless(
                    key.isTextual() && value.isTextual(),
                    "InvalidArgument",
                    "Pair " + pairs.size() + " of the imported file has no key or no value that is a string.");
            KeyValueStores.checkPair(key.textValue(), value.textValue());
            unless(
                    pairs.put(key.textValue(), value.textValue()) == null,
                    "InvalidArgument",
                    "The imported file has the key '" + key.textValue() + "' twice.");
        }
        return pairs;
    }
}
