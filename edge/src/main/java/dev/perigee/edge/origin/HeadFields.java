package dev.perigee.edge.origin;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of a head as they are read: those of the connection (RFC 9110 section 7.6.1) are taken apart and never passed
 * on, those of framing are judged at the end (RFC 9112 section 6.3).
 */
final class HeadFields {
    /** Digits of a Content-Length that fit a long. */
    private static final int LENGTH_DIGITS_MAX = 18;

    /** Name, value, name, value, … of the fields to pass on. */
    private String[] lines = new String[32];

    private int count;
    private int lengths;
    private String length = "";
    private int codings;
    private String coding = "";
    private final List<String> options = new ArrayList<>(2);
    private final List<String> upgrades = new ArrayList<>(0);
    private boolean accepts;
    /** Names of fields that came twice with different values. */
    private final List<String> contradicted = new ArrayList<>(0);

    void clear() {
        count = 0;
        lengths = 0;
        codings = 0;
        options.clear();
        upgrades.clear();
        accepts = false;
        contradicted.clear();
    }

    void add(String name, String value) {
        switch (name.length()) {
            case 2 -> {
                if (Fields.sameName(name, "TE")) return;
            }
            case 4 -> {
                boolean single = Fields.sameName(name, "ETag") || Fields.sameName(name, "Date");
                if (single && isSecond(name, value)) return;
            }
            case 7 -> {
                if (Fields.sameName(name, "Trailer")) return;
                if (Fields.sameName(name, "Upgrade")) {
                    members(value, upgrades);
                    return;
                }
            }
            case 10 -> {
                if (Fields.sameName(name, "Keep-Alive")) return;
                if (Fields.sameName(name, "Connection")) {
                    members(value, options);
                    return;
                }
            }
            case 13 -> {
                if (Fields.sameName(name, "Last-Modified") && isSecond(name, value)) return;
            }
            case 14 -> {
                if (Fields.sameName(name, "Content-Length")) {
                    lengths++;
                    length = value;
                }
            }
            case 16 -> {
                if (Fields.sameName(name, "Proxy-Connection")) return;
            }
            case 17 -> {
                if (Fields.sameName(name, "Transfer-Encoding")) {
                    codings++;
                    coding = value;
                    return;
                }
            }
            case 20 -> accepts |= Fields.sameName(name, "Sec-WebSocket-Accept");
            default -> {
                // To be passed on, as those above that have another name.
            }
        }
        if (2 * count == lines.length) lines = Arrays.copyOf(lines, 2 * lines.length);
        lines[2 * count] = name;
        lines[2 * count + 1] = value;
        count++;
    }

    /**
     * Whether a field that tells versions apart, and has one value only, has come before. Of two that differ neither is
     * believed: one cache would go by the first, the next by the last.
     */
    private boolean isSecond(String name, String value) {
        for (int i = 0; i < count; i++) {
            if (!Fields.sameName(lines[2 * i], name)) continue;
            if (!lines[2 * i + 1].equals(value)) contradicted.add(name);
            return true;
        }
        return false;
    }

    private static void members(String value, List<String> list) {
        if (value.indexOf(',') < 0) {
            list.add(value);
            return;
        }
        for (String member : value.split(",", -1)) list.add(member.strip());
    }

    /** What the head says about its content. */
    ResponseStart start(int status, boolean http11, boolean answersHead) {
        if (codings > 0) {
            if (!http11) return new ResponseStart.Refused("Transfer-Encoding in HTTP/1.0");
            if (lengths > 0) return new ResponseStart.Refused("Transfer-Encoding with Content-Length");
            if (codings > 1 || !coding.equalsIgnoreCase("chunked")) {
                return new ResponseStart.Refused("Transfer-Encoding other than chunked");
            }
        }
        if (lengths > 1 || (lengths == 1 && !isLength(length))) return new ResponseStart.Refused("Content-Length");
        boolean empty = answersHead || status == 204 || status == 304;
        boolean untilClose = !empty && codings == 0 && lengths == 0;
        boolean persistent = http11 && !untilClose && !has(options, "close");
        long octets = empty ? 0 : lengths == 0 ? -1 : Long.parseLong(length);
        return new ResponseStart.Accepted(new ResponseHead(status, endToEnd()), octets, untilClose, persistent);
    }

    /** The head of a 101, which must agree to a WebSocket. */
    ResponseStart switched() {
        if (!accepts || !has(upgrades, "websocket") || !has(options, "upgrade")) {
            return new ResponseStart.Refused("status 101 without the fields of a WebSocket");
        }
        return new ResponseStart.Accepted(new ResponseHead(101, endToEnd()), -1, false, false);
    }

    /**
     * Without what Connection names and what contradicts itself. Framing is no option of a connection, since a HEAD answer would
     * lose its meaning; nor is Cache-Control (RFC 9110 section 7.6.1), or what nobody else may have would be kept.
     */
    private Fields endToEnd() {
        Fields all = Fields.copyOf(lines, count);
        Fields.Builder kept = contradicted.isEmpty() ? null : all.toBuilder();
        if (kept != null) contradicted.forEach(kept::remove);
        for (int i = 0; i < options.size(); i++) {
            String option = options.get(i);
            boolean meantForAll = Fields.sameName(option, "Content-Length") || Fields.sameName(option, "Cache-Control");
            if (meantForAll || !all.has(option)) continue;
            if (kept == null) kept = all.toBuilder();
            kept.remove(option);
        }
        return kept == null ? all : kept.build();
    }

    private static boolean has(List<String> members, String wanted) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).equalsIgnoreCase(wanted)) return true;
        }
        return false;
    }

    private static boolean isLength(String value) {
        if (value.isEmpty() || value.length() > LENGTH_DIGITS_MAX) return false;
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') return false;
        }
        return true;
    }
}
