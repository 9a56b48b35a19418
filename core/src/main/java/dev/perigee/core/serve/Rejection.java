package dev.perigee.core.serve;

import org.jspecify.annotations.Nullable;

/** Why an edge answers by itself, with the status and the sentence of CloudFront's page where it is known. */
public enum Rejection {
    MALFORMED(400, "Bad request."),
    EXPECTATION(417, "Bad request."),
    URL_TOO_LONG(414, "Bad request."),
    HEAD_TOO_LARGE(494, "Bad request."),
    CONTENT_TOO_LARGE(413, "Bad request."),
    TIMED_OUT(408, "Bad request."),
    UNKNOWN_HOST(403, "Bad request."),
    /** The connection was made for another distribution's name (RFC 9110 section 15.5.20). */
    MISDIRECTED(421, "Bad request."),
    COUNTRY_BLOCKED(403, "The Amazon CloudFront distribution is configured to block access from your country."),
    /** Ours: CloudFront limits accounts, not networks. */
    NETWORK_LIMIT(429, "Requests from your network come faster than this distribution allows."),
    /** Ours, likewise. */
    SPENDING_CAP(429, "This distribution has reached the spending cap that its owner has set for this month."),
    METHOD_NOT_SUPPORTED(403, "Bad request."),
    METHOD_NOT_ALLOWED(
            403,
            "This distribution is not configured to allow the HTTP request method that was used for this request. "
                    + "The distribution supports only cachable requests."),
    HTTPS_REQUIRED(403, "Bad request."),
    GET_WITH_CONTENT(403, "Bad request."),
    MISSING_KEY(403, "MissingKey", "Missing Key-Pair-Id query parameter or cookie value"),
    /** Of none of the key groups that the behavior trusts. */
    INVALID_KEY(403, "InvalidKey", "Unknown Key"),
    MISSING_POLICY(403, "MissingPolicy", "Missing Policy or Expires query parameter or cookie value"),
    MISSING_SIGNATURE(403, "MissingSignature", "Missing Signature query parameter or cookie value"),
    MALFORMED_SIGNATURE(403, "MalformedSignature", "Could not unencode Signature"),
    MALFORMED_POLICY(403, "MalformedPolicy", "Malformed Policy"),
    /** Signed by somebody else, for something else, too early or too late, or for another address. */
    ACCESS_DENIED(403, "AccessDenied", "Access denied"),
    LOOP(403, "Bad request."),
    /** Field-level encryption: the content cannot be read, or is not to pass; the log has the exact reason. */
    FIELD_ENCRYPTION(400, "Bad request."),
    /** By a web ACL. */
    BLOCKED(403, "Request blocked."),
    ORIGIN_NAME(502, "CloudFront wasn't able to resolve the origin domain name."),
    ORIGIN_CONNECTION(
            502,
            "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin "
                    + "closed the connection."),
    ORIGIN_TIMEOUT(504, ORIGIN_CONNECTION.reason),
    /** The connection broke while the request was sent. */
    ORIGIN_WRITE(502, ORIGIN_CONNECTION.reason),
    /** It broke before there was a head, or what came of the content is of no use. */
    ORIGIN_READ(502, ORIGIN_CONNECTION.reason),
    /** What came is not HTTP as an edge accepts it. */
    ORIGIN_MALFORMED(502, ORIGIN_CONNECTION.reason),
    ORIGIN_HEAD_TOO_LARGE(502, ORIGIN_CONNECTION.reason),
    /** Content-Range and Content-Length cannot both be true. */
    ORIGIN_RANGE(502, ORIGIN_CONNECTION.reason),
    ORIGIN_CLIENT_CERTIFICATE(503, "Failed to contact the origin."),
    CAPACITY(503, "Failed to contact the origin.");

    private final int status;
    private final @Nullable String code;
    private final String reason;

    Rejection(int status, String reason) {
        this(status, null, reason);
    }

