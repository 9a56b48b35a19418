package dev.perigee.app.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.core.http.Field;
import dev.perigee.edge.explain.Cause;
import dev.perigee.edge.explain.DryRequest;
import dev.perigee.edge.explain.Explanation;
import dev.perigee.edge.explain.Near;
import dev.perigee.edge.explain.Step;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What somebody wants to have explained, and the document that tells it. */
record Explaining(String url, DryRequest request) {
    private static final Pattern URL = Pattern.compile("(https?)://([^/?#]+)([^#]*)(#.*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    private static final Pattern METHOD = Pattern.compile("[A-Za-z]{1,32}");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IllegalArgumentException with a line for the user */
    static Explaining of(AdminRequest asked) {
        String url = asked.query().getOrDefault("url", "");
        Matcher parts = URL.matcher(url);
        if (!parts.matches() || !url.chars().allMatch(c -> c > ' ' && c < 127))
            throw new IllegalArgumentException("url must be an encoded URL of http or https, not '" + url + "'");
        String method = asked.query().getOrDefault("method", "GET");
        if (!METHOD.matcher(method).matches()) throw new IllegalArgumentException("not a method: " + method);
        String target = parts.group(3);
        if (!target.startsWith("/")) target = "/" + target;
        List<Field> fields = new ArrayList<>();
        for (String header : asked.queries("header")) fields.add(field(header));
        boolean secure = parts.group(1).toLowerCase(Locale.ROOT).equals("https");
        InetAddress from = address(asked.query().getOrDefault("from", "127.0.0.1"));
        return new Explaining(url, new DryRequest(method, secure, target, parts.group(2), fields, from));
    }

    private static Field field(String header) {
        int colon = header.indexOf(':');
        if (colon < 1 || header.chars().anyMatch(c -> c < ' ' || c > 255))
            throw new IllegalArgumentException("a header is 'Name: value', not '" + header + "'");
        return new Field(header.substring(0, colon), header.substring(colon + 1).strip());
    }

    private static InetAddress address(String text) {
        try {
            if (!LITERAL.matcher(text).matches()) throw new IllegalArgumentException(text);
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException no) {
            throw new IllegalArgumentException("from must be an IP address, not '" + text + "'", no);
        }
    }

    ObjectNode document(String pop, Explanation explained) {
        ObjectNode document = AdminAnswer.object()
                .put("url", url)
                .put("pop", pop)
                .put("result", explained.result())
                .put("status", explained.status())
                .put("distribution", explained.distribution())
                .put("country", explained.country())
                .put("behavior", explained.behavior())
                .put("key", explained.key());
        if (explained.status() == 0) document.putNull("status");
        miss(document, pop, explained);
        var steps = document.putArray("steps");
        for (Step step : explained.steps()) {
            ObjectNode shown = steps.addObject()
                    .put("step", step.step())
                    .put("outcome", step.outcome())
                    .put("why", step.why());
            JsonNode details = JSON.valueToTree(step.details());
            if (!details.isEmpty()) shown.set("details", details);
        }
        return document;
    }

    private static void miss(ObjectNode document, String pop, Explanation explained) {
        Cause cause = explained.cause();
        if (cause == null && !explained.result().equals("Miss")) {
            document.putNull("miss");
            return;
        }
        ObjectNode miss = document.putObject("miss").put("cause", cause == null ? null : cause.name());
        ArrayNode nearest = miss.putArray("nearest");
        for (Near near : cause == null ? List.<Near>of() : cause.nearest()) {
            ArrayNode differs = nearest.addObject()
                    .put("pop", pop)
                    .put("key", near.key().toString())
                    .putArray("differs");
            near.texts().forEach(differs::add);
        }
    }
}
