package dev.perigee.control.api;

import dev.perigee.core.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An error for clients of the services that speak JSON, so that they can read why they are refused. */
final class JsonError {
    private JsonError() {}

    static Reply of(Refused refused, String contentType) {
        StringBuilder json = new StringBuilder("{\"__type\":")
                .append(quoted(refused.code()))
                .append(",\"message\":")
                .append(quoted(refused.text()));
        refused.details()
                .forEach((name, value) ->
                        json.append(',').append(quoted(name)).append(':').append(quoted(value)));
        json.append('}');
        Fields headers = Fields.of("Content-Type", contentType, "x-amzn-ErrorType", refused.code());
        return new Reply(refused.status(), headers, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A document of one member. */
    static byte[] body(String name, String value) {
        return ("{" + quoted(name) + ":" + quoted(value) + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
