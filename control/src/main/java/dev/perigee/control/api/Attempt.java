package dev.perigee.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.access.AuditEvent;
import dev.perigee.control.access.AuditEvent.Outcome;
import dev.perigee.control.access.Caller;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What becomes known, step by step, of one request that asks for something: the audit log is told at its end. */
final class Attempt {
    /** Whoever gets one of these was kept out, whatever was asked for. */
    private static final Set<String> KEPT_OUT = Set.of(
            "AccessDenied",
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "MissingAuthenticationToken",
            "IncompleteSignature",
            "RequestExpired");

    /** Members of JSON requests and answers that say what they are about, the most telling first. */
    private static final List<String> IDENTIFIERS =
            List.of("CertificateArn", "WebACLArn", "ResourceARN", "ResourceArn", "ARN", "Id", "Name");

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_:/.*+=@-]{1,300}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String source;
    private final String requestId;
    private @Nullable String accessKeyId;
    private String service = "cloudfront";
    private String operation;
    private String resource;
    private boolean changes;

    /** @param path without the query, which may be signed */
    Attempt(String method, String path, String source, String requestId) {
        this.operation = method;
        this.resource = path;
        this.source = source;
        this.requestId = requestId;
    }

    String requestId() {
        return requestId;
    }

    String source() {
        return source;
    }

    String service() {
        return service;
    }

    void of(String name) {
        service = name;
    }

    /** @param claimed that nobody has vouched for */
    void claimedBy(String claimed) {
        accessKeyId = AuditEvent.unverified(claimed);
    }

    void by(Caller caller) {
        accessKeyId = caller.accessKeyId();
    }

    /** @param name of the operation that nobody has the right to yet */
    void named(String name) {
        operation = name;
    }

    void asks(String name) {
        operation = name;
        changes = Permissions.changes(service, name);
    }

    void on(String what) {
        resource = what;
    }

    /** Takes the resource from a JSON document, whatever else is in there; a private key may be. */
    void onSubjectOf(byte[] json) {
        try {
            JsonNode root = JSON.readTree(json);
            if (root == null) return;
            for (String name : IDENTIFIERS) {
                JsonNode node = root.path(name);
                if (node.isMissingNode()) node = root.path("Summary").path(name);
                if (node.isTextual() && IDENTIFIER.matcher(node.textValue()).matches()) {
                    resource = node.textValue();
                    return;
                }
            }
        } catch (IOException notJson) {
            // Whoever reads the request next refuses it.
        }
    }

    /** The event of an answer, or null when it is none that is to be kept. */
    @Nullable
    AuditEvent answered(int status) {
        return changes ? event(Outcome.DONE, status, null) : null;
    }

    /** The event of an error, or null when it is none that is to be kept. */
    @Nullable
    AuditEvent refused(Refused refused) {
        if (KEPT_OUT.contains(refused.code())) return event(Outcome.REFUSED, refused.status(), refused.code());
        return changes ? event(Outcome.FAILED, refused.status(), refused.code()) : null;
    }

    private AuditEvent event(Outcome outcome, int status, @Nullable String code) {
        return new AuditEvent(accessKeyId, service, operation, resource, outcome, status, code, source, requestId);
    }
}
