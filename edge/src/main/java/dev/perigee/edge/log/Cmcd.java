package dev.perigee.edge.log;

import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.LogField;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What players say of themselves in Common Media Client Data (CTA-5004): by a query argument, or in four header fields. */
final class Cmcd {
    /** Longer ones are no player's. */
    private static final int TEXT_MAX = 2048;

    private static final String ARGUMENT = "CMCD=";
    private static final List<String> HEADERS = List.of("CMCD-Request", "CMCD-Object", "CMCD-Status", "CMCD-Session");
    private static final Map<LogField, String> KEYS = keys();

    private Cmcd() {}

    /** The value of a field, or null when the player does not say. */
    static @Nullable String value(RequestHead request, LogField field) {
        String key = KEYS.get(field);
        if (key == null) return null;
        String query = request.query();
        if (query != null && query.contains(ARGUMENT)) {
            String text = argument(query);
            String found = text == null ? null : in(text, key);
            if (found != null) return found;
        }
        for (String header : HEADERS) {
            String text = request.fields().first(header);
            String found = text == null || text.length() > TEXT_MAX ? null : in(text, key);
            if (found != null) return found;
        }
        return null;
    }

    private static @Nullable String argument(String query) {
        int start = query.startsWith(ARGUMENT) ? 0 : query.indexOf('&' + ARGUMENT) + 1;
        if (start == 0 && !query.startsWith(ARGUMENT)) return null;
        int end = query.indexOf('&', start);
        String text = query.substring(start + ARGUMENT.length(), end < 0 ? query.length() : end);
        if (text.length() > TEXT_MAX) return null;
        try {
            return URLDecoder.decode(text, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /** Pairs are separated by commas; a key alone is true. Commas in quotes belong to the value. */
    private static @Nullable String in(String text, String key) {
        int at = 0;
        while (at < text.length()) {
            int end = endOfPair(text, at);
            String pair = text.substring(at, end).strip();
            if (pair.equals(key)) return "true";
            if (pair.startsWith(key) && pair.length() > key.length() && pair.charAt(key.length()) == '=') {
                String value = pair.substring(key.length() + 1);
                boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
            at = end + 1;
        }
        return null;
    }

    private static int endOfPair(String text, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) i++;
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) return i;
        }
        return text.length();
    }

    private static Map<LogField, String> keys() {
        Map<LogField, String> keys = new EnumMap<>(LogField.class);
        keys.put(LogField.CMCD_ENCODED_BITRATE, "br");
        keys.put(LogField.CMCD_BUFFER_LENGTH, "bl");
        keys.put(LogField.CMCD_BUFFER_STARVATION, "bs");
        keys.put(LogField.CMCD_CONTENT_ID, "cid");
        keys.put(LogField.CMCD_OBJECT_DURATION, "d");
        keys.put(LogField.CMCD_DEADLINE, "dl");
        keys.put(LogField.CMCD_MEASURED_THROUGHPUT, "mtp");
        keys.put(LogField.CMCD_NEXT_OBJECT_REQUEST, "nor");
        keys.put(LogField.CMCD_NEXT_RANGE_REQUEST, "nrr");
        keys.put(LogField.CMCD_OBJECT_TYPE, "ot");
        keys.put(LogField.CMCD_PLAYBACK_RATE, "pr");
        keys.put(LogField.CMCD_REQUESTED_MAXIMUM_THROUGHPUT, "rtp");
        keys.put(LogField.CMCD_STREAMING_FORMAT, "sf");
        keys.put(LogField.CMCD_SESSION_ID, "sid");
        keys.put(LogField.CMCD_STREAM_TYPE, "st");
        keys.put(LogField.CMCD_STARTUP, "su");
        keys.put(LogField.CMCD_TOP_BITRATE, "tb");
        keys.put(LogField.CMCD_VERSION, "v");
        return keys;
    }
}
