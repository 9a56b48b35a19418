package dev.perigee.control.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Monitoring;
import dev.perigee.control.api.Refused;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.core.traffic.TrafficSample;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The operations of CloudWatch that read metrics. */
public final class MetricOperations implements Monitoring {
    private static final String NAMESPACE = "AWS/CloudFront";
    private static final String DISTRIBUTION = "DistributionId";
    private static final String REGION = "Region";
    private static final int STATISTICS_POINTS_MAX = 1_440;
    private static final int LISTED_MAX = 500;
    private static final long RECENT_SECONDS = 14 * 86_400;
    private static final long THREE_HOURS = 3 * 3_600;

    private final TrafficSource traffic;
    private final Predicate<String> subscribed;
    private final InstantSource clock;

    /**
     * CloudWatch.
     *
     * @param subscribed whether a distribution has additional metrics
     * @param clock that metrics are dated by
     */
    public MetricOperations(TrafficSource traffic, Predicate<String> subscribed, InstantSource clock) {
        this.traffic = traffic;
        this.subscribed = subscribed;
        this.clock = clock;
    }

    @Override
    public ObjectNode handle(String operation, JsonNode request) throws Refused {
        Input input = new Input(request, "");
        return switch (operation) {
            case "GetMetricData" -> MetricQueries.answer(input, this::points);
            case "GetMetricStatistics" -> metricStatistics(input);
            case "ListMetrics" -> listMetrics(input);
            default ->
                throw new Refused(
                        "NotImplemented",
                        "Of CloudWatch there are GetMetricData, GetMetricStatistics and ListMetrics, not " + operation
                                + ".");
        };
    }

    private ObjectNode metricStatistics(Input input) throws Refused {
        Span span = Span.of(input, input, input.number("Period"));
        Refused.unless(
                span.points() <= STATISTICS_POINTS_MAX,
                "InvalidParameterCombinationException",
                "You have requested up to " + span.points() + " datapoints, which exceeds the limit of "
                        + STATISTICS_POINTS_MAX
                        + ". You may reduce the datapoints requested by increasing Period, or decreasing the time range.");
        Map<String, Statistic> simple = simple(input);
        Map<String, Statistic> extended = extended(input);
        if (simple.isEmpty() && extended.isEmpty())
            throw new Refused(Input.MISSING, "Statistics or ExtendedStatistics is required.");
        ObjectNode output = JsonNodeFactory.instance.objectNode().put("Label", input.text("MetricName"));
        ArrayNode datapoints = output.putArray("Datapoints");
        points(input, span, input.textIfAny("Unit")).forEach((second, statistics) -> {
            ObjectNode point = JsonNodeFactory.instance.objectNode();
            point.putPOJO("Timestamp", Instant.ofEpochSecond(second));
            put(point, simple, statistics);
            ObjectNode percentiles = JsonNodeFactory.instance.objectNode();
            put(percentiles, extended, statistics);
            if (!percentiles.isEmpty()) point.set("ExtendedStatistics", percentiles);
            if (point.size() > 1) datapoints.add(point.put("Unit", unit(input)));
        });
        return output;
    }

    private static Map<String, Statistic> simple(Input input) throws Refused {
        Map<String, Statistic> simple = new TreeMap<>();
        for (String name : input.texts("Statistics")) {
            Statistic statistic = Statistic.percentile(name) == null ? Statistic.named(name) : null;
            if (statistic == null) throw input.invalid("Statistics", "has '" + name + "', which is no statistic");
            simple.put(name, statistic);
        }
        return simple;
    }

    private static Map<String, Statistic> extended(Input input) throws Refused {
        Map<String, Statistic> extended = new TreeMap<>();
        for (String name : input.texts("ExtendedStatistics")) {
            Statistic statistic = Statistic.percentile(name);
            if (statistic == null)
                throw input.invalid("ExtendedStatistics", "has '" + name + "', which is no percentile");
            extended.put(name, statistic);
        }
        return extended;
    }

    private static String unit(Input asked) {
        Metric metric = Metric.named(asked.node().path("MetricName").asText());
        return metric == null ? "None" : metric.unit();
    }

    private static void put(ObjectNode into, Map<String, Statistic> wanted, Statistics statistics) {
        wanted.forEach((name, statistic) -> {
            Double value = statistics.value(statistic);
            if (value != null) into.put(name, value);
        });
    }