    Rejection(int status, @Nullable String code, String reason) {
        this.status = status;
        this.code = code;
        this.reason = reason;
    }

    public int status() {
        return status;
    }

    /**
     * Whether a custom error page may stand in for it: the request has found its distribution, and asking for the page
     * cannot make the trouble worse.
     */
    public boolean mayHavePage() {
        return switch (this) {
            case MALFORMED,
                    EXPECTATION,
                    URL_TOO_LONG,
                    HEAD_TOO_LARGE,
                    CONTENT_TOO_LARGE,
                    TIMED_OUT,
                    UNKNOWN_HOST,
                    MISDIRECTED,
                    NETWORK_LIMIT,
                    SPENDING_CAP,
                    LOOP -> false;
            case COUNTRY_BLOCKED,
                    METHOD_NOT_SUPPORTED,
                    METHOD_NOT_ALLOWED,
                    HTTPS_REQUIRED,
                    GET_WITH_CONTENT,
                    MISSING_KEY,
                    INVALID_KEY,
                    MISSING_POLICY,
                    MISSING_SIGNATURE,
                    MALFORMED_SIGNATURE,
                    MALFORMED_POLICY,
                    ACCESS_DENIED,
                    FIELD_ENCRYPTION,
                    BLOCKED,
                    ORIGIN_NAME,
                    ORIGIN_CONNECTION,
                    ORIGIN_TIMEOUT,
                    ORIGIN_WRITE,
                    ORIGIN_READ,
                    ORIGIN_MALFORMED,
                    ORIGIN_HEAD_TOO_LARGE,
                    ORIGIN_RANGE,
                    ORIGIN_CLIENT_CERTIFICATE,
                    CAPACITY -> true;
        };
    }

    /** What the log says besides Error, in CloudFront's words (developer guide, x-edge-detailed-result-type). */
    public String detailedResult() {
        return switch (this) {
            case MALFORMED, URL_TOO_LONG, CONTENT_TOO_LARGE, GET_WITH_CONTENT, LOOP, FIELD_ENCRYPTION ->
                "InvalidRequest";
            case BLOCKED -> "InvalidRequestBlocked";
            case EXPECTATION, HEAD_TOO_LARGE -> "InvalidRequestHeader";
            case TIMED_OUT -> "ClientHungUpRequest";
            case MISDIRECTED -> "InvalidRequestCertificate";
            case METHOD_NOT_SUPPORTED, METHOD_NOT_ALLOWED -> "InvalidRequestMethod";
            case COUNTRY_BLOCKED -> "ClientGeoBlocked";
            case NETWORK_LIMIT, SPENDING_CAP -> "LimitExceeded";
            case UNKNOWN_HOST,
                    HTTPS_REQUIRED,
                    MISSING_KEY,
                    INVALID_KEY,
                    MISSING_POLICY,
                    MISSING_SIGNATURE,
                    MALFORMED_SIGNATURE,
                    MALFORMED_POLICY,
                    ACCESS_DENIED -> "Error";
            case CAPACITY -> "CapacityExceeded";
            case ORIGIN_NAME -> "OriginDnsError";
            case ORIGIN_CONNECTION, ORIGIN_CLIENT_CERTIFICATE -> "OriginConnectError";
            case ORIGIN_TIMEOUT -> "OriginCommError";
            case ORIGIN_WRITE -> "OriginWriteError";
            case ORIGIN_READ -> "OriginReadError";
            case ORIGIN_MALFORMED -> "OriginInvalidResponseError";
            case ORIGIN_HEAD_TOO_LARGE -> "OriginHeaderTooBigError";
            case ORIGIN_RANGE -> "OriginContentRangeLengthError";
        };
    }

    /** The code of those that are answered in XML; null for the others, which have a page. */
    public @Nullable String code() {
        return code;
    }

    /** The sentence after the first rule of the page, or the message beside the code. */
    public String reason() {
        return reason;
    }
}
