package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.api.Refused;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.Packages;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What calls of Lambda's API say, read and checked. */
final class LambdaInput {
    private static final int TEXT_MAX = 80 << 20;
    private static final JsonMapper JSON = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(TEXT_MAX).build())
            .build());
    private static final Pattern FUNCTION =
            Pattern.compile("(?:(?:arn:aws[a-z-]*:lambda:([a-z0-9-]+):)?([0-9]{12}):function:)?([a-zA-Z0-9_-]{1,64})"
                    + "(?::(\\$LATEST|[0-9]{1,9}|[a-zA-Z0-9_-]{1,128}))?");
    private static final Pattern ROLE = Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-zA-Z_0-9+=,.@/-]+");
    private static final Pattern RUNTIME = Pattern.compile("nodejs[0-9]{2}\\.x|python3\\.[0-9]{1,2}");
    private static final Pattern HANDLER = Pattern.compile("[a-zA-Z0-9_./-]{1,120}\\.[a-zA-Z0-9_.$]{1,120}");

    /** What Lambda has and Lambda@Edge does not take (developer guide, "Restrictions on Lambda@Edge"). */
    private static final List<String> NOT_AT_EDGES = List.of(
            "Environment", "VpcConfig", "DeadLetterConfig", "Layers", "FileSystemConfigs", "ImageConfig", "KMSKeyArn");

    private LambdaInput() {}

    /** Which function is meant, and which of its versions; the version may be empty. */
    record Target(String name, String qualifier) {}

    static JsonNode json(byte[] body) throws Refused {
        try {
            JsonNode root = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
            if (root != null && root.isObject()) return root;
        } catch (IOException e) {
            throw new Refused("InvalidRequestContentException", "Could not parse request body into json.");
        }
        throw new Refused("InvalidRequestContentException", "The request body is not an object.");
    }

    /** Any JSON, on one line. */
    static byte[] payload(byte[] body) throws Refused {
        if (body.length == 0) return "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        try {
            JsonNode root = JSON.readTree(body);
            if (root != null && !root.isMissingNode()) return JSON.writeValueAsBytes(root);
        } catch (IOException e) {
            throw new Refused("InvalidRequestContentException", "Could not parse request body into json.");
        }
        throw new Refused("InvalidRequestContentException", "Could not parse request body into json.");
    }

    /** @param asked in the query, in the place of what stands with the name */
    static Target target(String account, String given, @Nullable String asked) throws Refused {
        Matcher parts = FUNCTION.matcher(given);
        unless(
                parts.matches(),
                "ValidationException",
                "1 validation error detected: Value '" + given + "' at 'functionName' failed to satisfy constraint:"
                        + " Member must be the name or the ARN of a function");
        unless(
                (parts.group(1) == null || parts.group(1).equals("us-east-1"))
                        && (parts.group(2) == null || parts.group(2).equals(account)),
                "EntityNotFound",
                "Function not found: " + given);
        String with = parts.group(4) == null ? "" : parts.group(4);
        unless(
                asked == null || with.isEmpty() || asked.equals(with),
                "InvalidArgument",
                "The derived qualifier from the function name does not match the specified qualifier.");
        return new Target(parts.group(3), asked == null ? with : asked);
    }

    static String text(JsonNode given, String key, String otherwise) throws Refused {
        JsonNode text = given.path(key);
        if (text.isMissingNode() || text.isNull()) return otherwise;
        unless(text.isTextual(), "InvalidArgument", "The parameter " + key + " must be a string.");
        return text.textValue();
    }

    static int number(JsonNode given, String key, int otherwise, int min, int max) throws Refused {
        JsonNode number = given.path(key);
        if (number.isMissingNode() || number.isNull()) return otherwise;
        unless(
                number.isIntegralNumber() && number.asLong() >= min && number.asLong() <= max,
                "InvalidArgument",
                "'" + key + "' value " + number.asText() + " must be " + min + " to " + max + ".");
        return number.asInt();
    }

    /** What is not taken is refused, rather than silently without effect. */
    static void checkUnbuilt(JsonNode given) throws Refused {
        for (String key : NOT_AT_EDGES) {
            JsonNode value = given.path(key);
            boolean set = value.isTextual() ? !value.textValue().isEmpty() : holds(value);
            unless(!set, "InvalidArgument", "Functions of Lambda@Edge cannot have the parameter " + key + ".");
        }
        unless(
                text(given, "PackageType", "Zip").equals("Zip")
                        && given.path("Code").path("ImageUri").isMissingNode(),
                "InvalidArgument",
                "Functions of Lambda@Edge cannot be container images.");
        for (JsonNode architecture : given.path("Architectures")) {
            unless(
                    architecture.asText().equals("x86_64"),
                    "InvalidArgument",
                    "Functions of Lambda@Edge cannot have the architecture " + architecture.asText() + ".");
        }
        unless(
                given.path("EphemeralStorage").path("Size").asInt(512) == 512,
                "InvalidArgument",
                "Functions of Lambda@Edge have 512 MB of ephemeral storage.");
    }

    private static boolean holds(JsonNode value) {
        if (!value.isContainerNode()) return false;
        for (JsonNode each : value) {
            if (each.isContainerNode() ? each.size() > 0 : !each.asText().isEmpty()) return true;
        }
        return false;
    }

    static String role(String role) throws Refused {
        unless(
                ROLE.matcher(role).matches(),
                "ValidationException",
                "1 validation error detected: Value '" + role + "' at 'role' failed to satisfy constraint: Member must"
                        + " be the ARN of a role");
        return role;
    }

    static String runtime(String runtime, LambdaEngine engine) throws Refused {
        unless(
                RUNTIME.matcher(runtime).matches(),
                "InvalidArgument",
                "Value " + runtime
                        + " at 'runtime' failed to satisfy constraint: Lambda@Edge runs nodejs20.x, python3.12"
                        + " and others of these two languages.");
        unless(
                engine.runs(runtime),
                "InvalidArgument",
                "There is no program on this machine that runs " + runtime + ": install node or python3.");
        return runtime;
    }

    static String handler(String handler) throws Refused {
        unless(
                HANDLER.matcher(handler).matches() && !handler.contains(".."),
                "InvalidArgument",
                "The handler '" + handler + "' is not like file.function.");
        return handler;
    }

    static String description(String description) throws Refused {
        unless(description.length() <= 256, "InvalidArgument", "The Description has more than 256 characters.");
        return description;
    }

    /** The deployment package: in the call itself, or in S3. */
    static byte[] code(JsonNode code, @Nullable ObjectSource objects) throws Refused {
        String bucket = text(code, "S3Bucket", "");
        String key = text(code, "S3Key", "");
        if (code.path("ZipFile").isTextual()) {
            unless(
                    bucket.isEmpty(),
                    "InvalidArgument",
                    "Please do not provide other FunctionCode parameters when" + " providing a ZipFile.");
            try {
                return code.path("ZipFile").binaryValue();
            } catch (IOException e) {
                throw new Refused("InvalidRequestContentException", "The ZipFile is not in base64.");
            }
        }
        unless(!bucket.isEmpty() && !key.isEmpty(), "InvalidArgument", "Please provide a source for function code.");
        if (objects == null) throw new Refused("InvalidArgument", "There is no S3 here to read from.");
        try {
            return objects.read(bucket, key, Packages.PACKED_MAX);
        } catch (Refused e) {
            throw new Refused("InvalidArgument", "Error occurred while GetObject. S3 Error Message: " + e.text());
        }
    }
}
