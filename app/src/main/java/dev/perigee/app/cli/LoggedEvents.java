package dev.perigee.app.cli;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.EdgeFunction.Event;
import dev.perigee.core.serve.ErrorPages;
import dev.perigee.function.EventContext;
import dev.perigee.function.EventRequest;
import dev.perigee.function.EventResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Events for functions, made of a distribution's last lines in the access logs: with what a line has of its request. */
final class LoggedEvents {
    private static final int LINE_FIELDS = 33;
    private static final int ADDRESS = 4;
    private static final int METHOD = 5;
    private static final int DOMAIN = 6;
    private static final int PATH = 7;
    private static final int STATUS = 8;
    private static final int REFERER = 9;
    private static final int AGENT = 10;
    private static final int QUERY = 11;
    private static final int COOKIE = 12;
    private static final int ID = 14;
    private static final int HOST = 15;
    private static final int CONTENT_TYPE = 29;

    private final String distribution;
    private final String domain;
    private final Event type;

    /** @param domain the distribution's name, by which lines are known */
    LoggedEvents(String distribution, String domain, Event type) {
        this.distribution = distribution;
        this.domain = domain;
        this.type = type;
    }

    /**
     * One event.
     *
     * @param title for people
     * @param text as JSON
     */
    record Logged(String title, String text) {}

    /** The last ones, the oldest first; of requests that are the same, one. */
    List<Logged> last(List<String> lines, int most) {
        List<Logged> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = lines.size() - 1; i >= 0 && found.size() < most; i--) {
            String[] fields = lines.get(i).split("\t", -1);
            if (fields.length < LINE_FIELDS || !fields[DOMAIN].equals(domain)) continue;
            Logged logged = event(fields);
            if (logged != null && seen.add(logged.title() + fields[AGENT] + fields[COOKIE])) found.addFirst(logged);
        }
        return found;
    }

    private @Nullable Logged event(String[] line) {
        String path = value(line[PATH]);
        boolean numeric = !line[STATUS].isEmpty() && line[STATUS].chars().allMatch(Character::isDigit);
        int status = numeric ? Integer.parseInt(line[STATUS]) : 0;
        // Responses from 400 on are not shown to functions.
        if (path == null
                || value(line[METHOD]) == null
                || (type == Event.VIEWER_RESPONSE && (status < 200 || status >= 400))) return null;
        String query = value(line[QUERY]);
        String host = value(line[HOST]);
        Fields.Builder fields = Fields.builder(4);
        add(fields, "host", host == null ? domain : host);
        add(fields, "user-agent", value(line[AGENT]));
        add(fields, "referer", value(line[REFERER]));
        add(fields, "cookie", value(line[COOKIE]));
        RequestHead head = new RequestHead(line[METHOD], path, query, domain, HttpVersion.HTTP_1_1, fields.build());
        String title = line[METHOD] + " " + path + (query == null ? "" : "?" + query);
        return new Logged(title, text(head, line[ID], line[ADDRESS], status, value(line[CONTENT_TYPE])));
    }

    /** An event of nobody's. */
    Logged sample() {
        Fields.Builder fields = Fields.builder(4);
        add(fields, "host", domain);
        add(fields, "user-agent", "Mozilla/5.0");
        add(fields, "accept", "text/html,image/webp,*/*");
        RequestHead head = new RequestHead("GET", "/", null, domain, HttpVersion.HTTP_1_1, fields.build());
        return new Logged("GET / (a sample)", text(head, "sample", "198.51.100.11", 200, "text/html"));
    }

    private String text(RequestHead head, String id, String address, int status, @Nullable String contentType) {
        EventResponse response = null;
        if (type == Event.VIEWER_RESPONSE) {
            Fields.Builder fields = Fields.builder(1);
            add(fields, "content-type", contentType);
            response = new EventResponse(status, ErrorPages.reasonPhrase(status), fields.build());
        }
        return new EventContext(domain, distribution, type, id, address)
                .text(new EventRequest(head, Fields.EMPTY), response);
    }

    private static void add(Fields.Builder fields, String name, @Nullable String value) {
        if (value != null) fields.add(name, value);
    }

    /** As it was before the log encoded it; null for none. */
    private static @Nullable String value(String field) {
        if (field.equals("-")) return null;
        if (field.indexOf('%') < 0) return field;
        var octets = new ByteArrayOutputStream();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            int high = c == '%' && i + 2 < field.length() ? Character.digit(field.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(field.charAt(i + 2), 16);
            octets.write(low < 0 ? c : high << 4 | low);
            if (low >= 0) i += 2;
        }
        return octets.toString(StandardCharsets.ISO_8859_1);
    }
}
