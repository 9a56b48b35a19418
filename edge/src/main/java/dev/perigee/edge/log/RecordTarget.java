package dev.perigee.edge.log;

import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RecordDelivery;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The line of a spool file that says of a delivery where records go, and in which form: once in each file, so that it can be
 * delivered by a process that has no plan yet.
 *
 * @param number by which records refer to it
 */
record RecordTarget(int number, RecordDelivery delivery) {
    private static final int PARTS = 10;

    byte[] header() {
        String fields = delivery.fields().stream().map(LogField::name).collect(Collectors.joining(","));
        String text = String.join(
                " ",
                "target",
                Integer.toString(number),
                delivery.id(),
                delivery.distribution(),
                delivery.bucket(),
                delivery.region(),
                quoted(delivery.path()),
                delivery.format().name(),
                quoted(delivery.delimiter()),
                fields);
        return (text + '\n').getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String quoted(String text) {
        return "=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What such a line says; null when it is none. */
    static @Nullable RecordTarget parse(String header) {
        String[] parts = header.split(" ", -1);
        if (parts.length != PARTS || !parts[0].equals("target")) return null;
        try {
            List<LogField> fields = new ArrayList<>();
            Arrays.stream(parts[9].split(",", -1)).map(LogField::valueOf).forEach(fields::add);
            // Whether there were cookies is known by the records.
            var delivery = new RecordDelivery(
                    parts[2],
                    parts[3],
                    parts[4],
                    parts[5],
                    unquoted(parts[6]),
                    RecordDelivery.Format.valueOf(parts[7]),
                    fields,
                    unquoted(parts[8]),
                    false);
            return new RecordTarget(Integer.parseInt(parts[1]), delivery);
        } catch (IllegalArgumentException damaged) {
            return null;
        }
    }

    private static String unquoted(String text) {
        if (!text.startsWith("=")) throw new IllegalArgumentException("not quoted: " + text);
        return URLDecoder.decode(text.substring(1), StandardCharsets.UTF_8);
    }
}