    /** What there is, by the beginning of each period; nothing for a metric or dimensions that do not exist. */
    private NavigableMap<Long, Statistics> points(Input asked, Span span, @Nullable String unit) throws Refused {
        NavigableMap<Long, Statistics> points = new TreeMap<>();
        Metric metric = Metric.named(asked.text("MetricName"));
        String distribution = distribution(asked);
        boolean cloudFront = asked.text("Namespace").equals(NAMESPACE);
        if (!cloudFront || metric == null || distribution == null) return points;
        if (unit != null && !unit.equals(metric.unit())) return points;
        if (metric.additional() && !subscribed.test(distribution)) return points;
        // One span may be there once for each edge.
        Map<Long, Traffic> bySpan = new TreeMap<>();
        for (TrafficSample sample : traffic.between(distribution, span.start(), span.end())) {
            bySpan.merge(sample.second(), sample.traffic(), Traffic::plus);
        }
        bySpan.forEach((second, sum) -> {
            Statistics statistics = metric.of(sum);
            if (statistics == null) return;
            long start = second - Math.floorMod(second - span.start(), span.period());
            points.merge(start, statistics, Statistics::plus);
        });
        return points;
    }

    /** The distribution that the dimensions name; null when they are not the two that metrics have. */
    private static @Nullable String distribution(Input asked) throws Refused {
        String id = null;
        boolean global = false;
        List<Input> dimensions = asked.structures("Dimensions");
        for (Input dimension : dimensions) {
            String name = dimension.text("Name");
            String value = dimension.text("Value");
            if (name.equals(DISTRIBUTION)) id = value;
            else if (name.equals(REGION)) global = value.equals("Global");
        }
        return dimensions.size() == 2 && global ? id : null;
    }

    private ObjectNode listMetrics(Input input) throws Refused {
        String recently = input.textIfAny("RecentlyActive");
        if (recently != null && !recently.equals("PT3H")) throw input.invalid("RecentlyActive", "is not PT3H");
        long now = clock.instant().getEpochSecond();
        long since = now - (recently == null ? RECENT_SECONDS : THREE_HOURS);
        Set<String> distributions = new TreeSet<>();
        for (TrafficSample sample : traffic.between(null, since, Long.MAX_VALUE)) {
            if (!sample.distribution().isEmpty()) distributions.add(sample.distribution());
        }
        List<ObjectNode> all = new ArrayList<>();
        for (String distribution : distributions) {
            boolean more = subscribed.test(distribution);
            for (Metric metric : Metric.values()) {
                if ((!metric.additional() || more) && isWanted(input, metric, distribution))
                    all.add(listed(metric, distribution));
            }
        }
        int from = offset(input);
        int to = Math.min(all.size(), from + LISTED_MAX);
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        ArrayNode metrics = output.putArray("Metrics");
        all.subList(Math.min(from, to), to).forEach(metrics::add);
        if (to < all.size()) output.put("NextToken", "from-" + to);
        return output;
    }

    private static int offset(Input input) throws Refused {
        String token = input.textIfAny("NextToken");
        if (token == null) return 0;
        if (!token.matches("from-[0-9]{1,8}")) throw input.invalid("NextToken", "is not one that was given out");
        return Integer.parseInt(token.substring(5));
    }

    private static boolean isWanted(Input input, Metric metric, String distribution) throws Refused {
        String namespace = input.textIfAny("Namespace");
        String name = input.textIfAny("MetricName");
        if (namespace != null && !namespace.equals(NAMESPACE)) return false;
        if (name != null && !name.equals(metric.label())) return false;
        for (Input dimension : input.structures("Dimensions")) {
            String wanted = dimension.textIfAny("Value");
            String value = switch (dimension.text("Name")) {
                case DISTRIBUTION -> distribution;
                case REGION -> "Global";
                default -> null;
            };
            if (value == null || (wanted != null && !wanted.equals(value))) return false;
        }
        return true;
    }

    private static ObjectNode listed(Metric metric, String distribution) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("Namespace", NAMESPACE)
                .put("MetricName", metric.label());
        ArrayNode dimensions = node.putArray("Dimensions");
        dimensions.addObject().put("Name", DISTRIBUTION).put("Value", distribution);
        dimensions.addObject().put("Name", REGION).put("Value", "Global");
        return node;
    }
}
