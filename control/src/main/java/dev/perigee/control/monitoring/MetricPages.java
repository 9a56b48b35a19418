package dev.perigee.control.monitoring;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The results of one GetMetricData, as many points of them as a page takes. A token names the series and the time to go on behind,
 * not a number of points: what is counted meanwhile moves nothing.
 */
final class MetricPages {
    private static final Pattern TOKEN = Pattern.compile("s([0-9]{1,6})(?:-t([0-9]{1,12}))?");

    private final ObjectNode page = JsonNodeFactory.instance.objectNode();
    private final ArrayNode results = page.putArray("MetricDataResults");
    private final boolean ascending;
    private final int firstSeries;
    private final @Nullable Long behind;
    private int left;
    private int number = -1;
    private @Nullable String next;

    private MetricPages(boolean ascending, int firstSeries, @Nullable Long behind, int points) {
        this.ascending = ascending;
        this.firstSeries = firstSeries;
        this.behind = behind;
        this.left = points;
    }

    static MetricPages of(Input input, boolean ascending, int pointsMax) throws Refused {
        int points = input.has("MaxDatapoints") ? input.number("MaxDatapoints") : pointsMax;
        if (points < 1 || points > pointsMax)
            throw input.invalid("MaxDatapoints", "is not a number from 1 to " + pointsMax);
        String token = input.textIfAny("NextToken");
        if (token == null) return new MetricPages(ascending, 0, null, points);
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) throw input.invalid("NextToken", "is not one that was given out");
        Long behind = parts.group(2) == null ? null : Long.valueOf(parts.group(2));
        return new MetricPages(ascending, Integer.parseInt(parts.group(1)), behind, points);
    }

    /** Adds what belongs to this page of the next series. */
    void add(String id, String label, NavigableMap<Long, Double> all) {
        number++;
        if (next != null || number < firstSeries) return;
        NavigableMap<Long, Double> points = ascending ? all : all.descendingMap();
        if (number == firstSeries && behind != null) points = points.tailMap(behind, false);
        if (left == 0 && !points.isEmpty()) {
            next = "s" + number;
            return;
        }
        ObjectNode result = results.addObject().put("Id", id).put("Label", label);
        ArrayNode timestamps = result.putArray("Timestamps");
        ArrayNode values = result.putArray("Values");
        long last = 0;
        for (Map.Entry<Long, Double> point : points.entrySet()) {
            if (left == 0) {
                next = "s" + number + "-t" + last;
                break;
            }
            last = point.getKey();
            timestamps.addPOJO(Instant.ofEpochSecond(last));
            values.add(point.getValue());
            left--;
        }
        result.put("StatusCode", next == null ? "Complete" : "PartialData");
    }

    ObjectNode page() {
        page.putArray("Messages");
        if (next != null) page.put("NextToken", next);
        return page;
    }
}
