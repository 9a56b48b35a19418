package dev.perigee.control.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the operation table.
 *
 * @param segments path segments; those in braces are parameters
 * @param discriminator query parameter that tells it from operations on the same path, such as {@code WithTags} or
 *     {@code Operation=Tag}; null when there is none
 * @param requestPayload root element of the request body, or {@code -}
 * @param responsePayload the member that is the response body, {@code members} for all that are in no header, or
 *     {@code -}
 */
record Operation(
        String name,
        String method,
        List<String> segments,
        @Nullable String discriminator,
        int status,
        List<String> requestHeaders,
        List<String> requestQuery,
        String requestPayload,
        List<String> responseHeaders,
        String responsePayload) {
    Operation {
        segments = List.copyOf(segments);
        requestHeaders = List.copyOf(requestHeaders);
        requestQuery = List.copyOf(requestQuery);
        responseHeaders = List.copyOf(responseHeaders);
    }

    static Operation of(String[] row) {
        int question = row[2].indexOf('?');
        return new Operation(
                row[0],
                row[1],
                segments(question < 0 ? row[2] : row[2].substring(0, question)),
                question < 0 ? null : row[2].substring(question + 1),
                Integer.parseInt(row[3]),
                list(row[4]),
                list(row[5]),
                row[6],
                list(row[7]),
                row[8]);
    }

    static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    private static List<String> list(String cell) {
        return cell.equals("-") ? List.of() : List.of(cell.split(","));
    }

    boolean sharesPath(List<String> path) {
        if (path.size() != segments.size()) return false;
        for (int i = 0; i < path.size(); i++) {
            String wanted = segments.get(i);
            if (parameter(wanted) ? path.get(i).isEmpty() : !wanted.equals(path.get(i))) return false;
        }
        return true;
    }

    boolean chosenBy(Map<String, String> query) {
        if (discriminator == null) return true;
        int equals = discriminator.indexOf('=');
        if (equals < 0) return query.containsKey(discriminator);
        return discriminator.substring(equals + 1).equals(query.get(discriminator.substring(0, equals)));
    }

    /** Decoded path parameters of a path that {@linkplain #sharesPath matches}. */
    Map<String, String> pathParameters(List<String> path) throws Refused {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String wanted = segments.get(i);
            // In a path a plus sign is a plus sign.
            if (parameter(wanted)) {
                String raw = path.get(i).replace("+", "%2B");
                parameters.put(wanted.substring(1, wanted.length() - 1), Call.decode(raw));
            }
        }
        return parameters;
    }

    private static boolean parameter(String segment) {
        return segment.startsWith("{");
    }
}
