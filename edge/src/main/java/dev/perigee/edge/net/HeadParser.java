package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads one HTTP/1.x request head, strictly (RFC 9112): what two recipients could read differently is refused. One per
 * event loop, used for one head at a time; the results are valid until the next call.
 */
final class HeadParser {
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (char c = '0'; c <= '9'; c++) TOKEN[c] = true;
        for (char c = 'a'; c <= 'z'; c++) TOKEN[c] = true;
        for (char c = 'A'; c <= 'Z'; c++) TOKEN[c] = true;
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) TOKEN[c] = true;
    }

    private final EdgeLimits limits;
    private final NameCache names = new NameCache();

    private byte[] bytes = new byte[0];
    private int end;
    private int at;

    private String method = "";
    private String path = "";
    private @Nullable String query;
    private @Nullable String authority;
    private HttpVersion version = HttpVersion.HTTP_1_1;

    private @Nullable RequestHead head;
    private RequestFraming framing = RequestFraming.NO_CONTENT;
    private @Nullable Rejection refusal;

    HeadParser(EdgeLimits limits) {
        this.limits = limits;
    }

    /** Whether this octet can begin a request: anything else is refused without waiting for more. */
    static boolean canBegin(byte first) {
        return TOKEN[first & 0xFF];
    }

    /** The head that was parsed, or null when it was {@linkplain #refusal() refused}. */
    @Nullable
    RequestHead head() {
        return head;
    }

    RequestFraming framing() {
        return framing;
    }

    @Nullable
    Rejection refusal() {
        return refusal;
    }

    /**
     * Parses a head that is there to its last octet.
     *
     * @param end index after the empty line's CRLF
     */
    void parse(byte[] source, int start, int end) {
        this.bytes = source;
        this.at = start;
        this.end = end;
        this.head = null;
        this.refusal = requestLine();
        if (refusal != null) return;
        Fields.Builder fields = Fields.builder(16);
        refusal = fieldLines(fields);
        if (refusal == null) refusal = conclude(fields.build());
    }

    private @Nullable Rejection requestLine() {
        int methodEnd = at;
        while (methodEnd < end && TOKEN[bytes[methodEnd] & 0xFF]) methodEnd++;
        if (methodEnd == at || methodEnd == end || bytes[methodEnd] != ' ') return Rejection.MALFORMED;
        method = names.string(bytes, at, methodEnd);
        int targetStart = methodEnd + 1;
        int targetEnd = targetStart;
        // A target is visible ASCII; raw octets above 127, controls and fragments are refused, not repaired.
        while (targetEnd < end && bytes[targetEnd] > ' ' && bytes[targetEnd] != 127) targetEnd++;
        if (targetEnd - targetStart > limits.requestLineBytesMax()) return Rejection.URL_TOO_LONG;
        if (targetEnd == targetStart || end - targetEnd < 11 || bytes[targetEnd] != ' ') return Rejection.MALFORMED;
        int v = targetEnd + 1;
        if (!matches(v, "HTTP/1.") || bytes[v + 8] != '\r' || bytes[v + 9] != '\n') return Rejection.MALFORMED;
        switch (bytes[v + 7]) {
            case '0' -> version = HttpVersion.HTTP_1_0;
            case '1' -> version = HttpVersion.HTTP_1_1;
            default -> {
                return Rejection.MALFORMED;
            }
        }
        at = v + 10;
        return target(targetStart, targetEnd);
    }

    private @Nullable Rejection target(int start, int targetEnd) {
        authority = null;
        int pathStart = start;
        if (bytes[start] != '/') {
            // Absolute form (RFC 9112 section 3.2.2); asterisk and authority form name nothing an edge could serve.
            int schemeEnd = matchesIgnoringCase(start, "http://")
                    ? start + 7
                    : matchesIgnoringCase(start, "https://") ? start + 8 : -1;
            if (schemeEnd < 0) return method.equals("CONNECT") ? connect() : Rejection.MALFORMED;
            pathStart = schemeEnd;
            while (pathStart < targetEnd && bytes[pathStart] != '/' && bytes[pathStart] != '?') pathStart++;
            authority = new String(bytes, schemeEnd, pathStart - schemeEnd, StandardCharsets.ISO_8859_1);
        }
        int mark = pathStart;
        while (mark < targetEnd && bytes[mark] != '?' && bytes[mark] != '#') mark++;
        for (int i = mark; i < targetEnd; i++) {
            if (bytes[i] == '#') return Rejection.MALFORMED;
        }
        path = mark == pathStart ? "/" : new String(bytes, pathStart, mark - pathStart, StandardCharsets.ISO_8859_1);
        query = mark < targetEnd
                ? new String(bytes, mark + 1, targetEnd - mark - 1, StandardCharsets.ISO_8859_1)
                : null;
        return null;
    }

    /** CONNECT is well-formed but never served: it goes on, to be answered as an unsupported method. */
    private @Nullable Rejection connect() {
        path = "/";
        query = null;
        return null;
    }

    private @Nullable Rejection fieldLines(Fields.Builder fields) {
        int count = 0;
        while (true) {
            if (end - at >= 2 && bytes[at] == '\r' && bytes[at + 1] == '\n') {
                return at + 2 == end ? null : Rejection.MALFORMED;
            }
            if (++count > limits.fieldsMax()) return Rejection.HEAD_TOO_LARGE;
            int nameEnd = at;
            while (nameEnd < end && TOKEN[bytes[nameEnd] & 0xFF]) nameEnd++;
            // No name, white space before the colon, or a folded line: all refused (RFC 9112 sections 5.1, 5.2).
            if (nameEnd == at || nameEnd >= end || bytes[nameEnd] != ':') return Rejection.MALFORMED;
            String name = names.string(bytes, at, nameEnd);
            int start = nameEnd + 1;
            while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) start++;
            int lineEnd = start;
            while (lineEnd < end && isFieldValueOctet(bytes[lineEnd])) lineEnd++;
            if (lineEnd + 1 >= end || bytes[lineEnd] != '\r' || bytes[lineEnd + 1] != '\n') return Rejection.MALFORMED;
            int valueEnd = lineEnd;
            while (valueEnd > start && (bytes[valueEnd - 1] == ' ' || bytes[valueEnd - 1] == '\t')) valueEnd--;
            fields.add(name, names.string(bytes, start, valueEnd));
            at = lineEnd + 2;
        }
    }

    private static boolean isFieldValueOctet(byte octet) {
        return octet >= ' ' ? octet != 127 : octet == '\t' || octet < 0;
    }

    /** What the fields say about framing and host (RFC 9112 sections 3.2 and 6). */
    private @Nullable Rejection conclude(Fields fields) {
        String host = null;
        String length = null;
        String coding = null;
        String expect = null;
        String connection = null;
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            String value = fields.value(i);
            if (Lookalikes.ofFraming(name)) return Rejection.MALFORMED;
            switch (name.length()) {
                case 4 -> {
                    if (!name.equalsIgnoreCase("host")) continue;
                    if (host != null) return Rejection.MALFORMED;
                    host = value;
                }
                case 6 -> {
                    if (!name.equalsIgnoreCase("expect")) continue;
                    if (expect != null) return Rejection.EXPECTATION;
                    expect = value;
                }
                case 10 -> {
                    if (name.equalsIgnoreCase("connection")) {
                        connection = connection == null ? value : connection + ',' + value;
                    }
                }
                case 14 -> {
                    if (!name.equalsIgnoreCase("content-length")) continue;
                    if (length != null) return Rejection.MALFORMED;
                    length = value;
                }
                case 17 -> {
                    if (!name.equalsIgnoreCase("transfer-encoding")) continue;
                    if (coding != null) return Rejection.MALFORMED;
                    coding = value;
                }
                default -> {}
            }
        }
        return conclude(fields, host, length, coding, expect, connection);
    }

    private @Nullable Rejection conclude(
            Fields fields,
            @Nullable String host,
            @Nullable String length,
            @Nullable String coding,
            @Nullable String expect,
            @Nullable String connection) {
        if (host == null) return Rejection.MALFORMED;
        String name = Hosts.name(host);
        if (name == null || (authority != null && !authority.equalsIgnoreCase(host))) return Rejection.MALFORMED;
        long octets = 0;
        if (coding != null) {
            if (length != null || version == HttpVersion.HTTP_1_0 || !coding.equalsIgnoreCase("chunked")) {
                return Rejection.MALFORMED;
            }
            octets = RequestFraming.CHUNKED;
        } else if (length != null) {
            octets = contentLength(length);
            if (octets < 0) return Rejection.MALFORMED;
            if (octets > limits.contentBytesMax()) return Rejection.CONTENT_TOO_LARGE;
        }
        boolean keepAlive = version == HttpVersion.HTTP_1_1;
        if (connection != null) {
            ConnectionOptions options = ConnectionOptions.parse(connection);
            if (options.nominatesProtected()) return Rejection.MALFORMED;
            keepAlive = keepAlive ? !options.close() : options.keepAlive() && !options.close();
        }
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) return Rejection.EXPECTATION;
        boolean waits = expect != null && version == HttpVersion.HTTP_1_1 && octets != 0;
        if (octets == 0 && !waits) framing = keepAlive ? RequestFraming.NO_CONTENT : RequestFraming.NO_CONTENT_CLOSE;
        else framing = new RequestFraming(octets, waits, keepAlive);
        head = new RequestHead(method, path, query, name, version, fields);
        return null;
    }

    /** Digits only, at most 18 of them, so that no sum overflows; -1 for anything else. */
    static long contentLength(String text) {
        if (text.isEmpty() || text.length() > 18) return -1;
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private boolean matches(int start, String text) {
        if (end - start < text.length() + 3) return false;
        for (int i = 0; i < text.length(); i++) {
            if (bytes[start + i] != text.charAt(i)) return false;
        }
        return true;
    }

    private boolean matchesIgnoringCase(int start, String lower) {
        if (end - start < lower.length()) return false;
        for (int i = 0; i < lower.length(); i++) {
            if (Character.toLowerCase(bytes[start + i]) != lower.charAt(i)) return false;
        }
        return true;
    }
}
