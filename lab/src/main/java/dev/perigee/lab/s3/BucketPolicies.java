package dev.perigee.lab.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bucket policies that let CloudFront in, as every guide to origin access control has one. They are kept and shown; edges have
 * the rights they give with or without them. A policy that says anything else is refused: it would be accepted and not in force.
 */
final class BucketPolicies {
    static final int LENGTH_MAX = 20 << 10;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Set<String> ACTIONS = Set.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject");
    private static final Set<String> MEMBERS = Set.of("Sid", "Effect", "Principal", "Action", "Resource", "Condition");
    private static final String SERVICE = "cloudfront.amazonaws.com";
    private static final String IDENTITY = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ";

    private final Path folder;

    /** Why not, with codes that the handler has no names for. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String code;
        private final int status;

        Refused(String code, int status, String message) {
            super(message);
            this.code = code;
            this.status = status;
        }

        String code() {
            return code;
        }

        int status() {
            return status;
        }
    }

    /** @param folder of their own */
    BucketPolicies(Path folder) {
        this.folder = folder;
    }

    /** The bucket whose policy is meant; null when another operation is. */
    static @Nullable String bucket(HttpServletRequest request, @Nullable String inHost) {
        if (request.getParameter("policy") == null) return null;
        if (!Set.of("GET", "PUT", "DELETE").contains(request.getMethod())) return null;
        String name = request.getRequestURI().replaceFirst("^/", "").replaceFirst("/$", "");
        if (inHost != null) return name.isEmpty() ? inHost : null;
        return BUCKET.matcher(name).matches() ? name : null;
    }

    /** Carries out what was found to be asked by somebody who may. */
    void carryOut(String method, String bucket, byte[] body, HttpServletResponse response) throws IOException {
        switch (method) {
            case "PUT" -> {
                check(body);
                write(bucket, body);
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            case "DELETE" -> {
                forget(bucket);
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            default -> show(bucket, response);
        }
    }

    private Path file(String bucket) {
        return folder.resolve(bucket + ".json");
    }

    private void write(String bucket, byte[] policy) throws IOException {
        Files.createDirectories(folder);
        Path next = folder.resolve(bucket + ".next");
        Files.write(next, policy);
        Files.move(next, file(bucket), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void forget(String bucket) throws IOException {
        if (BUCKET.matcher(bucket).matches()) Files.deleteIfExists(file(bucket));
    }

    private void show(String bucket, HttpServletResponse response) throws IOException {
        byte[] policy;
        try {
            policy = Files.readAllBytes(file(bucket));
        } catch (NoSuchFileException none) {
            throw new Refused("NoSuchBucketPolicy", 404, "The bucket " + bucket + " has no policy.");
        }
        response.setContentType("application/json");
        response.setContentLength(policy.length);
        response.getOutputStream().write(policy);
    }

    // ---- what is understood

    private static void check(byte[] body) {
        JsonNode statements = parsed(body).path("Statement");
        List<JsonNode> all = statements.isObject() ? List.of(statements) : elements(statements);
        if (all.isEmpty()) throw malformed("it has no Statement");
        for (JsonNode statement : all) checkStatement(statement);
    }

    private static JsonNode parsed(byte[] body) {
        try {
            JsonNode policy = JSON.readTree(new String(body, StandardCharsets.UTF_8));
            if (policy != null && policy.isObject()) return policy;
        } catch (JsonProcessingException e) {
            // Told below.
        }
        throw malformed("it is not a JSON object");
    }

    private static void checkStatement(JsonNode statement) {
        if (!statement.isObject()) throw malformed("a Statement is not an object");
        for (Map.Entry<String, JsonNode> member : statement.properties()) {
            if (!MEMBERS.contains(member.getKey())) throw notInForce("has " + member.getKey());
        }
        if (!statement.path("Effect").asText().equals("Allow")) throw notInForce("has another Effect than Allow");
        List<String> actions = texts(statement.path("Action"));
        if (actions.isEmpty() || !ACTIONS.containsAll(actions)) throw notInForce("has the Action " + actions);
        JsonNode principal = statement.path("Principal");
        if (!principal.isObject() || principal.isEmpty()) throw notInForce("has the Principal " + principal);
        for (Map.Entry<String, JsonNode> each : principal.properties()) {
            List<String> names = texts(each.getValue());
            boolean cloudFront = !names.isEmpty() && names.stream().allMatch(name -> isCloudFront(each.getKey(), name));
            if (!cloudFront) throw notInForce("has the Principal " + principal);
        }
    }

    private static boolean isCloudFront(String kind, String name) {
        return switch (kind) {
            case "Service" -> name.equals(SERVICE);
            case "AWS" -> name.startsWith(IDENTITY);
            case "CanonicalUser" -> name.matches("[0-9a-f]{64,96}");
            default -> false;
        };
    }

    private static List<JsonNode> elements(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        if (array.isArray()) array.forEach(all::add);
        return all;
    }

    private static List<String> texts(JsonNode one) {
        if (one.isTextual()) return List.of(one.textValue());
        return elements(one).stream().map(JsonNode::asText).toList();
    }

    private static Refused malformed(String how) {
        return new Refused("MalformedPolicy", 400, "The policy is not one: " + how + ".");
    }

    private static Refused notInForce(String what) {
        return new Refused(
                "NotImplemented",
                501,
                "Of bucket policies those are understood that allow CloudFront to get, put or delete objects; this "
                        + what + ", which would not be in force.");
    }
}
