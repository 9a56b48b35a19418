package dev.perigee.core.plan;

import java.util.regex.Pattern;

/**
 * A published version of a Lambda function, as edges run it. Two with the same ARN differ when a function was deleted and made
 * anew.
 *
 * @param arn with the number of the version
 * @param runtime in the API's words, such as {@code nodejs20.x}
 * @param handler such as {@code index.handler}
 * @param memoryMegabytes that it may use
 * @param timeoutSeconds that one run may take
 * @param codeSha256 of its deployment package, in hexadecimal
 */
public record EdgeLambda(
        String arn, String runtime, String handler, int memoryMegabytes, int timeoutSeconds, String codeSha256) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int ARN_PARTS = 8;

    public EdgeLambda {
        if (arn.split(":", -1).length != ARN_PARTS) throw new IllegalArgumentException("no version in " + arn);
        if (memoryMegabytes < 1 || timeoutSeconds < 1) throw new IllegalArgumentException("no room for " + arn);
        // It names a folder.
        if (!SHA256.matcher(codeSha256).matches()) throw new IllegalArgumentException("no checksum of " + arn);
    }

    /** Without the version. */
    public String name() {
        return arn.split(":", -1)[6];
    }

    public String version() {
        return arn.split(":", -1)[7];
    }

    /** The account that it belongs to. */
    public String account() {
        return arn.split(":", -1)[4];
    }

    /** When in the life of a request it runs. */
    public enum Event {
        VIEWER_REQUEST("viewer-request"),
        ORIGIN_REQUEST("origin-request"),
        ORIGIN_RESPONSE("origin-response"),
        VIEWER_RESPONSE("viewer-response");

        private final String word;

        Event(String word) {
            this.word = word;
        }

        /** As in the API and in event objects. */
        public String word() {
            return word;
        }

        public boolean ofViewers() {
            return this == VIEWER_REQUEST || this == VIEWER_RESPONSE;
        }

        /** Seconds that one run may take at the most, whatever its function says. */
        public int timeoutSecondsMax() {
            return ofViewers() ? 5 : 30;
        }

        /** Octets of a request's content that are shown, or that may take its place. */
        public int contentMax() {
            return ofViewers() ? 40 << 10 : 1 << 20;
        }
    }
}
