package dev.perigee.control.monitoring;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.monitoring.MathValue.Array;
import dev.perigee.control.monitoring.MathValue.Series;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One GetMetricData: its queries, each a metric or an expression of others. */
final class MetricQueries implements MathExpression.Names {
    private static final int QUERIES_MAX = 500;
    private static final int POINTS_MAX = 100_800;
    private static final int MINUTE = 60;
    private static final Pattern ID = Pattern.compile("[a-z][a-zA-Z0-9_]{0,254}");
    private static final String VALIDATION = "ValidationError";

    private final Input input;
    private final Points source;
    private final Map<String, Input> queries = new LinkedHashMap<>();
    private final Map<String, List<Series>> known = new LinkedHashMap<>();
    /** Expressions that are being reckoned. */
    private final Set<String> open = new HashSet<>();

    private long points;

    /** Where points come from. */
    interface Points {
        NavigableMap<Long, Statistics> of(Input metric, Span span, @Nullable String unit) throws Refused;
    }

    private MetricQueries(Input input, Points source) {
        this.input = input;
        this.source = source;
    }

    static ObjectNode answer(Input input, Points source) throws Refused {
        return new MetricQueries(input, source).answer();
    }

    private ObjectNode answer() throws Refused {
        String order = input.textIfAny("ScanBy");
        boolean ascending = "TimestampAscending".equals(order);
        if (order != null && !ascending && !order.equals("TimestampDescending"))
            throw input.invalid("ScanBy", "is not TimestampAscending or TimestampDescending");
        read();
        MetricPages pages = MetricPages.of(input, ascending, POINTS_MAX);
        for (Map.Entry<String, Input> query : queries.entrySet()) {
            List<Series> all = series(query.getKey());
            if (!query.getValue().flag("ReturnData", true)) continue;
            String label = query.getValue().textIfAny("Label");
            for (Series each : all) {
                String usual = isExpression(query.getValue()) && all.size() == 1 ? query.getKey() : each.label();
                pages.add(query.getKey(), label == null ? usual : label, each.points());
            }
        }
        return pages.page();
    }

    private void read() throws Refused {
        List<Input> all = input.structures("MetricDataQueries");
        if (all.isEmpty()) throw new Refused(Input.MISSING, "The parameter MetricDataQueries is required.");
        Refused.unless(
                all.size() <= QUERIES_MAX, VALIDATION, "There are more than " + QUERIES_MAX + " MetricDataQueries.");
        for (Input query : all) {
            String id = query.text("Id");
            Refused.unless(
                    ID.matcher(id).matches(),
                    VALIDATION,
                    "The Id '" + id + "' does not begin with a lower-case letter.");
            Refused.unless(
                    query.has("MetricStat") != isExpression(query),
                    VALIDATION,
                    "The query '" + id + "' needs either a MetricStat or an Expression.");
            Refused.unless(queries.put(id, query) == null, VALIDATION, "The Id '" + id + "' is used twice.");
        }
    }

    private static boolean isExpression(Input query) {
        return query.has("Expression");
    }

    private List<Series> series(String id) throws Refused {
        List<Series> before = known.get(id);
        if (before != null) return before;
        Input query = queries.get(id);
        if (query == null) throw new Refused(VALIDATION, "There is no query with the Id '" + id + "'.");
        Refused.unless(open.add(id), VALIDATION, "The expression '" + id + "' refers to itself.");
        List<Series> made = isExpression(query) ? expression(id, query) : List.of(metric(query));
        open.remove(id);
        known.put(id, made);
        return made;
    }

    private List<Series> expression(String id, Input query) throws Refused {
        int period = query.has("Period") ? query.number("Period") : usualPeriod();
        Span span = Span.of(input, query, period);
        count(span);
        return MathExpression.value(id, query.text("Expression"), this, span);
    }

    /** The first metric's. */
    private int usualPeriod() throws Refused {
        for (Input query : queries.values()) {
            if (!isExpression(query)) return query.structure("MetricStat").number("Period");
        }
        return MINUTE;
    }

    private void count(Span span) throws Refused {
        points += span.points();
        Refused.unless(points <= POINTS_MAX, VALIDATION, "More than " + POINTS_MAX + " data points are asked for.");
    }

    private Series metric(Input query) throws Refused {
        Input stat = query.structure("MetricStat");
        Span span = Span.of(input, stat, stat.number("Period"));
        count(span);
        Input asked = stat.structure("Metric");
        String name = stat.text("Stat");
        Statistic statistic = Statistic.named(name);
        if (statistic == null) throw new Refused(VALIDATION, "The statistic '" + name + "' is not built.");
        NavigableMap<Long, Double> values = new TreeMap<>();
        source.of(asked, span, stat.textIfAny("Unit")).forEach((second, statistics) -> {
            Double value = statistics.value(statistic);
            if (value != null) values.put(second, value);
        });
        String label = query.textIfAny("Label");
        return new Series(label == null ? asked.text("MetricName") : label, span, values);
    }

    @Override
    public MathValue named(String id) throws Refused {
        List<Series> all = series(id);
        return all.size() == 1 ? all.getFirst() : new Array(all);
    }

    @Override
    public Array metrics(String part) throws Refused {
        List<Series> all = new ArrayList<>();
        for (Map.Entry<String, Input> query : queries.entrySet()) {
            if (!isExpression(query.getValue()) && query.getKey().contains(part)) all.addAll(series(query.getKey()));
        }
        return new Array(all);
    }
}
