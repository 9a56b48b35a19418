package dev.perigee.edge.traffic;

import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.CountryCounts;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Traffic;
import org.jspecify.annotations.Nullable;

/**
 * A minute or an hour of one distribution as a line of text: counts by their names, and the steps of its histograms. A line that
 * was not written to its end is none.
 *
 * @param hour whether it is an hour's; a minute's otherwise
 * @param second the first
 */
record TrafficLine(boolean hour, long second, String distribution, Traffic traffic) {
    private static final int PARTS = 7;
    private static final String END = ".";

    String text() {
        StringBuilder text = new StringBuilder(256);
        text.append(hour ? "H " : "M ")
                .append(second)
                .append(" =")
                .append(distribution)
                .append(' ');
        int from = text.length();
        for (Count count : Count.values()) {
            long value = traffic.get(count);
            if (value != 0) text.append(count.name()).append(':').append(value).append(',');
        }
        closed(text, from);
        steps(text, traffic.taken());
        steps(text, traffic.origin());
        return text.append(END).toString();
    }

    private static void steps(StringBuilder text, Latencies latencies) {
        int from = text.length();
        int[] steps = latencies.steps();
        long[] counts = latencies.counts();
        for (int i = 0; i < steps.length; i++)
            text.append(steps[i]).append(':').append(counts[i]).append(',');
        closed(text, from);
    }

    /** A space for the last comma, or behind a dash for nothing. */
    private static void closed(StringBuilder text, int from) {
        if (text.length() == from) text.append("- ");
        else text.setCharAt(text.length() - 1, ' ');
    }

    /** What such a line says; null when it is none. */
    static @Nullable TrafficLine parse(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length != PARTS || !parts[6].equals(END) || !parts[2].startsWith("=")) return null;
        if (!parts[0].equals("H") && !parts[0].equals("M")) return null;
        try {
            long[] counts = new long[Count.kinds()];
            for (String each : pairs(parts[3])) {
                int colon = each.indexOf(':');
                counts[Count.valueOf(each.substring(0, colon)).index()] = Long.parseLong(each.substring(colon + 1));
            }
            Traffic traffic = Traffic.of(counts, latencies(parts[4]), latencies(parts[5]), CountryCounts.NONE);
            return new TrafficLine(parts[0].equals("H"), Long.parseLong(parts[1]), parts[2].substring(1), traffic);
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException damaged) {
            return null;
        }
    }

    private static String[] pairs(String part) {
        return part.equals("-") ? new String[0] : part.split(",", -1);
    }

    private static Latencies latencies(String part) {
        String[] pairs = pairs(part);
        int[] steps = new int[pairs.length];
        long[] counts = new long[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            int colon = pairs[i].indexOf(':');
            steps[i] = Integer.parseInt(pairs[i].substring(0, colon));
            counts[i] = Long.parseLong(pairs[i].substring(colon + 1));
        }
        return Latencies.of(steps, counts);
    }
}
