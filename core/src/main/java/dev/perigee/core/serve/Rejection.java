package dev.perigee.core.serve;

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
    METHOD_NOT_SUPPORTED(403, "Bad request."),
    METHOD_NOT_ALLOWED(
            403,
            "This distribution is not configured to allow the HTTP request method that was used for this request. "
                    + "The distribution supports only cachable requests."),
    HTTPS_REQUIRED(403, "Bad request."),
    GET_WITH_CONTENT(403, "Bad request."),
    LOOP(403, "Bad request."),
    ORIGIN_NAME(502, "CloudFront wasn't able to resolve the origin domain name."),
    ORIGIN_CONNECTION(
            502,
            "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin "
                    + "closed the connection."),
    ORIGIN_TIMEOUT(
            504,
            "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin "
                    + "closed the connection."),
    ORIGIN_CLIENT_CERTIFICATE(503, "Failed to contact the origin."),
    CAPACITY(503, "Failed to contact the origin.");

    private final int status;
    private final String reason;

    Rejection(int status, String reason) {
        this.status = status;
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
                    LOOP -> false;
            case METHOD_NOT_SUPPORTED,
                    METHOD_NOT_ALLOWED,
                    HTTPS_REQUIRED,
                    GET_WITH_CONTENT,
                    ORIGIN_NAME,
                    ORIGIN_CONNECTION,
                    ORIGIN_TIMEOUT,
                    ORIGIN_CLIENT_CERTIFICATE,
                    CAPACITY -> true;
        };
    }

    /** What the log says besides Error, in CloudFront's words (developer guide, x-edge-detailed-result-type). */
    public String detailedResult() {
        return switch (this) {
            case MALFORMED, URL_TOO_LONG, CONTENT_TOO_LARGE, GET_WITH_CONTENT, LOOP -> "InvalidRequest";
            case EXPECTATION, HEAD_TOO_LARGE -> "InvalidRequestHeader";
            case TIMED_OUT -> "ClientHungUpRequest";
            case MISDIRECTED -> "InvalidRequestCertificate";
            case METHOD_NOT_SUPPORTED, METHOD_NOT_ALLOWED -> "InvalidRequestMethod";
            case UNKNOWN_HOST, HTTPS_REQUIRED, CAPACITY -> "Error";
            case ORIGIN_NAME -> "OriginDnsError";
            case ORIGIN_CONNECTION, ORIGIN_CLIENT_CERTIFICATE -> "OriginConnectError";
            case ORIGIN_TIMEOUT -> "OriginCommError";
        };
    }

    /** The sentence after the first rule of the page. */
    public String reason() {
        return reason;
    }
}
