package dev.perigee.core.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What CloudFront can say of a request, in real-time logs, in whose order they stand here, and in standard logs of version 2, which
 * know some of them by other names.
 */
public enum LogField {
    DATE(null, "date"),
    TIME(null, "time"),
    TIMESTAMP_MILLIS(null, "timestamp(ms)"),
    TIMESTAMP("timestamp", "timestamp"),
    C_IP("c-ip", "c-ip"),
    S_IP("s-ip", null),
    TIME_TO_FIRST_BYTE("time-to-first-byte", "time-to-first-byte"),
    SC_STATUS("sc-status", "sc-status"),
    SC_BYTES("sc-bytes", "sc-bytes"),
    CS_METHOD("cs-method", "cs-method"),
    CS_PROTOCOL("cs-protocol", "cs-protocol"),
    CS_HOST("cs-host", "cs(Host)"),
    /** With the query string. */
    CS_URI("cs-uri-stem", null),
    /** Without it. */
    CS_URI_STEM(null, "cs-uri-stem"),
    CS_BYTES("cs-bytes", "cs-bytes"),
    X_EDGE_LOCATION("x-edge-location", "x-edge-location"),
    X_EDGE_REQUEST_ID("x-edge-request-id", "x-edge-request-id"),
    X_HOST_HEADER("x-host-header", "x-host-header"),
    TIME_TAKEN("time-taken", "time-taken"),
    CS_PROTOCOL_VERSION("cs-protocol-version", "cs-protocol-version"),
    C_IP_VERSION("c-ip-version", null),
    CS_USER_AGENT("cs-user-agent", "cs(User-Agent)"),
    CS_REFERER("cs-referer", "cs(Referer)"),
    CS_COOKIE("cs-cookie", "cs(Cookie)"),
    CS_URI_QUERY("cs-uri-query", "cs-uri-query"),
    X_EDGE_RESPONSE_RESULT_TYPE("x-edge-response-result-type", "x-edge-response-result-type"),
    X_FORWARDED_FOR("x-forwarded-for", "x-forwarded-for"),
    SSL_PROTOCOL("ssl-protocol", "ssl-protocol"),
    SSL_CIPHER("ssl-cipher", "ssl-cipher"),
    X_EDGE_RESULT_TYPE("x-edge-result-type", "x-edge-result-type"),
    FLE_ENCRYPTED_FIELDS("fle-encrypted-fields", "fle-encrypted-fields"),
    FLE_STATUS("fle-status", "fle-status"),
    SC_CONTENT_TYPE("sc-content-type", "sc-content-type"),
    SC_CONTENT_LEN("sc-content-len", "sc-content-len"),
    SC_RANGE_START("sc-range-start", "sc-range-start"),
    SC_RANGE_END("sc-range-end", "sc-range-end"),
    C_PORT("c-port", "c-port"),
    X_EDGE_DETAILED_RESULT_TYPE("x-edge-detailed-result-type", "x-edge-detailed-result-type"),
    C_COUNTRY("c-country", "c-country"),
    CS_ACCEPT_ENCODING("cs-accept-encoding", null),
    CS_ACCEPT("cs-accept", null),
    CACHE_BEHAVIOR_PATH_PATTERN("cache-behavior-path-pattern", "cache-behavior-path-pattern"),
    CS_HEADERS("cs-headers", null),
    CS_HEADER_NAMES("cs-header-names", null),
    CS_HEADERS_COUNT("cs-headers-count", null),
    PRIMARY_DISTRIBUTION_ID("primary-distribution-id", null),
    PRIMARY_DISTRIBUTION_DNS_NAME("primary-distribution-dns-name", null),
    ORIGIN_FBL("origin-fbl", "origin-fbl"),
    ORIGIN_LBL("origin-lbl", "origin-lbl"),
    ASN("asn", "asn"),
    CMCD_ENCODED_BITRATE("cmcd-encoded-bitrate", null),
    CMCD_BUFFER_LENGTH("cmcd-buffer-length", null),
    CMCD_BUFFER_STARVATION("cmcd-buffer-starvation", null),
    CMCD_CONTENT_ID("cmcd-content-id", null),
    CMCD_OBJECT_DURATION("cmcd-object-duration", null),
    CMCD_DEADLINE("cmcd-deadline", null),
    CMCD_MEASURED_THROUGHPUT("cmcd-measured-throughput", null),
    CMCD_NEXT_OBJECT_REQUEST("cmcd-next-object-request", null),
    CMCD_NEXT_RANGE_REQUEST("cmcd-next-range-request", null),
    CMCD_OBJECT_TYPE("cmcd-object-type", null),
    CMCD_PLAYBACK_RATE("cmcd-playback-rate", null),
    CMCD_REQUESTED_MAXIMUM_THROUGHPUT("cmcd-requested-maximum-throughput", null),
    CMCD_STREAMING_FORMAT("cmcd-streaming-format", null),
    CMCD_SESSION_ID("cmcd-session-id", null),
    CMCD_STREAM_TYPE("cmcd-stream-type", null),
    CMCD_STARTUP("cmcd-startup", null),
    CMCD_TOP_BITRATE("cmcd-top-bitrate", null),
    CMCD_VERSION("cmcd-version", null),
    R_HOST("r-host", null),
    SR_REASON("sr-reason", null),
    X_EDGE_MQCS("x-edge-mqcs", null),
    DISTRIBUTION_TENANT_ID("distribution-tenant-id", "distribution-tenant-id"),
    CONNECTION_ID("connection-id", "connection-id"),
    /** What functions say of a request themselves. */
    VIEWER_REQUEST_LOG_DATA("viewer-request-log-data", "viewer-request-log-data"),
    VIEWER_RESPONSE_LOG_DATA("viewer-response-log-data", "viewer-response-log-data");

    private static final Map<String, LogField> REALTIME = byName(true);
    private static final Map<String, LogField> STANDARD = byName(false);

    private final @Nullable String realtime;
    private final @Nullable String standard;

    LogField(@Nullable String realtime, @Nullable String standard) {
        this.realtime = realtime;
        this.standard = standard;
    }

    /** Its name in real-time logs; null where they lack it. */
    public @Nullable String realtimeName() {
        return realtime;
    }

    /** Its name in standard logs of version 2; null where they lack it. */
    public @Nullable String standardName() {
        return standard;
    }

    /** The field that real-time logs know by this name, or null. */
    public static @Nullable LogField realtime(String name) {
        return REALTIME.get(name);
    }

    /** The field that standard logs of version 2 know by this name, or null. */
    public static @Nullable LogField standard(String name) {
        return STANDARD.get(name);
    }

    /** The names of all fields of real-time logs, in order. */
    public static List<String> realtimeNames() {
        List<String> names = new ArrayList<>();
        for (LogField field : values()) {
            if (field.realtime != null) names.add(field.realtime);
        }
        return names;
    }

    private static Map<String, LogField> byName(boolean ofRealtime) {
        Map<String, LogField> names = new HashMap<>();
        for (LogField field : values()) {
            String name = ofRealtime ? field.realtime : field.standard;
            if (name != null) names.put(name, field);
        }
        return names;
    }
}
