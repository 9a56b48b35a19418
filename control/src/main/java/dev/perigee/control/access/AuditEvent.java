package dev.perigee.control.access;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One change, or one refusal. Nothing in it is a secret: not the query of a presigned request, not a body.
 *
 * @param accessKeyId null when the request named none, or something that is not shaped like one
 * @param resource what was changed or was to be: a path, an ARN or an id
 * @param code of the error; null when there was none
 * @param source address of the peer
 */
public record AuditEvent(
        @Nullable String accessKeyId,
        String service,
        String operation,
        String resource,
        Outcome outcome,
        int status,
        @Nullable String code,
        String source,
        String requestId) {
    private static final int RESOURCE_CHARS_MAX = 1024;
    private static final int NAME_CHARS_MAX = 128;
    private static final Pattern KEY_ID = Pattern.compile("[A-Z0-9]{16,32}");

    /** How it ended. */
    public enum Outcome {
        DONE,
        REFUSED,
        FAILED
    }

    public AuditEvent {
        service = cut(service, NAME_CHARS_MAX);
        operation = cut(operation, NAME_CHARS_MAX);
        resource = cut(resource, RESOURCE_CHARS_MAX);
    }

    /** A key id that nobody vouches for: users mix up id and secret, and a secret must not get into a log. */
    public static @Nullable String unverified(@Nullable String accessKeyId) {
        return accessKeyId != null && KEY_ID.matcher(accessKeyId).matches() ? accessKeyId : null;
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }
}
