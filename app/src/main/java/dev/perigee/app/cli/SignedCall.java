package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls of the running system's public API, as any client of it makes them. */
final class SignedCall {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REGION = "us-east-1";

    private final String api;
    private final SigV4.Credentials credentials;

    SignedCall(String api, SigV4.Credentials credentials) {
        this.api = api;
        this.credentials = credentials;
    }

    /** What was answered, and the error that it is. */
    static final class Failed extends IOException {
        private static final long serialVersionUID = 1;

        private final String code;

        private Failed(String code, String message) {
            super(message);
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    /**
     * An operation of CloudFront, and the XML of its answer.
     *
     * @param target path and query, encoded
     */
    String cloudFront(String method, String target, String body) throws IOException {
        return cloudFrontAnswer(method, target, body).body();
    }

    /** As {@link #cloudFront}, with the entity tag. */
    AdminCall.Answer cloudFrontAnswer(String method, String target, String body) throws IOException {
        AdminCall.Answer answer = exchange("cloudfront", method, target, body, Map.of());
        if (answer.status() < 400) return answer;
        String code = element(answer.body(), "Code");
        throw new Failed(code, code + ": " + element(answer.body(), "Message"));
    }

    /** An operation of WAFv2 in the scope of CloudFront. */
    JsonNode waf(String operation, JsonNode input) throws IOException {
        Map<String, String> fields =
                Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "AWSWAF_20190729." + operation);
        AdminCall.Answer answer = exchange("wafv2", "POST", "/", JSON.writeValueAsString(input), fields);
        JsonNode output = answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
        if (answer.status() < 400) return output;
        String code = output.path("__type").asText("status " + answer.status());
        throw new Failed(code, operation + ": " + output.path("message").asText(code));
    }

    /** An operation of S3. */
    void s3(String method, String target, String body, Map<String, String> fields) throws IOException {
        AdminCall.Answer answer = exchange("s3", method, target, body, fields);
        if (answer.status() >= 400) throw new IOException(method + " " + target + " was answered " + answer.status());
    }

    /** The text of the first element of this name; empty when there is none. */
    static String element(String xml, String name) {
        int open = xml.indexOf("<" + name + ">");
        int from = open + name.length() + 2;
        int close = open < 0 ? -1 : xml.indexOf("</" + name + ">", from);
        return close < 0 ? "" : xml.substring(from, close);
    }

    private AdminCall.Answer exchange(
            String service, String method, String target, String body, Map<String, String> others) throws IOException {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? null : target.substring(mark + 1);
        Instant now = Instant.now();
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        String hash = SigV4.sha256(octets);
        List<Field> signed = List.of(
                new Field("host", URI.create(api).getAuthority()),
                new Field("x-amz-content-sha256", hash),
                new Field("x-amz-date", SigV4.timestamp(now)));
        String authorization =
                SigV4.sign(new SigV4.Request(method, path, query, signed, hash), credentials, service, REGION, now);
        Map<String, String> fields = new HashMap<>(others);
        fields.put("X-Amz-Content-Sha256", hash);
        fields.put("X-Amz-Date", SigV4.timestamp(now));
        fields.put("Authorization", authorization);
        return AdminCall.exchange(method, api + target, fields, octets);
    }
}
