package dev.perigee.control.monitoring;

import dev.perigee.control.monitoring.MathValue.Array;
import dev.perigee.control.monitoring.MathValue.Scalar;
import dev.perigee.control.monitoring.MathValue.Series;
import dev.perigee.control.monitoring.MathValue.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The functions of metric math (CloudWatch user guide, "Using math expressions with CloudWatch metrics"), those that are built. */
enum MathFunction {
    ABS,
    AVG,
    CEIL,
    DIFF,
    FILL,
    FIRST,
    FLOOR,
    IF,
    LAST,
    MAX,
    METRIC_COUNT,
    MIN,
    PERIOD,
    RATE,
    RUNNING_SUM,
    SUM,
    TIME_SERIES;

    private static final Map<String, MathFunction> BY_NAME = byName();

    private static Map<String, MathFunction> byName() {
        Map<String, MathFunction> all = new HashMap<>();
        for (MathFunction function : values()) all.put(function.name(), function);
        return Map.copyOf(all);
    }

    static @Nullable MathFunction named(String name) {
        return BY_NAME.get(name.toUpperCase(Locale.ROOT));
    }

    /**
     * What it makes of its arguments; null where it does not take them.
     *
     * @param span of what is made of numbers alone
     */
    @Nullable
    MathValue of(List<MathValue> arguments, Span span) {
        return switch (this) {
            case IF -> arguments.size() == 3 ? chosen(arguments.get(0), arguments.get(1), arguments.get(2)) : null;
            case FILL -> arguments.size() == 2 ? filled(arguments.get(0), arguments.get(1)) : null;
            default -> arguments.size() == 1 ? of(arguments.getFirst(), span) : null;
        };
    }

    private @Nullable MathValue of(MathValue of, Span span) {
        return switch (this) {
            case ABS, CEIL, FLOOR -> rounded(of);
            case AVG ->
                together(
                        of,
                        points -> points.stream()
                                .mapToDouble(each -> each)
                                .average()
                                .orElse(Double.NaN));
            case MAX ->
                together(
                        of,
                        points ->
                                points.stream().mapToDouble(each -> each).max().orElse(Double.NaN));
            case MIN ->
                together(
                        of,
                        points ->
                                points.stream().mapToDouble(each -> each).min().orElse(Double.NaN));
            case SUM ->
                together(of, points -> points.stream().mapToDouble(each -> each).sum());
            case METRIC_COUNT -> of instanceof Array(List<Series> all) ? new Scalar(all.size()) : null;
            case PERIOD ->
                of instanceof Series series ? new Scalar(series.span().period()) : null;
            case FIRST -> of instanceof Array(List<Series> all) && !all.isEmpty() ? all.getFirst() : null;
            case LAST -> of instanceof Array(List<Series> all) && !all.isEmpty() ? all.getLast() : null;
            case DIFF, RATE, RUNNING_SUM -> successive(of);
            case TIME_SERIES -> of instanceof Scalar(double value) ? constant(value, span) : null;
            case IF, FILL -> null;
        };
    }

    private @Nullable MathValue rounded(MathValue of) {
        return MathValue.each(of, new Scalar(0), (value, _) -> switch (this) {
            case ABS -> Math.abs(value);
            case CEIL -> Math.ceil(value);
            default -> Math.floor(value);
        });
    }

    /** One number of a series; of several a series, with what each time has. */
    private static @Nullable MathValue together(MathValue of, ToDoubleFunction<List<Double>> by) {
        return switch (of) {
            case Series series ->
                new Scalar(by.applyAsDouble(List.copyOf(series.points().values())));
            case Array(List<Series> all) -> {
                if (all.isEmpty()) yield null;
                NavigableMap<Long, List<Double>> times = new TreeMap<>();
                for (Series series : all) {
                    series.points()
                            .forEach((second, point) -> times.computeIfAbsent(second, _ -> new ArrayList<>())
                                    .add(point));
                }
                NavigableMap<Long, Double> points = new TreeMap<>();
                times.forEach((second, each) -> points.put(second, by.applyAsDouble(each)));
                yield new Series(all.getFirst().label(), all.getFirst().span(), points);
            }
            case Scalar _, Text _ -> null;
        };
    }

    /** From each point and the one before it. */
    private @Nullable MathValue successive(MathValue of) {
        return switch (of) {
            case Series series -> successive(series);
            case Array(List<Series> all) ->
                new Array(all.stream().map(this::successive).toList());
            case Scalar _, Text _ -> null;
        };
    }

    private Series successive(Series series) {
        NavigableMap<Long, Double> points = new TreeMap<>();
        double sum = 0;
        Map.Entry<Long, Double> before = null;
        for (Map.Entry<Long, Double> point : series.points().entrySet()) {
            sum += point.getValue();
            if (this == RUNNING_SUM) {
                points.put(point.getKey(), sum);
            } else if (before != null) {
                double change = point.getValue() - before.getValue();
                points.put(point.getKey(), this == DIFF ? change : change / (point.getKey() - before.getKey()));
            }
            before = point;
        }
        return new Series(series.label(), series.span(), points);
    }

    private static Series constant(double value, Span span) {
        NavigableMap<Long, Double> points = new TreeMap<>();
        for (long second = span.start(); second < span.end(); second += span.period()) points.put(second, value);
        return new Series("", span, points);
    }

    private static @Nullable MathValue filled(MathValue of, MathValue by) {
        return switch (of) {
            case Series series -> filled(series, by);
            case Array(List<Series> all) -> {
                List<Series> filled = new ArrayList<>();
                for (Series series : all) {
                    if (!(filled(series, by) instanceof Series each)) yield null;
                    filled.add(each);
                }
                yield new Array(filled);
            }
            case Scalar _, Text _ -> null;
        };
    }

    private static @Nullable MathValue filled(Series series, MathValue by) {
        Span span = series.span();
        NavigableMap<Long, Double> points = new TreeMap<>();
        for (long second = span.start(); second < span.end(); second += span.period()) {
            Double point = series.points().get(second);
            if (point == null) {
                Map.Entry<Long, Double> before = series.points().lowerEntry(second);
                Map.Entry<Long, Double> after = series.points().higherEntry(second);
                switch (by) {
                    case Scalar(double value) -> point = value;
                    case Text(String how)
                    when how.equals("REPEAT") -> point = before == null ? null : before.getValue();
                    case Text(String how)
                    when how.equals("LINEAR") ->
                        point = before == null || after == null
                                ? null
                                : before.getValue()
                                        + (after.getValue() - before.getValue())
                                                * (second - before.getKey())
                                                / (after.getKey() - before.getKey());
                    case Text _, Series _, Array _ -> {
                        return null;
                    }
                }
            }
            if (point != null) points.put(second, point);
        }
        return new Series(series.label(), span, points);
    }

    /** Where the condition is not 0 the one, elsewhere the other. */
    private static @Nullable MathValue chosen(MathValue condition, MathValue one, MathValue other) {
        if (condition instanceof Scalar(double value)) return value != 0 ? one : other;
        if (!(condition instanceof Series series)) return null;
        NavigableMap<Long, Double> points = new TreeMap<>();
        for (Map.Entry<Long, Double> point : series.points().entrySet()) {
            Double value;
            switch (point.getValue() != 0 ? one : other) {
                case Scalar(double same) -> value = same;
                case Series from -> value = from.points().get(point.getKey());
                case Array _, Text _ -> {
                    return null;
                }
            }
            if (value != null) points.put(point.getKey(), value);
        }
        return new Series(series.label(), series.span(), points);
    }
}
