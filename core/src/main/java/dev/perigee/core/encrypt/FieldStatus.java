package dev.perigee.core.encrypt;

/** What became of a request where field-level encryption is on, in CloudFront's words (fle-status of the access log). */
public enum FieldStatus {
    PROCESSED("Processed"),
    FORWARDED_BY_CONTENT_TYPE("ForwardedByContentType"),
    FORWARDED_BY_QUERY_ARGS("ForwardedByQueryArgs"),
    FORWARDED_DUE_TO_NO_PROFILE("ForwardedDueToNoProfile"),
    MALFORMED_CONTENT_TYPE("MalformedContentTypeClientError"),
    MALFORMED_INPUT("MalformedInputClientError"),
    MALFORMED_QUERY_ARGS("MalformedQueryArgsClientError"),
    REJECTED_BY_CONTENT_TYPE("RejectedByContentType"),
    REJECTED_BY_QUERY_ARGS("RejectedByQueryArgs"),
    SERVER_ERROR("ServerError"),
    FIELD_TOO_LONG("FieldLengthLimitClientError"),
    TOO_MANY_FIELDS("FieldNumberLimitClientError"),
    REQUEST_TOO_LONG("RequestLengthLimitClientError");

    private final String word;

    FieldStatus(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
