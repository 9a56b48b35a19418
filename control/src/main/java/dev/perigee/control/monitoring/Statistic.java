package dev.perigee.control.monitoring;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is wanted of a metric. */
sealed interface Statistic {
    /** As CloudWatch writes them: {@code p50}, {@code p99.9}. */
    Pattern PERCENTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d{1,10})?|100)");

    record Sum() implements Statistic {}

    record Average() implements Statistic {}

    record Minimum() implements Statistic {}

    record Maximum() implements Statistic {}

    record SampleCount() implements Statistic {}

    /** Below which so many percent stayed. */
    record Percentile(double percent) implements Statistic {}

    /** The statistic of this name, or null. */
    static @Nullable Statistic named(String name) {
        Statistic percentile = percentile(name);
        return switch (name) {
            case "Sum" -> new Sum();
            case "Average" -> new Average();
            case "Minimum" -> new Minimum();
            case "Maximum" -> new Maximum();
            case "SampleCount" -> new SampleCount();
            default -> percentile;
        };
    }

    static @Nullable Statistic percentile(String name) {
        Matcher matcher = PERCENTILE.matcher(name);
        return matcher.matches() ? new Percentile(Double.parseDouble(matcher.group(1))) : null;
    }
}
