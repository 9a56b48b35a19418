package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The live picture as lines of text, no longer than the terminal is wide. */
final class TopView {
    private static final String BARS = " ▁▂▃▄▅▆▇█";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final JsonNode picture;
    private final int width;
    private final boolean colours;
    private final List<String> lines = new ArrayList<>();

    private TopView(JsonNode picture, int width, boolean colours) {
        this.picture = picture;
        this.width = width;
        this.colours = colours;
    }

    /** @param colours whether headings are bold and errors red */
    static List<String> of(JsonNode picture, int width, boolean colours) {
        TopView view = new TopView(picture, width, colours);
        view.head();
        view.edges();
        view.distributions();
        view.popular("most asked for, at least", picture.path("urls"));
        view.popular("most missed, at least", picture.path("misses"));
        view.countries();
        return view.lines;
    }

    private void head() {
        JsonNode total = picture.path("total");
        String time = TIME.format(
                Instant.ofEpochSecond(picture.path("second").asLong()).atZone(ZoneId.systemDefault()));
        bold(String.format(
                Locale.ROOT,
                "Perigee %s  %,.0f req/s  %s/s  hits %s  p50 %s  p99 %s",
                time,
                total.path("perSecond").asDouble(),
                new ByteSize(total.path("sentPerSecond").asLong()),
                ratio(total),
                millis(total.path("p50Millis")),
                millis(total.path("p99Millis"))));
        long errors = total.path("errors4xx").asLong() + total.path("errors5xx").asLong();
        String line = String.format(
                Locale.ROOT,
                "last minute: %,d requests, %,d errors; at list prices $%.4f since the start, $%.4f an hour",
                total.path("requests").asLong(),
                errors,
                picture.path("cost").path("usd").asDouble(),
                picture.path("cost").path("usdPerHour").asDouble());
        if (total.path("errors5xx").asLong() > 0) red(line);
        else line(line);
        line(spark());
    }

    /** Requests of the last minute, a column a second. */
    private String spark() {
        long most = 1;
        for (JsonNode second : picture.path("series"))
            most = Math.max(most, second.path("requests").asLong());
        StringBuilder text = new StringBuilder();
        for (JsonNode second : picture.path("series")) {
            long requests = second.path("requests").asLong();
            // Something is never shown as nothing.
            text.append(BARS.charAt((int) Math.ceilDiv(requests * (BARS.length() - 1), most)));
        }
        return text.append(String.format(Locale.ROOT, "  up to %,d", most == 1 ? 0 : most))
                .toString();
    }

    private void edges() {
        heading(String.format(
                Locale.ROOT,
                "%-6s %9s %7s %10s %9s %9s %6s %6s %7s %9s",
                "edge",
                "req/s",
                "hits",
                "out/s",
                "p50",
                "p99",
                "4xx",
                "5xx",
                "conns",
                "stored"));
        for (JsonNode pop : picture.path("pops")) {
            String name = pop.path("pop").asText();
            if (pop.has("failure")) {
                red(String.format(
                        Locale.ROOT, "%-6s %s", name, plain(pop.path("failure").asText())));
                continue;
            }
            String line = String.format(
                    Locale.ROOT,
                    "%-6s %9.1f %7s %10s %9s %9s %6d %6d %7d %9s",
                    name,
                    pop.path("perSecond").asDouble(),
                    ratio(pop),
                    new ByteSize(pop.path("sentPerSecond").asLong()),
                    millis(pop.path("p50Millis")),
                    millis(pop.path("p99Millis")),
                    pop.path("errors4xx").asLong(),
                    pop.path("errors5xx").asLong(),
                    pop.path("connections").asLong(),
                    new ByteSize(pop.path("storedBytes").asLong()));
            if (pop.path("errors5xx").asLong() > 0) red(line);
            else line(line);
        }
    }

    private void distributions() {
        if (picture.path("distributions").isEmpty()) return;
        heading(String.format(
                Locale.ROOT,
                "%-16s %9s %7s %9s %9s %6s %6s %9s",
                "distribution",
                "requests",
                "hits",
                "p50",
                "p99",
                "4xx",
                "5xx",
                "out"));
        int shown = 0;
        for (JsonNode each : picture.path("distributions")) {
            if (shown++ == 8) break;
            String id = each.path("id").asText();
            line(String.format(
                    Locale.ROOT,
                    "%-16s %9d %7s %9s %9s %6d %6d %9s",
                    id.isEmpty() ? "others" : plain(id),
                    each.path("requests").asLong(),
                    ratio(each),
                    millis(each.path("p50Millis")),
                    millis(each.path("p99Millis")),
                    each.path("errors4xx").asLong(),
                    each.path("errors5xx").asLong(),
                    new ByteSize(each.path("sent").asLong())));
        }
    }

    private void popular(String what, JsonNode paths) {
        if (paths.isEmpty()) return;
        heading(String.format(Locale.ROOT, "%9s  %s", "requests", what));
        int shown = 0;
        for (JsonNode each : paths) {
            if (shown++ == 6) break;
            line(String.format(
                    Locale.ROOT,
                    "%9d  %s",
                    each.path("requests").asLong(),
                    plain(each.path("path").asText())));
        }
    }

    private void countries() {
        List<Map.Entry<String, JsonNode>> all =
                new ArrayList<>(picture.path("total").path("countries").properties());
        if (all.isEmpty()) return;
        all.sort(Comparator.comparingLong(
                        (Map.Entry<String, JsonNode> each) -> each.getValue().asLong())
                .reversed());
        StringBuilder text = new StringBuilder("from:");
        for (Map.Entry<String, JsonNode> each : all.subList(0, Math.min(10, all.size()))) {
            String code = each.getKey().isEmpty() ? "unknown" : each.getKey();
            text.append("  ").append(code).append(' ').append(each.getValue().asLong());
        }
        line("");
        line(text.toString());
    }

    private static String ratio(JsonNode counted) {
        return counted.has("hitRatio")
                ? String.format(Locale.ROOT, "%.1f%%", counted.path("hitRatio").asDouble() * 100)
                : "-";
    }

    private static String millis(JsonNode value) {
        if (value.isMissingNode()) return "-";
        double millis = value.asDouble();
        return millis < 10
                ? String.format(Locale.ROOT, "%.2f ms", millis)
                : String.format(Locale.ROOT, "%,.0f ms", millis);
    }

    /** Nothing that a viewer asks for moves a terminal's cursor. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.chars().forEach(c -> plain.append(Character.isISOControl(c) ? '?' : (char) c));
        return plain.toString();
    }

    private void heading(String text) {
        line("");
        bold(text);
    }

    private void bold(String text) {
        styled("1", text);
    }

    private void red(String text) {
        styled("31", text);
    }

    private void styled(String style, String text) {
        lines.add(colours ? "\033[" + style + "m" + cut(text) + "\033[0m" : cut(text));
    }

    private void line(String text) {
        lines.add(cut(text));
    }

    private String cut(String text) {
        return text.length() <= width ? text : text.substring(0, width);
    }
}
