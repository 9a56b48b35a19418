package dev.perigee.control.api;

import dev.perigee.core.http.Fields;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, read whole.
 *
 * @param path as on the request line, percent-encoded
 * @param query as on the request line, without the question mark
 */
@SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
record Call(String method, String path, @Nullable String query, Fields headers, byte[] body) {

    /** Decoded query parameters; of a repeated one the first counts. */
    Map<String, String> parameters() throws Refused {
        return parameters(query);
    }

    /** All values of a query parameter that may be repeated, decoded. */
    List<String> repeated(String name) throws Refused {
        List<String> values = new ArrayList<>();
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            if (part.startsWith(name + "=")) values.add(decode(part.substring(name.length() + 1)));
        }
        return values;
    }

    static Map<String, String> parameters(@Nullable String query) throws Refused {
        Map<String, String> parameters = new HashMap<>();
        if (query == null) return parameters;
        for (String part : query.split("&", -1)) {
            if (part.isEmpty()) continue;
            int equals = part.indexOf('=');
            String name = decode(equals < 0 ? part : part.substring(0, equals));
            parameters.putIfAbsent(name, equals < 0 ? "" : decode(part.substring(equals + 1)));
        }
        return parameters;
    }

    static String decode(String text) throws Refused {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refused("InvalidArgument", "'" + text + "' is not percent-encoded correctly.");
        }
    }

    /** As {@link #decode}, for a part of a path, where a plus sign is a plus sign. */
    static String decodePart(String part) throws Refused {
        return decode(part.replace("+", "%2B"));
    }
}
