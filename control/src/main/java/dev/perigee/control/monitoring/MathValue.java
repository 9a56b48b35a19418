package dev.perigee.control.monitoring;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a part of a metric math expression stands for. */
sealed interface MathValue {
    /** A number. */
    record Scalar(double value) implements MathValue {}

    /**
     * Numbers by time.
     *
     * @param label of the metric, or what was made of it
     * @param span whose steps the times are of
     */
    record Series(String label, Span span, NavigableMap<Long, Double> points) implements MathValue {}

    /** Several of them, as {@code METRICS()} and brackets make. */
    record Array(List<Series> all) implements MathValue {
        public Array {
            all = List.copyOf(all);
        }
    }

    /** Text in quotes, which only functions take. */
    record Text(String text) implements MathValue {}

    /**
     * Both, point by point: of two series where both have one, and without what is no number. Null where there is nothing to
     * reckon with.
     */
    static @Nullable MathValue each(MathValue left, MathValue right, DoubleBinaryOperator by) {
        return switch (left) {
            case Scalar(double a) ->
                switch (right) {
                    case Scalar(double b) -> new Scalar(by.applyAsDouble(a, b));
                    case Series series -> mapped(series, point -> by.applyAsDouble(a, point));
                    case Array(List<Series> all) ->
                        new Array(all.stream()
                                .map(series -> mapped(series, point -> by.applyAsDouble(a, point)))
                                .toList());
                    case Text _ -> null;
                };
            case Series series ->
                switch (right) {
                    case Scalar(double b) -> mapped(series, point -> by.applyAsDouble(point, b));
                    case Series other -> both(series, other, by);
                    case Array(List<Series> all) ->
                        new Array(all.stream()
                                .map(other -> both(series, other, by))
                                .toList());
                    case Text _ -> null;
                };
            case Array(List<Series> all) ->
                switch (right) {
                    case Scalar(double b) ->
                        new Array(all.stream()
                                .map(series -> mapped(series, point -> by.applyAsDouble(point, b)))
                                .toList());
                    case Series other ->
                        new Array(all.stream()
                                .map(series -> both(series, other, by))
                                .toList());
                    case Array _, Text _ -> null;
                };
            case Text _ -> null;
        };
    }

    /** A series with each of its points changed. */
    static Series mapped(Series series, DoubleUnaryOperator by) {
        NavigableMap<Long, Double> points = new TreeMap<>();
        series.points().forEach((second, point) -> put(points, second, by.applyAsDouble(point)));
        return new Series(series.label(), series.span(), points);
    }

    private static Series both(Series left, Series right, DoubleBinaryOperator by) {
        NavigableMap<Long, Double> points = new TreeMap<>();
        left.points().forEach((second, point) -> {
            Double other = right.points().get(second);
            if (other != null) put(points, second, by.applyAsDouble(point, other));
        });
        return new Series(left.label(), left.span(), points);
    }

    /** What was divided by nothing is no point. */
    private static void put(NavigableMap<Long, Double> points, long second, double value) {
        if (Double.isFinite(value)) points.put(second, value);
    }
}
